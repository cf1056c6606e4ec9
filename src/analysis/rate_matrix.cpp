#include "rate_matrix.hpp"

#include <cstddef>

namespace hopmc::analysis {
namespace {

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

RateMatrix rate_matrix(const energy::Model& model, int species) {
  const auto n = static_cast<Eigen::Index>(model.species[static_cast<std::size_t>(species)].basis.size());
  RateMatrix matrix{steps_of(model, species), Eigen::MatrixXd::Zero(n, n), Eigen::MatrixXd::Zero(n, 3),
                    Eigen::VectorXd::Zero(n)};
  for (const Step& s : matrix.steps) {
    matrix.generator(s.from, s.to) += s.rate;
    matrix.generator(s.from, s.from) -= s.rate;
    matrix.drift.row(s.from) += s.rate * s.vector.transpose();
    matrix.escape_rate[s.from] += s.rate;
  }
  return matrix;
}

}  // namespace hopmc::analysis
