#include "rate_matrix.hpp"

#include <cstddef>
#include <cstdint>

#include "hopmc/config/errors.hpp"

namespace hopmc::analysis {
namespace {

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

}  // namespace

RateMatrix rate_matrix(const energy::Model& model, int species, const energy::Doping& doping) {
  const bool doped = !doping.dopants.empty();
  if (doped && !model.supercell.fully_periodic()) {
    throw InputError(
        Problem{"", 0, "pbc", "there is no diffusivity across faces that carriers cannot cross"});
  }
  const auto n = static_cast<Eigen::Index>(model.species[static_cast<std::size_t>(species)].basis.size()) *
                 (doped ? model.supercell.n_cells() : 1);
  RateMatrix matrix{
      steps_of(model, species, doped ? energy::DopantField(model, doping) : energy::DopantField()),
      Eigen::MatrixXd::Zero(n, n), Eigen::MatrixXd::Zero(n, 3), Eigen::VectorXd::Zero(n)};
  for (const Step& s : matrix.steps) {
    matrix.generator(s.from, s.to) += s.rate;
    matrix.generator(s.from, s.from) -= s.rate;
    matrix.drift.row(s.from) += s.rate * s.vector.transpose();
    matrix.escape_rate[s.from] += s.rate;
  }
  return matrix;
}

}  // namespace hopmc::analysis
