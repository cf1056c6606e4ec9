#pragma once
/// What the rates of interacting carriers depend on besides where the other carriers are.

#include <Eigen/Core>
#include <cstddef>
#include <vector>

#include "aligned_vector.hpp"
#include "hopmc/energy/model.hpp"
#include "interaction_table.hpp"

namespace hopmc::kmc {

/// What a hop changes in its carrier.
struct Step {
  std::size_t row = 0;                                 ///< of the interaction table, after the hop
  Eigen::Vector3i distance = Eigen::Vector3i::Zero();  ///< InteractionTable::distance() of its offset
  Eigen::Vector3i offset = Eigen::Vector3i::Zero();    ///< in cells
  int target = 0;                                      ///< basis index
};

/// Constants of the hops of every node, padded with hops that never happen: k = 2^(c0 - x^2) where the
/// reduced energy x is `base` and the contributions of the other carriers (see reduced_hartree()).
///
/// A node is a row of the interaction table where the landscape repeats in every cell, and a row in a cell
/// where it does not (dopants, or faces that carriers cannot cross).
class RateConstants {
 public:
  RateConstants(const energy::Model& model, const InteractionTable& table,
                const energy::DopantField& dopants);

  /// Where the hops of one node start in the arrays by row and in those by node.
  struct Start {
    std::size_t row = 0;
    std::size_t node = 0;
  };
  [[nodiscard]] Start start(std::size_t row, const Place& place, std::size_t width) const noexcept {
    return {row * width, row * width + place.cell() * rows_a_cell_};
  }
  /// dG0 of hop h where its reduced energy is x, hartree.
  [[nodiscard]] double delta_g0(const Start& start, std::size_t h, double x) const noexcept {
    return static_part_[start.node + h] + (x - base_[start.node + h]) / reduced_hartree_[start.row + h];
  }
  [[nodiscard]] const double* c0(const Start& start) const noexcept { return &c0_[start.row]; }
  [[nodiscard]] const double* base(const Start& start) const noexcept { return &base_[start.node]; }
  [[nodiscard]] const Step& step(const Start& start, std::size_t h) const noexcept {
    return steps_[start.row + h];
  }

 private:
  void set_row(const energy::Model& model, const InteractionTable& table, std::size_t row);
  void set_node(const energy::Model& model, const InteractionTable& table, const energy::DopantField& dopants,
                std::size_t row, const Eigen::Vector3i& cell);

  std::size_t rows_a_cell_;   ///< 0 where the landscape repeats in every cell
  AlignedVector<double> c0_;  ///< by row and hop
  std::vector<double> reduced_hartree_;
  std::vector<Step> steps_;
  AlignedVector<double> base_;       ///< by node and hop: reduced
  std::vector<double> static_part_;  ///< dG0 without the other carriers, hartree
};

}  // namespace hopmc::kmc
