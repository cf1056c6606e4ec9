#pragma once
/// What one carrier's presence changes in another's hops, for every relative position: a small table by
/// translation symmetry.

#include <Eigen/Core>
#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "hopmc/energy/model.hpp"

namespace hopmc::kmc {

/// Rows (species, basis site) of the species that have carriers.
struct InteractionRow {
  int species = 0;
  int basis = 0;
};

/// Where every carrier is, as distances in the interaction table, so that finding an entry takes no
/// multiplication. Each an array of its own, padded to whole blocks: loops over them are vectorised without a
/// remainder.
struct CarrierCells {
  static constexpr std::size_t block = 8;
  std::vector<std::int32_t> seeing,
      seen;  ///< by the row of the table, as the one who hops and as the one who is there
  std::vector<std::int32_t> x, y, z;  ///< by the folded cell
  explicit CarrierCells(std::size_t n) {
    for (auto* column : {&seeing, &seen, &x, &y, &z}) column->resize((n + block - 1) / block * block);
  }
  [[nodiscard]] std::size_t padded_size() const noexcept { return x.size(); }
};

/// dG0 contributions 2 q_a q_b (P(target, b) - P(origin, b)) of a carrier at b to every hop of a carrier at
/// a.
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
  /// Energy at which a hop cannot happen, hartree.
  [[nodiscard]] double forbidden() const noexcept { return forbidden_; }

  /// All contributions. Those of a carrier of row `b` in cell `to` to the `width` hops of a carrier of row
  /// `a` in cell `from` start at ((a * n_rows + b) * n_cells + relative cell) * width; `width` zeros start at
  /// nothing().
  [[nodiscard]] const double* values() const noexcept { return values_.data(); }
  [[nodiscard]] std::uint32_t nothing() const noexcept {
    return static_cast<std::uint32_t>(values_.size() - width_);
  }
  /// Notes that carrier c is in row `row` and the folded `cell`.
  void place(CarrierCells& carriers, std::size_t c, std::size_t row,
             const Eigen::Vector3i& cell) const noexcept;
  /// Where the contributions of `seen` to each carrier start (as many as `carriers` is padded to).
  void to_all(const CarrierCells& carriers, std::size_t seen, std::uint32_t* start) const noexcept;
  /// Where the contributions of each carrier to `moved` start; nothing() for its own.
  void from_all(const CarrierCells& carriers, std::size_t moved, std::uint32_t* start) const noexcept;
  [[nodiscard]] std::size_t bytes() const noexcept { return values_.size() * sizeof(double); }

 private:
  void set_rows(const energy::Model& model);
  void set_energies(const energy::Model& model);
  void make_sums_exact(const energy::Model& model);
  void forbid_double_occupancy(const energy::Model& model);

  std::vector<InteractionRow> rows_;
  std::vector<std::size_t> row_of_;
  std::size_t n_basis_;
  std::size_t n_cells_;
  std::size_t width_ = 0;
  std::array<std::int32_t, 3> stride_{};  ///< in the table, of a step to the next cell
  std::array<std::int32_t, 3> length_{};  ///< in the table, of the whole supercell
  double forbidden_ = 0;
  std::vector<double> values_;
};

}  // namespace hopmc::kmc
