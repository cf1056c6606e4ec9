#include "hopmc/analysis/exact_transport.hpp"

#include <Eigen/LU>
#include <Eigen/QR>
#include <cstddef>
#include <cstdint>
#include <string>
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

/// Hops within one unit cell of the undoped crystal, or within the supercell where there are dopants.
std::vector<Step> steps_of(const energy::Model& model, int species, const energy::DopantField& dopants) {
  const auto& basis = model.species[static_cast<std::size_t>(species)].basis;
  const double charge = model.species[static_cast<std::size_t>(species)].charge;
  const auto width = static_cast<Eigen::Index>(basis.size());
  std::vector<Eigen::Index> place(static_cast<std::size_t>(model.crystal.n_basis()), -1);
  for (std::size_t i = 0; i < basis.size(); ++i)
    place[static_cast<std::size_t>(basis[i])] = static_cast<Eigen::Index>(i);
  const std::int64_t cells = dopants.empty() ? 1 : model.supercell.n_cells();
  std::vector<Step> steps;
  for (std::int64_t cell = 0; cell < cells; ++cell) {
    for (const int b : basis) {
      const Eigen::Vector3i at = model.supercell.cell_at(cell);
      for (const auto& hop : model.hops[static_cast<std::size_t>(b)]) {
        const Eigen::Vector3i to = model.supercell.folded(at + hop.offset);
        const double change = dopants.energy_change(charge, model.supercell.site_index(b, at),
                                                    model.supercell.site_index(hop.target, to));
        const double rate = model.rate(hop, model.static_energy_change(species, b, hop) + change);
        const std::int64_t target_cell = dopants.empty() ? 0 : model.supercell.cell_index(to);
        steps.push_back({cell * width + place[static_cast<std::size_t>(b)],
                         target_cell * width + place[static_cast<std::size_t>(hop.target)], hop.vector,
                         rate});
      }
    }
  }
  return steps;
}

/// Transport among n sites.
ExactTransport solve(const std::vector<Step>& steps, Eigen::Index n, const std::string& species) {
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
                             "the sites of '" + species +
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

}  // namespace

ExactTransport exact_transport(const energy::Model& model, int species) {
  const energy::Species& carriers = model.species[static_cast<std::size_t>(species)];
  return solve(steps_of(model, species, {}), static_cast<Eigen::Index>(carriers.basis.size()), carriers.name);
}

ExactTransport exact_transport(const energy::Model& model, int species, const energy::Doping& doping) {
  if (doping.dopants.empty()) return exact_transport(model, species);
  if (!model.supercell.fully_periodic()) {
    throw InputError(
        Problem{"", 0, "pbc", "there is no diffusivity across faces that carriers cannot cross"});
  }
  const energy::Species& carriers = model.species[static_cast<std::size_t>(species)];
  const auto n = static_cast<Eigen::Index>(carriers.basis.size()) * model.supercell.n_cells();
  return solve(steps_of(model, species, energy::DopantField(model, doping)), n, carriers.name);
}

}  // namespace hopmc::analysis
