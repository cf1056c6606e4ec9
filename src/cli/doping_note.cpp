#include "doping_note.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "hopmc/analysis/unwrap.hpp"
#include "hopmc/kmc/dopings.hpp"
#include "hopmc/units/units.hpp"

namespace hopmc::cli {
namespace {

using trajectory::Fact;
using trajectory::Note;

/// Pairs are listed for this many dopants: attributes hold 64 KiB.
constexpr std::size_t most_dopants_in_pairs = 100;

constexpr const char* map_name = "doping_element_map";
constexpr const char* sites_name = "sites";
constexpr const char* kinds_name = "kinds";
constexpr const char* distance_name = "pair_distances";
constexpr const char* shells_name = "pair_shells";

const char* word_of(config::Insertion insertion) {
  switch (insertion) {
    case config::Insertion::manual:
      return "manual";
    case config::Insertion::pairwise:
      return "pairwise";
    case config::Insertion::gradient:
      return "gradient";
    case config::Insertion::random:
      break;
  }
  return "random";
}

void add_kinds(const energy::Model& model, const energy::Doping& doping, Note& note) {
  std::vector<std::string> map, insertions;
  std::vector<double> charges;
  std::vector<std::int64_t> counts, wanted;
  for (std::size_t k = 0; k < model.dopant_kinds.size(); ++k) {
    const auto& given = model.dopant_kinds[k].given;
    map.push_back(given.host + ":" + given.element);
    insertions.emplace_back(word_of(given.insertion));
    charges.push_back(given.charge);
    wanted.push_back(given.min_separation);
    counts.push_back(static_cast<std::int64_t>(doping.sites_of(static_cast<int>(k)).size()));
  }
  const std::vector<int> found = kmc::smallest_separations(model, doping);
  note.facts = {{map_name, map, ""},
                {"insertion_type", insertions, ""},
                {"num_dopants", counts, ""},
                {"charge", charges, "e"},
                {"min_shell_separation", wanted, ""},
                {"shell_separation", std::vector<std::int64_t>(found.begin(), found.end()), ""},
                {"attempts", std::vector<std::int64_t>{doping.attempts}, ""}};
}

void add_pairs(const energy::Model& model, const energy::Doping& doping, Note& note) {
  const auto& dopants = doping.dopants;
  if (dopants.size() < 2 || dopants.size() > most_dopants_in_pairs) return;
  const lattice::ImageSearch images = analysis::period_images(model.crystal, model.supercell);
  std::vector<double> distances;
  std::vector<std::int64_t> between;
  for (std::size_t i = 0; i < dopants.size(); ++i) {
    const int host = model.dopant_kinds[static_cast<std::size_t>(dopants[i].kind)].host;
    const lattice::ShellMap& shells = model.shells.at(host);
    const std::vector<int> around = shells.around(dopants[i].site);
    for (std::size_t j = i + 1; j < dopants.size(); ++j) {
      const Eigen::Vector3d vector =
          model.wrapped_position(dopants[j].site) - model.wrapped_position(dopants[i].site);
      distances.push_back(images.shortest(vector).norm());
      const int shell = shells.has(dopants[j].site) ? around[shells.place_of(dopants[j].site)]
                                                    : lattice::ShellMap::unreachable;
      between.push_back(shell == lattice::ShellMap::unreachable ? -1 : shell - 1);
    }
  }
  note.facts.push_back({distance_name, std::move(distances), "bohr"});
  note.facts.push_back({shells_name, std::move(between), ""});
}

}  // namespace

Note doping_note(const energy::Model& model, const energy::Doping& doping) {
  Note note{doping_group, {}};
  add_kinds(model, doping, note);
  std::vector<std::int64_t> sites, kinds;
  for (const energy::Dopant& dopant : doping.dopants) {
    sites.push_back(dopant.site);
    kinds.push_back(dopant.kind);
  }
  if (sites.empty()) return note;
  note.facts.push_back({sites_name, std::move(sites), ""});
  note.facts.push_back({kinds_name, std::move(kinds), ""});
  add_pairs(model, doping, note);
  return note;
}

std::string doping_line(const Note& note) {
  const auto* map = find_values<std::string>(note, map_name);
  const auto* sites = find_values<std::int64_t>(note, sites_name);
  const auto* kinds = find_values<std::int64_t>(note, kinds_name);
  if (map == nullptr || sites == nullptr || kinds == nullptr || sites->size() != kinds->size()) return "none";
  std::vector<std::string> parts;
  for (std::size_t k = 0; k < map->size(); ++k) {
    std::vector<std::int64_t> own;
    for (std::size_t d = 0; d < sites->size(); ++d) {
      if ((*kinds)[d] == static_cast<std::int64_t>(k)) own.push_back((*sites)[d]);
    }
    constexpr std::size_t most_shown = 10;
    const std::size_t hidden = own.size() > most_shown ? own.size() - most_shown : 0;
    own.resize(own.size() - hidden);
    if (own.empty()) continue;
    const std::string more = hidden > 0 ? fmt::format(" and {} more", hidden) : "";
    parts.push_back(fmt::format("{} on sites {}{}", (*map)[k], fmt::join(own, ", "), more));
  }
  const auto* distances = find_values<double>(note, distance_name);
  const auto* shells = find_values<std::int64_t>(note, shells_name);
  if (distances != nullptr && shells != nullptr && !distances->empty() &&
      distances->size() == shells->size()) {
    const auto nearest = std::min_element(distances->begin(), distances->end()) - distances->begin();
    const std::int64_t between = (*shells)[static_cast<std::size_t>(nearest)];
    parts.push_back(fmt::format("nearest two {:.2f} angstrom apart{}",
                                (*distances)[static_cast<std::size_t>(nearest)] / units::angstrom_in_bohr,
                                between < 0 ? std::string() : fmt::format(", {} shell(s) between", between)));
  }
  return fmt::format("{}", fmt::join(parts, "; "));
}

std::string dopant_kinds_text(const energy::Model& model) {
  std::vector<std::string> parts;
  for (const energy::DopantKind& kind : model.dopant_kinds) {
    if (kind.given.count == 0) continue;
    parts.push_back(fmt::format("{} {} on {} sites ({}, charge {:+g})", kind.given.count, kind.given.element,
                                kind.given.host, word_of(kind.given.insertion), kind.given.charge));
  }
  return fmt::format("{}", fmt::join(parts, "; "));
}

}  // namespace hopmc::cli
