#include "hopmc/analysis/dopant_shells.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "hopmc/config/errors.hpp"
#include "hopmc/trajectory/columns.hpp"
#include "hopmc/trajectory/note.hpp"
#include "hopmc/validate/run_record.hpp"

namespace hopmc::analysis {
namespace {

std::size_t at(std::int64_t i) {
  return static_cast<std::size_t>(i);
}

/// The note of a trajectory's dopants and where it is.
std::pair<std::optional<trajectory::Note>, std::string> note_of(const AnalysedRun& run,
                                                                std::int64_t trajectory) {
  if (const auto* hdf5 = dynamic_cast<const trajectory::Hdf5Reader*>(run.reader.get())) {
    return {hdf5->note(trajectory, validate::doping_group),
            fmt::format("{}: {} of trajectory {}", run.place, validate::doping_group, trajectory + 1)};
  }
  const auto directory = std::filesystem::path(run.place) / trajectory::directory_name(trajectory);
  return {trajectory::read_json_note(directory, validate::doping_group),
          (directory / (std::string(validate::doping_group) + ".json")).string()};
}

}  // namespace

DopantShells::DopantShells(const lattice::Supercell& supercell, const std::vector<energy::DopantKind>& kinds,
                           const std::map<int, lattice::ShellMap>& shells, const std::vector<int>& basis)
    : supercell_(supercell), kinds_(kinds), shells_(shells), basis_(basis), first_group_(kinds.size(), -1) {
  const auto is_there = [&](const energy::DopantKind& kind) {
    return kind.given.count > 0 && std::any_of(basis.begin(), basis.end(), [&](int b) {
             return shells.at(kind.host).has(b);  // a site of cell 0
           });
  };
  for (const energy::DopantKind& kind : kinds) {
    if (!is_there(kind)) continue;
    last_shell_ = std::max(last_shell_, static_cast<int>(kind.given.shell_energy.size()) - 1);
  }
  for (std::size_t k = 0; k < kinds.size(); ++k) {
    if (!is_there(kinds[k])) continue;
    first_group_[k] = static_cast<int>(list_.size());
    for (int shell = 0; shell <= last_shell_; ++shell) list_.push_back({kinds[k].given.element, shell});
  }
  if (!list_.empty()) list_.push_back({});
}

SiteGroups DopantShells::groups(const energy::Doping& doping) const {
  SiteGroups groups;
  for (const DopantShell& s : list_) groups.names.push_back(fmt::format("{} shell {}", s.dopant, s.shell));
  groups.of_site.assign(at(supercell_.n_sites()), -1);
  const int farther = static_cast<int>(list_.size()) - 1;
  for (std::int64_t first = 0; first < supercell_.n_sites(); first += supercell_.n_basis()) {
    for (const int b : basis_) groups.of_site[at(first + b)] = farther;
  }
  for (const auto& [host, shells] : shells_) {
    const energy::NearestDopants nearest = energy::nearest_dopants(shells, kinds_, doping, host);
    for (std::size_t p = 0; p < shells.n_sites(); ++p) {
      int& group = groups.of_site[at(shells.site_at(p))];
      if (group < 0 || nearest.dopant[p] < 0 || nearest.shell[p] > last_shell_) continue;
      group = first_group_[at(doping.dopants[at(nearest.dopant[p])].kind)] + nearest.shell[p];
    }
  }
  return groups;
}

energy::Doping dopants_of(const AnalysedRun& run, std::int64_t trajectory) {
  const auto [note, place] = note_of(run, trajectory);
  if (!note) throw IoError(place + ": is not there; it says where the dopants are");
  const auto* sites = trajectory::find_values<std::int64_t>(*note, "sites");
  const auto* kinds = trajectory::find_values<std::int64_t>(*note, "kinds");
  energy::Doping doping;
  if (sites == nullptr && kinds == nullptr) return doping;  // PyCD's rules may place none
  const auto fits = [&](std::int64_t site, std::int64_t kind) {
    if (kind < 0 || at(kind) >= run.dopant_kinds.size() || site < 0 || site >= run.supercell.n_sites()) {
      return false;
    }
    const auto shells = run.dopant_shells.find(run.dopant_kinds[at(kind)].host);
    return shells != run.dopant_shells.end() && shells->second.has(site);
  };
  bool all_fit = sites != nullptr && kinds != nullptr && sites->size() == kinds->size();
  for (std::size_t d = 0; all_fit && d < sites->size(); ++d) {
    all_fit = fits((*sites)[d], (*kinds)[d]);
    if (all_fit) doping.dopants.push_back({(*sites)[d], static_cast<int>((*kinds)[d])});
  }
  if (!all_fit) throw IoError(place + ": its sites and kinds are not those of dopants of this run");
  return doping;
}

}  // namespace hopmc::analysis
