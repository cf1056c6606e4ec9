#include "state_reduction.hpp"

#include <utility>

namespace hopmc::analysis {

using Eigen::Index;

StateReduction::StateReduction(Eigen::MatrixXd rates)
    : rates_(std::move(rates)), exit_(Eigen::VectorXd::Zero(rates_.rows())) {
  for (Index n = rates_.rows() - 1; n > 0; --n) {
    exit_[n] = rates_.row(n).head(n).sum();
    rates_.col(n).head(n) /= exit_[n];
    rates_.topLeftCorner(n, n).noalias() += rates_.col(n).head(n) * rates_.row(n).head(n);
  }
}

Eigen::VectorXd StateReduction::stationary() const {
  Eigen::VectorXd p = Eigen::VectorXd::Ones(rates_.rows());
  for (Index n = 1; n < p.size(); ++n) p[n] = p.head(n).dot(rates_.col(n).head(n));
  return p / p.sum();
}

Eigen::MatrixXd StateReduction::solve(Eigen::MatrixXd right) const {
  for (Index n = rates_.rows() - 1; n > 0; --n) {
    right.topRows(n) += (rates_.col(n).head(n) * right.row(n)).eval();
  }
  right.row(0).setZero();
  for (Index n = 1; n < rates_.rows(); ++n) {
    right.row(n) = ((rates_.row(n).head(n) * right.topRows(n) - right.row(n)) / exit_[n]).eval();
  }
  return right;
}

}  // namespace hopmc::analysis
