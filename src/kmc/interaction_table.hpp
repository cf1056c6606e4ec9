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

  /// `width` contributions to the hops of row `a` (in cell 0) by a carrier of row `b` in the cell of index
  /// `cell`.
  [[nodiscard]] const double* at(std::size_t a, std::size_t b, std::size_t cell) const noexcept {
    return &values_[((a * rows_.size() + b) * n_cells_ + cell) * width_];
  }
  /// Index of the cell `to` as seen from the cell `from`.
  [[nodiscard]] std::size_t relative_cell(const Eigen::Vector3i& from,
                                          const Eigen::Vector3i& to) const noexcept {
    return fold_[0][static_cast<std::size_t>(to[0] - from[0] + size_[0])] +
           fold_[1][static_cast<std::size_t>(to[1] - from[1] + size_[1])] +
           fold_[2][static_cast<std::size_t>(to[2] - from[2] + size_[2])];
  }
  [[nodiscard]] std::size_t bytes() const noexcept { return values_.size() * sizeof(double); }

 private:
  void set_rows(const energy::Model& model);
  void set_folding(const lattice::Supercell& supercell);
  void set_energies(const energy::Model& model);
  void make_sums_exact(const energy::Model& model);
  void forbid_double_occupancy(const energy::Model& model);

  std::vector<InteractionRow> rows_;
  std::vector<std::size_t> row_of_;
  std::size_t n_basis_;
  std::size_t n_cells_;
  std::size_t width_ = 0;
  Eigen::Vector3i size_;
  double forbidden_ = 0;
  std::array<std::vector<std::size_t>, 3> fold_;
  std::vector<double> values_;
};

}  // namespace hopmc::kmc
