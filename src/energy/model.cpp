#include "hopmc/energy/model.hpp"

#include <algorithm>
#include <cmath>

#include "hopmc/units/units.hpp"

namespace hopmc::energy {
namespace {

constexpr double target_error_ev = 1e-6;
/// PyCD's share of the field energy in the activation energy.
constexpr double pycd_field_factor = 0.5;

std::size_t at(int i) {
  return static_cast<std::size_t>(i);
}

}  // namespace

double default_ewald_error() noexcept {
  return target_error_ev * units::ev_in_hartree;
}

double Model::static_energy_change(int species_index, int basis, const lattice::Hop& hop) const {
  const double charge = species[at(species_index)].charge;
  const double ions = 2 * charge * (ion_potential[at(hop.target)] - ion_potential[at(basis)]);
  const double site = site_energy[at(hop.target)] - site_energy[at(basis)];
  return replay_pycd ? ions + site : ions + site - charge * field.dot(hop.vector);
}

double Model::rate(const lattice::Hop& hop, double delta_g0) const {
  const double lambda = hop.reorganization_energy;
  double activation = (lambda + delta_g0) * (lambda + delta_g0) / (4 * lambda) - hop.coupling;
  if (replay_pycd) activation -= pycd_field_factor * field.dot(hop.vector);
  return attempt_frequency * std::exp(-activation / kT);
}

double Model::pair_energy(std::int64_t site_a, std::int64_t site_b) const {
  const Eigen::Vector3i offset = supercell.cell_of(site_b) - supercell.cell_of(site_a);
  return pair(supercell.basis_of(site_a), supercell.basis_of(site_b),
              supercell.cell_index(supercell.folded(offset)));
}

double Model::electrostatic_energy(std::span<const std::int64_t> sites, const DopantField& dopants) const {
  double energy = lattice_energy + dopants.lattice_energy();
  for (std::size_t c = 0; c < sites.size(); ++c) {
    const double charge = charge_of(static_cast<int>(c));
    const int basis = supercell.basis_of(sites[c]);
    const Eigen::Vector3i cell = supercell.cell_of(sites[c]);
    energy += 2 * charge * (ion_potential[at(basis)] + dopants.potential(sites[c]));
    energy += charge * charge * pair(basis, basis, 0);
    for (std::size_t d = 0; d < c; ++d) {
      Eigen::Vector3i offset = supercell.cell_of(sites[d]) - cell;
      // Folded; cheaper than the divisions of Supercell::folded().
      for (int k = 0; k < 3; ++k) offset[k] += offset[k] < 0 ? supercell.size()[k] : 0;
      energy += 2 * charge * charge_of(static_cast<int>(d)) *
                pair(basis, supercell.basis_of(sites[d]), supercell.cell_index(offset));
    }
  }
  return energy;
}

double Model::total_site_energy(std::span<const std::int64_t> sites, const DopantField& dopants) const {
  double energy = 0;
  for (const std::int64_t site : sites) {
    energy += site_energy[at(supercell.basis_of(site))] + dopants.site_energy(site);
  }
  return energy;
}

double Model::largest_doping_change(int species_index) const {
  if (!doped()) return 0;
  double charges = 0;
  double shell = 0;
  for (const DopantKind& kind : dopant_kinds) {
    charges += static_cast<double>(kind.given.count) * std::abs(kind.charge_change);
    for (const double energy : kind.given.shell_energy) shell = std::max(shell, std::abs(energy));
  }
  return 2 * shell + 4 * std::abs(species[at(species_index)].charge) * charges * pair.largest();
}

Eigen::Vector3d Model::wrapped_position(std::int64_t site) const {
  const Eigen::Vector3i cell = supercell.cell_of(site);
  const Eigen::Vector3d& fractional = crystal.basis[at(supercell.basis_of(site))].fractional;
  Eigen::RowVector3d folded;
  for (int d = 0; d < 3; ++d) {
    const double size = supercell.size()[d];
    const double x = cell[d] + fractional[d];
    folded[d] = x - size * std::floor(x / size);
    if (folded[d] >= size) folded[d] = 0;  // a coordinate just below zero rounds up to the whole cell
  }
  return (folded * crystal.lattice).transpose();
}

}  // namespace hopmc::energy
