#pragma once
/// What one carrier's presence changes in another's hops, for every relative position: a small table by
/// translation symmetry.

#include <Eigen/Core>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "aligned_vector.hpp"
#include "hopmc/energy/model.hpp"
#include "rate_kernels.hpp"

namespace hopmc::kmc {

/// Rows (species, basis site) of the species that have carriers.
struct InteractionRow {
  int species = 0;
  int basis = 0;
};

/// Where a carrier is, as distances in the interaction table, so that finding an entry takes no
/// multiplication: by its row, as the one who hops and as the one who is there, and by its folded cell.
struct Place {
  std::int32_t seeing, seen, x, y, z;
  /// Index of the cell times the width of the table.
  [[nodiscard]] std::size_t cell() const noexcept { return static_cast<std::size_t>(x + y + z); }
};

/// The places of all carriers, each number an array of its own, padded to whole blocks.
class Places {
 public:
  using Length = std::array<std::int32_t, 3>;       ///< in the table, of the whole supercell
  using Starts = std::array<std::uint32_t, block>;  ///< in the table, for each carrier of a block

  Places(std::size_t n, const Length& length) : length_(length) {
    for (auto* column : {&seeing_, &seen_, &x_, &y_, &z_}) column->resize(padded(n));
  }
  [[nodiscard]] Place operator[](std::size_t c) const noexcept {
    return {seeing_[c], seen_[c], x_[c], y_[c], z_[c]};
  }
  void set(std::size_t c, const Place& place) noexcept {
    seeing_[c] = place.seeing;
    seen_[c] = place.seen;
    x_[c] = place.x;
    y_[c] = place.y;
    z_[c] = place.z;
  }

  /// Where the contributions of a carrier at `b` to the hops of one at `a` start.
  [[nodiscard]] std::uint32_t start(const Place& a, const Place& b) const noexcept {
    return static_cast<std::uint32_t>(a.seeing + b.seen + folded(b.x - a.x, length_[0]) +
                                      folded(b.y - a.y, length_[1]) + folded(b.z - a.z, length_[2]));
  }
  /// The same of a carrier at `b` to each carrier of the block that starts with number `first`.
  [[nodiscard]] HOPMC_INSIDE_CLONES Starts all_seeing(const Place& b, std::size_t first) const noexcept {
    Starts starts;
    for (std::size_t i = 0; i < block; ++i) starts[i] = start((*this)[first + i], b);
    return starts;
  }
  /// The same of each carrier of the block to one at `a`.
  [[nodiscard]] HOPMC_INSIDE_CLONES Starts all_seen_by(const Place& a, std::size_t first) const noexcept {
    Starts starts;
    for (std::size_t i = 0; i < block; ++i) starts[i] = start(a, (*this)[first + i]);
    return starts;
  }

 private:
  /// 0 <= difference < length, by a mask instead of a branch.
  [[nodiscard]] static std::int32_t folded(std::int32_t difference, std::int32_t length) noexcept {
    return difference + (length & (difference >> 31));
  }

  Length length_;
  AlignedVector<std::int32_t> seeing_, seen_, x_, y_, z_;
};

/// Reduced energies: x = (lambda + dG0) sqrt(log2(e) / (4 lambda kT)), so that a Marcus rate is
/// k = 2^(c0 - x^2), c0 = log2(attempt frequency) + V_ab log2(e) / kT. One hartree of dG0 is this much x:
[[nodiscard]] double reduced_hartree(const energy::Model& model, const lattice::Hop& hop);

/// Contributions 2 q_a q_b (P(target, b) - P(origin, b)) of a carrier at b to dG0 of every hop of a carrier
/// at a, as reduced energies.
///
/// Entries are multiples of a power of two chosen so that every sum of them is exact in double precision.
/// Sums that are updated hop by hop therefore never drift, and depend on where the carriers are but not on
/// how they came there. A hop onto b itself carries an energy at which its rate is exactly zero: carriers
/// exclude each other.
class InteractionTable {
 public:
  explicit InteractionTable(const energy::Model& model);

  [[nodiscard]] const std::vector<InteractionRow>& rows() const noexcept { return rows_; }
  [[nodiscard]] std::size_t row_of(int species, int basis) const noexcept {
    return row_of_[static_cast<std::size_t>(species) * n_basis_ + static_cast<std::size_t>(basis)];
  }
  /// Hops of a row, padded: the stride of everything that is kept a hop.
  [[nodiscard]] std::size_t width() const noexcept { return width_; }
  /// Reduced energy at which a hop cannot happen.
  [[nodiscard]] double forbidden() const noexcept { return forbidden_; }
  /// The nearest reduced energy whose sums with entries are exact.
  [[nodiscard]] double exactly_summable(double x) const noexcept {
    return std::nearbyint(x / quantum_) * quantum_;
  }

  /// All contributions. Those of a carrier of row `b` in cell `to` to the `width` hops of a carrier of row
  /// `a` in cell `from` start at ((a * n_rows + b) * n_cells + relative cell) * width.
  [[nodiscard]] const double* values() const noexcept { return values_.data(); }
  [[nodiscard]] Place place(std::size_t row, const Eigen::Vector3i& folded_cell) const noexcept;
  /// The place in row `row` a hop away whose distance() is `steps`.
  [[nodiscard]] Place moved(const Place& from, std::size_t row, const Eigen::Vector3i& steps) const noexcept {
    const std::size_t seen = row * n_cells_ * width_;
    return {static_cast<std::int32_t>(seen * rows_.size()), static_cast<std::int32_t>(seen),
            wrapped(from.x + steps[0], length_[0]), wrapped(from.y + steps[1], length_[1]),
            wrapped(from.z + steps[2], length_[2])};
  }
  /// Distances in the table of a hop by `offset` cells, folded.
  [[nodiscard]] Eigen::Vector3i distance(const energy::Model& model, const Eigen::Vector3i& offset) const;
  [[nodiscard]] const Places::Length& length() const noexcept { return length_; }
  [[nodiscard]] std::size_t bytes() const noexcept { return values_.size() * sizeof(double); }

 private:
  void set_rows(const energy::Model& model);
  void set_energies(const energy::Model& model);
  void make_sums_exact(const energy::Model& model);
  void forbid_double_occupancy(const energy::Model& model);
  [[nodiscard]] static std::int32_t wrapped(std::int32_t sum, std::int32_t length) noexcept {
    return sum >= length ? sum - length : sum;
  }

  std::vector<InteractionRow> rows_;
  std::vector<std::size_t> row_of_;
  std::size_t n_basis_;
  std::size_t n_cells_;
  std::size_t width_ = 0;
  std::array<std::int32_t, 3> stride_{};  ///< in the table, of a step to the next cell
  Places::Length length_{};
  double forbidden_ = 0;
  double quantum_ = 0;
  AlignedVector<double> values_;
};

}  // namespace hopmc::kmc
