#include "hopmc/analysis/exact_transport.hpp"

#include <Eigen/LU>
#include <Eigen/QR>
#include <cstddef>
#include <vector>

#include "hopmc/config/errors.hpp"

namespace hopmc::analysis {
namespace {

/// A hop between two of the species' sites.
struct Step {
  Eigen::Index from;
  Eigen::Index to;
  Eigen::Vector3d vector;
  double rate;
};

std::vector<Step> steps_of(const energy::Model& model, int species) {
  const auto& basis = model.species[static_cast<std::size_t>(species)].basis;
  std::vector<Eigen::Index> place(static_cast<std::size_t>(model.crystal.n_basis()), -1);
  for (std::size_t i = 0; i < basis.size(); ++i)
    place[static_cast<std::size_t>(basis[i])] = static_cast<Eigen::Index>(i);
  std::vector<Step> steps;
  for (const int b : basis) {
    for (const auto& hop : model.hops[static_cast<std::size_t>(b)]) {
      const double rate = model.rate(hop, model.static_energy_change(species, b, hop));
      steps.push_back({place[static_cast<std::size_t>(b)], place[static_cast<std::size_t>(hop.target)],
                       hop.vector, rate});
    }
  }
  return steps;
}

}  // namespace

ExactTransport exact_transport(const energy::Model& model, int species) {
  const auto n = static_cast<Eigen::Index>(model.species[static_cast<std::size_t>(species)].basis.size());
  const std::vector<Step> steps = steps_of(model, species);
  Eigen::MatrixXd generator = Eigen::MatrixXd::Zero(n, n);
  Eigen::MatrixXd drift = Eigen::MatrixXd::Zero(n, 3);
  ExactTransport result;
  result.escape_rate = Eigen::VectorXd::Zero(n);
  for (const Step& s : steps) {
    generator(s.from, s.to) += s.rate;
    generator(s.from, s.from) -= s.rate;
    drift.row(s.from) += s.rate * s.vector.transpose();
    result.escape_rate[s.from] += s.rate;
  }
  // Rates span many orders of magnitude with temperature; only their ratios decide.
  const double scale = result.escape_rate.maxCoeff();
  const Eigen::MatrixXd relative = generator / scale;
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

  result.velocity = drift.transpose() * result.occupation;
  // L f = v - drift, fixed by sum f = 0.
  Eigen::MatrixXd corrector_matrix(n + 1, n);
  corrector_matrix << relative, Eigen::RowVectorXd::Ones(n);
  Eigen::MatrixXd right = Eigen::MatrixXd::Zero(n + 1, 3);
  right.topRows(n) = (result.velocity.transpose().replicate(n, 1) - drift) / scale;
  const Eigen::MatrixXd corrector = corrector_matrix.colPivHouseholderQr().solve(right);

  for (const Step& s : steps) {
    const Eigen::Vector3d d = s.vector + (corrector.row(s.to) - corrector.row(s.from)).transpose();
    result.diffusion += 0.5 * result.occupation[s.from] * s.rate * d * d.transpose();
  }
  return result;
}

}  // namespace hopmc::analysis
