#include "dopant_checks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "hopmc/config/errors.hpp"
#include "hopmc/validate/run_record.hpp"

namespace hopmc::validate {
namespace {

using trajectory::Fact;
using trajectory::Note;

constexpr const char* topic = "dopants";

/// Attributes come in the order of their names.
std::vector<Fact> sorted_facts(const Note& note) {
  std::vector<Fact> facts = note.facts;
  std::sort(facts.begin(), facts.end(), [](const Fact& a, const Fact& b) { return a.name < b.name; });
  return facts;
}

void check_sites(const Note& note, const Expectation& e, const std::string& place, MismatchLog& log) {
  const auto* sites = trajectory::find_values<std::int64_t>(note, "sites");
  const auto* kinds = trajectory::find_values<std::int64_t>(note, "kinds");
  if (sites == nullptr || kinds == nullptr || sites->size() != kinds->size()) {
    log.add(topic, place, "sites and kinds are missing or differ in length");
    return;
  }
  const lattice::Crystal& crystal = e.geometry->crystal;
  const lattice::Supercell& supercell = e.geometry->supercell;
  const auto n_kinds = static_cast<std::int64_t>(e.doping.kinds.size());
  std::vector<std::int64_t> counts(e.doping.kinds.size(), 0);
  for (std::size_t d = 0; d < sites->size(); ++d) {
    const std::int64_t site = (*sites)[d];
    const std::int64_t k = (*kinds)[d];
    if (k < 0 || k >= n_kinds || site < 0 || site >= supercell.n_sites()) {
      log.add(topic, place,
              fmt::format("dopant {} is of kind {} on site {}, which there is not", d, k, site));
      return;
    }
    const auto& kind = e.doping.kinds[static_cast<std::size_t>(k)];
    ++counts[static_cast<std::size_t>(k)];
    const int element = crystal.basis[static_cast<std::size_t>(supercell.basis_of(site))].element;
    if (crystal.elements[static_cast<std::size_t>(element)].name == kind.host) continue;
    log.add(topic, place,
            fmt::format("{} is on site {}, which is no {} site", kind.element, site, kind.host));
  }
  if (std::set(sites->begin(), sites->end()).size() != sites->size()) {
    log.add(topic, place, "two dopants are on one site");
  }
  for (std::size_t k = 0; k < counts.size(); ++k) {
    // PyCD goes on with fewer than it was asked for.
    const std::int64_t wanted = e.doping.kinds[k].count;
    if (counts[k] == wanted || (e.replay_pycd && counts[k] < wanted)) continue;
    log.add(topic, place,
            fmt::format("there are {} {}, expected {}", counts[k], e.doping.kinds[k].element, wanted));
  }
}

}  // namespace

void check_dopants(const trajectory::Hdf5Reader* reader, const std::filesystem::path& directory,
                   const Expectation& e, std::int64_t trajectory, MismatchLog& log) {
  if (!e.geometry) return;
  std::vector<Note> notes;
  const auto look = [&](const std::string& place, const auto& read) {
    try {
      const std::optional<Note> note = read();
      const bool wanted = !e.doping.kinds.empty();
      if (note.has_value() != wanted) log.add(topic, place, wanted ? "missing" : "the run is not doped");
      if (!note || !wanted) return;
      check_sites(*note, e, place, log);
      notes.push_back(*note);
    } catch (const Error& error) {
      log.add(topic, place, reason_of(error, place));
    }
  };
  const std::string number = fmt::format("trajectory {}", trajectory + 1);
  if (reader != nullptr) {
    look(fmt::format("HDF5, {}: {}", number, doping_group),
         [&] { return reader->note(trajectory, doping_group); });
  }
  if (!directory.empty()) {
    const std::filesystem::path own = directory / trajectory::directory_name(trajectory);
    look((own / (std::string(doping_group) + ".json")).string(),
         [&] { return trajectory::read_json_note(own, doping_group); });
  }
  if (notes.size() == 2 && sorted_facts(notes[0]) != sorted_facts(notes[1])) {
    log.add(topic, number, "the dopants in HDF5 and in doping.json differ");
  }
}

}  // namespace hopmc::validate
