#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "doping_checks.hpp"
#include "ewald_sums.hpp"
#include "hopmc/config/frame_count.hpp"
#include "hopmc/energy/model.hpp"
#include "hopmc/lattice/poscar.hpp"
#include "hopmc/units/units.hpp"
#include "model_checks.hpp"

namespace hopmc::energy {
namespace {

constexpr double most_frames = 1e15;

std::vector<Species> species_of(const lattice::Crystal& crystal, const config::LoadedConfig& config,
                                Problems& problems) {
  std::vector<std::string> names;
  for (const lattice::Element& element : crystal.elements) names.push_back(element.name);
  std::vector<Species> result;
  for (const config::Species& given : config.run.material.species) {
    Species species{given.name, given.charge, given.count, {}, given.initial_sites};
    for (const std::string& name : given.elements) {
      const int element = crystal.find_element(name);
      if (element < 0) {
        const std::string nearest = config::nearest_name(name, names);
        problems.add(config.sources.problem_at(
            "species_to_element_type_map." + given.name,
            fmt::format("POSCAR has no element {}{}", name,
                        nearest.empty() ? "" : fmt::format("; did you mean {}?", nearest))));
        continue;
      }
      const std::vector<int> sites = crystal.sites_of(element);
      species.basis.insert(species.basis.end(), sites.begin(), sites.end());
    }
    std::sort(species.basis.begin(), species.basis.end());
    species.basis.erase(std::unique(species.basis.begin(), species.basis.end()), species.basis.end());
    result.push_back(std::move(species));
  }
  return result;
}

void set_site_energies(Model& model, const config::LoadedConfig& config, Problems& problems) {
  model.site_energy.assign(model.crystal.basis.size(), 0.0);
  for (const auto& [name, energies] : config.run.material.class_energy) {
    const int element = model.crystal.find_element(name);
    if (element < 0 || energies.empty()) continue;
    for (const int b : model.crystal.sites_of(element)) {
      const auto site_class =
          static_cast<std::size_t>(model.crystal.basis[static_cast<std::size_t>(b)].site_class);
      if (site_class >= energies.size()) {
        problems.add(config.sources.problem_at(
            "relative_energies.class_index." + name,
            fmt::format("{} energies, but class_list has class {}", energies.size(), site_class + 1)));
        break;
      }
      model.site_energy[static_cast<std::size_t>(b)] = energies[site_class];
    }
  }
}

void set_time(Model& model, const config::LoadedConfig& config, Problems& problems) {
  model.t_final = config.run.t_final;
  model.time_interval = config.run.time_interval;
  const double ratio = model.t_final / model.time_interval;
  if (!(ratio >= 0 && ratio < most_frames)) {
    problems.add(config.sources.problem_at(
        "time_interval", fmt::format("{:.3g} frames up to t_final are more than can be counted", ratio)));
    return;
  }
  model.n_frames = config::frame_count(config.run);
}

/// Ion potentials: those of the infinite crystal, summed over one unit cell. PyCD's minimum images make its
/// own depend on the supercell.
std::vector<double> potential_of_ions(const Model& model) {
  std::vector<int> all(model.crystal.basis.size());
  std::iota(all.begin(), all.end(), 0);
  const lattice::Supercell cell =
      model.ewald.as_pycd
          ? model.supercell
          : lattice::Supercell(Eigen::Vector3i::Ones(), {true, true, true}, model.crystal.n_basis());
  return ion_potential(PairMatrix(model.crystal, cell, all, model.ewald, model.dielectric), cell,
                       model.ion_charge);
}

void set_electrostatics(Model& model) {
  model.ion_potential = potential_of_ions(model);
  std::vector<int> sites;
  for (const Species& species : model.species) {
    if (species.count > 0) sites.insert(sites.end(), species.basis.begin(), species.basis.end());
  }
  for (const DopantKind& kind : model.dopant_kinds) {
    if (kind.given.count == 0 || kind.charge_change == 0) continue;
    const std::vector<int> hosts = model.crystal.sites_of(kind.host);
    sites.insert(sites.end(), hosts.begin(), hosts.end());
  }
  std::sort(sites.begin(), sites.end());
  sites.erase(std::unique(sites.begin(), sites.end()), sites.end());
  model.pair = PairMatrix(model.crystal, model.supercell, sites, model.ewald, model.dielectric);

  double ions_of_cell = 0;
  double charge_of_cell = 0;
  for (std::size_t b = 0; b < model.ion_charge.size(); ++b) {
    ions_of_cell += model.ion_charge[b] * model.ion_potential[b];
    charge_of_cell += model.ion_charge[b];
  }
  const auto cells = static_cast<double>(model.supercell.n_cells());
  model.total_charge = model.replay_pycd ? 0.0 : cells * charge_of_cell;  // PyCD counts the carriers alone
  for (const Species& species : model.species) model.total_charge += species.count * species.charge;
  model.lattice_energy =
      cells * ions_of_cell +
      background_energy(model.total_charge, cells * model.crystal.volume(), model.ewald, model.dielectric);
}

}  // namespace

Eigen::Vector3d field_vector(const config::ElectricField& field, const Eigen::Matrix3d& lattice) {
  if (field.magnitude == 0) return Eigen::Vector3d::Zero();
  const Eigen::Vector3d direction = field.in_lattice_vectors
                                        ? Eigen::Vector3d((field.direction.transpose() * lattice).transpose())
                                        : field.direction;
  return field.magnitude * (direction / direction.norm());
}

Model build_model(const config::CaseFiles& files, const config::LoadedConfig& config, Problems& problems) {
  const config::RunConfig& run = config.run;
  Model model;
  model.crystal = lattice::read_crystal(files.poscar, config, problems);
  if (!problems.empty() || !check_size(config, model.crystal.n_basis(), problems)) return model;

  model.supercell = lattice::Supercell(run.system_size, run.periodic, model.crystal.n_basis());
  model.replay_pycd = run.replay_pycd;
  model.dielectric = run.material.dielectric_constant;
  model.attempt_frequency = run.material.attempt_frequency;
  model.kT = run.temperature * units::kelvin_in_hartree;
  model.field = field_vector(run.field, model.crystal.lattice);
  for (const lattice::BasisSite& site : model.crystal.basis) {
    const std::string& element = model.crystal.elements[static_cast<std::size_t>(site.element)].name;
    model.ion_charge.push_back(run.material.ion_charges.at(element));
  }
  model.hops = lattice::build_hop_table(model.crystal, config, problems);
  model.species = species_of(model.crystal, config, problems);
  set_site_energies(model, config, problems);
  set_time(model, config, problems);
  if (!problems.empty()) return model;
  check_carriers(model, config, problems);
  set_doping(model, config, problems);
  if (run.replay_pycd) check_replay(model, config, problems);
  if (!problems.empty()) return model;
  for (std::size_t s = 0; s < model.species.size(); ++s) {
    model.carrier_species.insert(model.carrier_species.end(),
                                 static_cast<std::size_t>(model.species[s].count), static_cast<int>(s));
  }
  model.ewald = choose_ewald_parameters(run.material.ewald, model.crystal, model.supercell, model.ion_charge,
                                        model.dielectric, model.replay_pycd, default_ewald_error());
  if (!check_ewald(model, config, problems)) return model;
  set_electrostatics(model);
  check_rates(model, config, problems);
  return model;
}

}  // namespace hopmc::energy
