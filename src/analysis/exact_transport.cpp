#include "hopmc/analysis/exact_transport.hpp"

#include <Eigen/LU>
#include <Eigen/QR>
#include <cstddef>

#include "hopmc/config/errors.hpp"
#include "rate_matrix.hpp"

namespace hopmc::analysis {

ExactTransport exact_transport(const energy::Model& model, int species, const energy::Doping& doping) {
  const RateMatrix matrix = rate_matrix(model, species, doping);
  const Eigen::Index n = matrix.generator.rows();
  ExactTransport result;
  result.escape_rate = matrix.escape_rate;
  // Rates span many orders of magnitude with temperature; only their ratios decide.
  const double scale = result.escape_rate.maxCoeff();
  const Eigen::MatrixXd relative = matrix.generator / scale;
  if (Eigen::FullPivLU<Eigen::MatrixXd>(relative).rank() != n - 1) {
    throw InputError(Problem{"", 0, "neighbor_cutoff_dist",
                             "the sites of '" + model.species[static_cast<std::size_t>(species)].name +
                                 "' fall into groups that no hop connects: there is no unique diffusivity"});
  }

  // p L = 0, sum p = 1.
  Eigen::MatrixXd stationary(n + 1, n);
  stationary << relative.transpose(), Eigen::RowVectorXd::Ones(n);
  Eigen::VectorXd unit = Eigen::VectorXd::Zero(n + 1);
  unit[n] = 1;
  result.occupation = stationary.colPivHouseholderQr().solve(unit);

  result.velocity = matrix.drift.transpose() * result.occupation;
  // L f = v - drift, fixed by sum f = 0.
  Eigen::MatrixXd corrector_matrix(n + 1, n);
  corrector_matrix << relative, Eigen::RowVectorXd::Ones(n);
  Eigen::MatrixXd right = Eigen::MatrixXd::Zero(n + 1, 3);
  right.topRows(n) = (result.velocity.transpose().replicate(n, 1) - matrix.drift) / scale;
  const Eigen::MatrixXd corrector = corrector_matrix.colPivHouseholderQr().solve(right);

  for (const Step& s : matrix.steps) {
    const Eigen::Vector3d d = s.vector + (corrector.row(s.to) - corrector.row(s.from)).transpose();
    result.diffusion += 0.5 * result.occupation[s.from] * s.rate * d * d.transpose();
  }
  return result;
}

}  // namespace hopmc::analysis
