#pragma once
/// Stationary state and Poisson's equation of a Markov chain by elimination of one state after the other.

#include <Eigen/Core>

namespace hopmc::analysis {

/// The chain without its last state, then without the last two, and so on, down to state 0. Rates are added,
/// multiplied and divided but never subtracted, so that each keeps its digits however many orders of
/// magnitude they span (W. K. Grassmann, M. I. Taksar and D. P. Heyman, Oper. Res. 33, 1107 (1985)). Time
/// grows with the cube of the number of states.
class StateReduction {
 public:
  /// `rates` [n, n]: from row to column; the diagonal is not read. State 0 can be reached from all others.
  explicit StateReduction(Eigen::MatrixXd rates);

  /// p with p L = 0 and sum p = 1; NaN where doubles do not hold it.
  [[nodiscard]] Eigen::VectorXd stationary() const;
  /// f with L f = right [n, columns], f(state 0) = 0; `right` has no mean in the stationary state.
  [[nodiscard]] Eigen::MatrixXd solve(Eigen::MatrixXd right) const;

 private:
  Eigen::MatrixXd rates_;  ///< above the diagonal divided by the column's exit_
  Eigen::VectorXd exit_;   ///< from a state to those before it, when those behind it are gone
};

}  // namespace hopmc::analysis
