#pragma once
/// Shells of hops around the dopants, as groups of sites. Where dopants are differs from one trajectory to
/// the next, so the groups do too; their list is the same for all.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "hopmc/analysis/analysed_run.hpp"
#include "hopmc/analysis/site_groups.hpp"
#include "hopmc/energy/doping.hpp"
#include "hopmc/lattice/shell_map.hpp"

namespace hopmc::analysis {

/// Sites that are `shell` hops away from a dopant and no fewer from any other. Without a dopant: all sites of
/// the species that are farther from every dopant than the last shell.
struct DopantShell {
  std::string dopant;  ///< "W"
  int shell = 0;
};

/// The shells among the sites of one species.
class DopantShells {
 public:
  /// Shells that are told apart where fewer have an energy of their own.
  static constexpr int fewest_shells = 3;

  /// The references must outlive the object.
  DopantShells(const lattice::Supercell& supercell, const std::vector<energy::DopantKind>& kinds,
               const std::map<int, lattice::ShellMap>& shells, const std::vector<int>& basis);

  /// For each kind of dopant on an element of the species shell 0 to the last that has an energy in
  /// relative_energies.doping, at least to fewest_shells; then all that is farther. Empty where the species
  /// lives on no element that is doped.
  [[nodiscard]] const std::vector<DopantShell>& list() const noexcept { return list_; }
  /// Groups in the order of the list.
  [[nodiscard]] SiteGroups groups(const energy::Doping& doping) const;

 private:
  const lattice::Supercell& supercell_;
  const std::vector<energy::DopantKind>& kinds_;
  const std::map<int, lattice::ShellMap>& shells_;
  std::vector<int> basis_;
  std::vector<int> first_group_;  ///< by kind; -1: it is on no element of the species
  int last_shell_ = fewest_shells;
  std::vector<DopantShell> list_;
};

/// The dopants of a trajectory of a doped run, as kept with its results. Throws IoError where they are
/// missing or do not fit the run. Local.
[[nodiscard]] energy::Doping dopants_of(const AnalysedRun& run, std::int64_t trajectory);

}  // namespace hopmc::analysis
