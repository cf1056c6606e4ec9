#include "hopmc/energy/doping.hpp"

#include <algorithm>
#include <limits>
#include <set>

#include "hopmc/energy/model.hpp"

namespace hopmc::energy {
namespace {

/// PyCD's name for a site that is marked without the shells of a dopant.
constexpr const char* mark_without_shells = "X";
/// PyCD looks this many shells beyond the energies that are given for dopants in pairs.
constexpr int shells_beyond_pairs = 3;

std::size_t at(int i) {
  return static_cast<std::size_t>(i);
}

const DopantKind& kind_of(const Model& model, const Dopant& dopant) {
  return model.dopant_kinds[at(dopant.kind)];
}

}  // namespace

std::vector<std::int64_t> Doping::sites_of(int kind) const {
  std::vector<std::int64_t> sites;
  for (const Dopant& dopant : dopants) {
    if (dopant.kind == kind) sites.push_back(dopant.site);
  }
  std::sort(sites.begin(), sites.end());
  return sites;
}

int reach_of(const config::DopantKind& kind) {
  if (kind.element == mark_without_shells) return 0;
  if (kind.insertion == config::Insertion::pairwise) {
    return static_cast<int>(kind.shell_energy.size()) + shells_beyond_pairs;
  }
  return std::numeric_limits<int>::max();
}

NearestDopants nearest_dopants(const lattice::ShellMap& shells, const std::vector<DopantKind>& kinds,
                               const Doping& doping, int host) {
  NearestDopants nearest;
  nearest.shell.assign(shells.n_sites(), lattice::ShellMap::unreachable);
  nearest.dopant.assign(shells.n_sites(), -1);
  for (std::size_t d = 0; d < doping.dopants.size(); ++d) {
    const DopantKind& kind = kinds[at(doping.dopants[d].kind)];
    if (kind.host != host) continue;
    const std::vector<int> around = shells.around(doping.dopants[d].site);
    for (std::size_t p = 0; p < around.size(); ++p) {
      const int shell = around[p];
      if (shell == lattice::ShellMap::unreachable || shell > kind.reach) continue;
      if (nearest.dopant[p] >= 0 && shell >= nearest.shell[p]) continue;
      nearest.shell[p] = shell;
      nearest.dopant[p] = static_cast<int>(d);
    }
  }
  return nearest;
}

DopantField::DopantField(const Model& model, const Doping& doping) {
  if (doping.dopants.empty()) return;
  const auto n = static_cast<std::size_t>(model.supercell.n_sites());
  site_energy_.assign(n, 0.0);
  potential_.assign(n, 0.0);
  set_site_energies(model, doping);
  set_potentials(model, doping);
}

void DopantField::set_site_energies(const Model& model, const Doping& doping) {
  std::set<int> hosts;
  for (const Dopant& dopant : doping.dopants) hosts.insert(kind_of(model, dopant).host);
  for (const int host : hosts) {
    const lattice::ShellMap& shells = model.shells.at(host);
    const NearestDopants nearest = nearest_dopants(shells, model.dopant_kinds, doping, host);
    for (std::size_t p = 0; p < shells.n_sites(); ++p) {
      if (nearest.dopant[p] < 0) continue;
      const auto& energies = kind_of(model, doping.dopants[at(nearest.dopant[p])]).given.shell_energy;
      const auto shell = at(nearest.shell[p]);
      if (shell < energies.size())
        site_energy_[static_cast<std::size_t>(shells.site_at(p))] = energies[shell];
    }
  }
}

void DopantField::set_potentials(const Model& model, const Doping& doping) {
  const lattice::Supercell& supercell = model.supercell;
  const Eigen::Vector3i size = supercell.size();
  std::set<int> carrier_basis;
  for (const Species& species : model.species) {
    if (species.count > 0) carrier_basis.insert(species.basis.begin(), species.basis.end());
  }
  double charge = 0;
  for (const Dopant& dopant : doping.dopants) {
    const double change = kind_of(model, dopant).charge_change;
    if (change == 0) continue;
    charge += change;
    const int own = supercell.basis_of(dopant.site);
    const Eigen::Vector3i origin = supercell.cell_of(dopant.site);
    lattice_energy_ += 2 * change * model.ion_potential[at(own)];
    for (const Dopant& other : doping.dopants) {
      const double also = kind_of(model, other).charge_change;
      if (also != 0) lattice_energy_ += change * also * model.pair_energy(dopant.site, other.site);
    }
    for (const int b : carrier_basis) {
      // The pair matrix from the dopant outwards, cell by cell.
      std::int64_t seen = 0;
      for (int x = 0; x < size[0]; ++x) {
        const std::int64_t plane = std::int64_t{(x + origin[0]) % size[0]} * size[1];
        for (int y = 0; y < size[1]; ++y) {
          const std::int64_t line = (plane + (y + origin[1]) % size[1]) * size[2];
          for (int z = 0; z < size[2]; ++z) {
            const std::int64_t site = b + supercell.n_basis() * (line + (z + origin[2]) % size[2]);
            potential_[static_cast<std::size_t>(site)] += change * model.pair(own, b, seen++);
          }
        }
      }
    }
  }
  if (model.replay_pycd) return;  // PyCD's background is that of the carriers
  const double volume = static_cast<double>(supercell.n_cells()) * model.crystal.volume();
  lattice_energy_ += background_energy(model.total_charge + charge, volume, model.ewald, model.dielectric) -
                     background_energy(model.total_charge, volume, model.ewald, model.dielectric);
}

}  // namespace hopmc::energy
