#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

#include "ewald_sums.hpp"
#include "hopmc/units/units.hpp"
#include "model_checks.hpp"

namespace hopmc::energy {
namespace {

class ReplayChecker {
 public:
  ReplayChecker(const Model& model, const config::LoadedConfig& config, Problems& problems)
      : model_(model), config_(config), problems_(problems) {}

  void check() {
    check_species();
    if (!model_.supercell.fully_periodic())
      refuse("pbc", "PyCD's open boundaries are not reproduced: all three must be 1");
    check_shape();
    for (const Species& species : model_.species) {
      if (species.count == 0) continue;
      check_unique_images(species);
      check_equal_neighbours(species);
    }
  }

 private:
  void refuse(const std::string& key, const std::string& reason) {
    problems_.add(config_.sources.problem_at(key, "cannot be replayed: " + reason));
  }

  void check_species() {
    int kinds = 0;
    for (std::size_t s = 0; s < model_.species.size(); ++s) {
      if (model_.species[s].count == 0) continue;
      ++kinds;
      if (config_.run.material.species[s].elements.size() > 1) {
        refuse("species_to_element_type_map." + model_.species[s].name,
               "PyCD lets a species hop among sites of its first element only");
      }
    }
    if (kinds > 1) refuse("species_count", "PyCD confuses carriers of several species with each other");
  }

  /// PyCD scales columns instead of rows of the lattice for its reciprocal vectors.
  void check_shape() {
    const Eigen::Matrix3d& lattice = model_.crystal.lattice;
    const Eigen::Matrix3d right = supercell_lattice(model_.crystal, model_.supercell);
    const Eigen::Matrix3d pycd = lattice * model_.supercell.size().cast<double>().asDiagonal();
    if ((right - pycd).cwiseAbs().maxCoeff() >
        lattice::equal_length_tolerance * lattice.cwiseAbs().maxCoeff()) {
      refuse("system_size",
             "PyCD's reciprocal vectors are wrong unless lattice vectors that are not orthogonal repeat "
             "equally often");
    }
  }

  void check_unique_images(const Species& species) {
    const lattice::ImageSearch cell(supercell_lattice(model_.crystal, model_.supercell));
    const lattice::Hop* hop = lattice::find_ambiguous_hop(model_.hops, species.basis, cell);
    if (hop == nullptr) return;
    refuse(
        "system_size",
        fmt::format("the cell is too small: the hop of {:.6g} angstrom has another image as short, and PyCD, "
                    "which looks at one image only, would lose hops",
                    hop->vector.norm() / units::angstrom_in_bohr));
  }

  /// PyCD takes the numbers of neighbours from one site and uses them for all.
  void check_equal_neighbours(const Species& species) {
    if (species.basis.empty()) return;
    std::map<int, std::vector<int>> by_class;
    const auto counts_of = [&](int b) {
      std::vector<int> counts;
      for (const lattice::Hop& hop : model_.hops[static_cast<std::size_t>(b)]) {
        if (counts.size() <= static_cast<std::size_t>(hop.kind))
          counts.resize(static_cast<std::size_t>(hop.kind) + 1);
        ++counts[static_cast<std::size_t>(hop.kind)];
      }
      return counts;
    };
    const auto total = model_.hops[static_cast<std::size_t>(species.basis.front())].size();
    const auto kinds = counts_of(species.basis.front()).size();
    for (const int b : species.basis) {
      const std::vector<int> counts = counts_of(b);
      const int site_class = model_.crystal.basis[static_cast<std::size_t>(b)].site_class;
      const auto [first, inserted] = by_class.insert({site_class, counts});
      if (model_.hops[static_cast<std::size_t>(b)].size() != total || counts.size() != kinds ||
          first->second != counts) {
        refuse("neighbor_cutoff_dist",
               fmt::format(
                   "sites of {} carriers have different numbers of neighbours, which PyCD does not expect",
                   species.name));
        return;
      }
    }
  }

  const Model& model_;
  const config::LoadedConfig& config_;
  Problems& problems_;
};

}  // namespace

void check_replay(const Model& model, const config::LoadedConfig& config, Problems& problems) {
  ReplayChecker(model, config, problems).check();
}

}  // namespace hopmc::energy
