#include "model_checks.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <set>

#include "hopmc/units/units.hpp"

namespace hopmc::energy {
namespace {

constexpr double most_images = 1e7;     ///< in the sphere of r_cut around a site: minutes
constexpr double most_k_vectors = 5e8;  ///< in half the sphere of k_cut: 4 GB
constexpr double most_pair_bytes = 16e9;
constexpr double most_hops =
    1e15;  ///< of one kind in a trajectory: beyond it the clock cannot tell two hops apart
constexpr std::size_t most_species_combined = 12;  ///< subsets of species are enumerated

std::string initial_key(const Species& species) {
  return "initial_occupancy." + species.name;
}

void check_hops(const Model& model, const config::LoadedConfig& config, Problems& problems) {
  for (const Species& species : model.species) {
    if (species.count == 0) continue;
    bool any = false;
    for (const int b : species.basis) any = any || !model.hops[static_cast<std::size_t>(b)].empty();
    if (!any) {
      problems.add(config.sources.problem_at(
          "species_count",
          fmt::format("{} {} carrier(s) cannot move: no hop is listed in neighbor_cutoff_dist "
                      "for their sites",
                      species.count, species.name)));
    }
  }
}

/// Every set of species must fit on the sites that its members share (Hall's theorem).
void check_room(const Model& model, const config::LoadedConfig& config, Problems& problems) {
  const std::size_t n = std::min(model.species.size(), most_species_combined);
  for (std::size_t subset = 1; subset < (std::size_t{1} << n); ++subset) {
    std::set<int> basis;
    std::vector<std::string> names;
    std::int64_t carriers = 0;
    bool all_present = true;
    for (std::size_t s = 0; s < n; ++s) {
      if ((subset >> s & 1U) == 0) continue;
      const Species& species = model.species[s];
      all_present = all_present && species.count > 0;
      carriers += species.count;
      names.push_back(species.name);
      basis.insert(species.basis.begin(), species.basis.end());
    }
    const std::int64_t sites = static_cast<std::int64_t>(basis.size()) * model.supercell.n_cells();
    if (!all_present || carriers <= sites) continue;
    problems.add(config.sources.problem_at(
        "species_count",
        fmt::format("{} carriers ({}) for {} sites", carriers, fmt::join(names, " and "), sites)));
    return;
  }
}

void check_initial_sites(const Model& model, const config::LoadedConfig& config, Problems& problems) {
  std::map<std::int64_t, const Species*> taken;
  for (const Species& species : model.species) {
    if (species.initial_sites.size() > static_cast<std::size_t>(species.count)) {
      problems.add(config.sources.problem_at(initial_key(species),
                                             fmt::format("{} sites for {} carrier(s) of species_count",
                                                         species.initial_sites.size(), species.count)));
    }
    const std::set<int> allowed(species.basis.begin(), species.basis.end());
    for (const std::int64_t site : species.initial_sites) {
      if (site < 0 || site >= model.supercell.n_sites()) {
        problems.add(config.sources.problem_at(
            initial_key(species), fmt::format("there is no site {}: sites count from 0 to {}", site,
                                              model.supercell.n_sites() - 1)));
        continue;
      }
      const int basis = model.supercell.basis_of(site);
      if (!allowed.contains(basis)) {
        const int element = model.crystal.basis[static_cast<std::size_t>(basis)].element;
        problems.add(config.sources.problem_at(
            initial_key(species),
            fmt::format("site {} is a {} site, on which no {} lives", site,
                        model.crystal.elements[static_cast<std::size_t>(element)].name, species.name)));
      }
      const auto [other, inserted] = taken.insert({site, &species});
      if (!inserted) {
        problems.add(config.sources.problem_at(
            initial_key(species),
            fmt::format("site {} is already taken by a carrier ({})", site, other->second->name)));
      }
    }
  }
}

}  // namespace

bool check_size(const config::LoadedConfig& config, int n_basis, Problems& problems) {
  const double sites = config.run.system_size.cast<double>().prod() * n_basis;
  const double largest = std::numeric_limits<std::int32_t>::max();
  if (sites <= largest) return true;
  problems.add(config.sources.problem_at(
      "system_size", fmt::format("{:.4g} sites; at most {:.0f} can be numbered", sites, largest)));
  return false;
}

void check_carriers(const Model& model, const config::LoadedConfig& config, Problems& problems) {
  const auto has_carriers = [](const Species& species) { return species.count > 0; };
  if (std::none_of(model.species.begin(), model.species.end(), has_carriers)) {
    problems.add(config.sources.problem_at("species_count", "there is no carrier to move"));
  }
  check_hops(model, config, problems);
  check_room(model, config, problems);
  check_initial_sites(model, config, problems);
}

void check_rates(const Model& model, const config::LoadedConfig& config, Problems& problems) {
  for (std::size_t s = 0; s < model.species.size(); ++s) {
    if (model.species[s].count == 0) continue;
    for (const int b : model.species[s].basis) {
      for (const auto& hop : model.hops[static_cast<std::size_t>(b)]) {
        // Dopants may bring dG0 closer to -lambda, where the rate is largest.
        const double change = model.static_energy_change(static_cast<int>(s), b, hop);
        const double reach = model.largest_doping_change(static_cast<int>(s));
        const double fastest = std::clamp(-hop.reorganization_energy, change - reach, change + reach);
        const double rate = model.rate(hop, reach > 0 ? fastest : change);
        if (rate * model.t_final < most_hops) continue;
        problems.add(config.sources.problem_at(
            "v_ab",
            fmt::format("{} hops of {:.4g} angstrom would happen {:.3g} times a second, too often to be "
                        "simulated; lambda_values and v_ab are in eV, vn in 1/s",
                        model.species[s].name, hop.vector.norm() / units::angstrom_in_bohr,
                        rate * units::second_in_atomic_time)));
        return;
      }
    }
  }
}

bool check_ewald(const Model& model, const config::LoadedConfig& config, Problems& problems) {
  const std::size_t before = problems.list().size();
  const config::EwaldInput& input = config.run.material.ewald;
  const auto refuse = [&](const char* key, bool given, const char* what, double count) {
    // A cutoff that was chosen is as large as the given splitting parameter demands.
    problems.add(config.sources.problem_at(
        given ? key : "alpha",
        fmt::format("the Ewald sum would run over {:.3g} {}; leave alpha, r_cut and k_cut "
                    "out and they are chosen for the least work",
                    count, what)));
  };
  const double cell = model.crystal.volume();
  const double cells = static_cast<double>(model.supercell.n_cells());
  const double sphere = 4 * units::pi / 3;
  const double images = sphere * std::pow(model.ewald.r_cut, 3) / cell;
  if (images > most_images) refuse("r_cut", input.r_cut.has_value(), "images of each site", images);
  const double vectors = sphere / 2 * std::pow(model.ewald.k_cut / (2 * units::pi), 3) * cell * cells;
  if (vectors > most_k_vectors) refuse("k_cut", input.k_cut || input.k_max, "k vectors", vectors);

  double rows = 0;
  for (const Species& species : model.species) {
    if (species.count > 0) rows += static_cast<double>(species.basis.size());
  }
  for (const auto& host : model.shells) {
    rows += model.crystal.elements[static_cast<std::size_t>(host.first)].count;
  }
  rows = std::min(rows, static_cast<double>(model.crystal.n_basis()));
  if (model.replay_pycd) rows = model.crystal.n_basis();
  const double bytes = rows * rows * cells * sizeof(double);
  if (bytes > most_pair_bytes) {
    problems.add(config.sources.problem_at(
        "system_size",
        fmt::format("the pair energies would take {:.3g} GB of every rank's memory", bytes / 1e9)));
  }
  return problems.list().size() == before;
}

}  // namespace hopmc::energy
