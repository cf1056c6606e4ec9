#include <fmt/format.h>

#include <cmath>
#include <limits>
#include <optional>
#include <set>
#include <string>

#include "hints.hpp"
#include "hopmc/units/units.hpp"
#include "loaders.hpp"
#include "scalars.hpp"

namespace hopmc::config {
namespace {

constexpr double most_frames = 9007199254740992.0;  // 2^53: beyond, frame times are no longer distinct
constexpr std::int64_t largest_int = std::numeric_limits<int>::max();

void load_system(const LoadContext& context, RunConfig& run) {
  const Values& values = context.values;
  run.temperature = values.number("temp").value_or(run.temperature);
  if (const auto size = values.integers("system_size")) {
    for (std::size_t d = 0; d < 3; ++d) {
      const std::int64_t cells = (*size)[d];
      if (cells > largest_int) {
        context.complain("system_size", fmt::format("{} unit cells are too many", cells));
        return;
      }
      run.system_size[static_cast<Eigen::Index>(d)] = static_cast<int>(cells);
    }
  }
  if (const auto periodic = values.flags("pbc")) {
    for (std::size_t d = 0; d < 3; ++d) run.periodic[d] = (*periodic)[d];
  }
}

/// A time in s, if it can be told in atomic units as well and to all digits.
std::optional<double> time_of(const LoadContext& context, const std::string& key) {
  using limits = std::numeric_limits<double>;
  const auto seconds = context.values.number(key);
  if (!seconds || (std::isnormal(*seconds) && std::isnormal(*seconds * units::second_in_atomic_time))) {
    return seconds;
  }
  context.complain(key, fmt::format("is {} s; expected a time between {:.1e} and {:.1e} s", *seconds,
                                    limits::min(), limits::max() / units::second_in_atomic_time));
  return std::nullopt;
}

void load_times(const LoadContext& context, RunConfig& run) {
  const auto t_final = time_of(context, "t_final");
  const auto interval = time_of(context, "time_interval");
  if (!t_final || !interval) return;
  run.t_final = *t_final * units::second_in_atomic_time;
  run.time_interval = *interval * units::second_in_atomic_time;
  if (*t_final < *interval) {
    context.complain("t_final", fmt::format("is {} s; expected at least time_interval, which is {} s",
                                            *t_final, *interval));
  } else if (*t_final / *interval > most_frames) {
    context.complain("time_interval", fmt::format("{} s divides t_final into too many frames", *interval));
  }
}

void load_seed(const LoadContext& context, RunConfig& run) {
  const auto text = context.values.text("random_seed");
  if (!text) return;
  if (!looks_like_float(*text)) {
    run.random_seed = parse_integer(*text).value_or(0);
    return;
  }
  const double seed = parse_number(*text).value_or(0.0);
  constexpr double limit = 9.2e18;  // of the integer that holds the truncated value
  if (std::abs(seed) > limit) {
    context.complain("random_seed",
                     fmt::format("is {}; expected a number between -9.2e18 and 9.2e18", *text));
    return;
  }
  run.random_seed_float = seed;
  run.random_seed = static_cast<std::int64_t>(seed);
}

void load_counts(const LoadContext& context, RunConfig& run) {
  const auto counts = context.values.integers("species_count");
  std::vector<Species>& species = run.material.species;
  if (!counts) return;
  // Without the names there is nothing to compare with; their absence is reported on its own.
  if (!species.empty() && counts->size() != species.size()) {
    context.complain("species_count",
                     fmt::format("has {} entries; expected {}, one for each of species_types", counts->size(),
                                 species.size()));
    return;
  }
  std::int64_t sum = 0;
  for (std::size_t i = 0; i < counts->size(); ++i) {
    if ((*counts)[i] > largest_int - sum) {
      context.complain("species_count", fmt::format("{} carriers are too many", (*counts)[i]));
      return;
    }
    sum += (*counts)[i];
    if (i < species.size()) species[i].count = static_cast<int>((*counts)[i]);
  }
  if (sum == 0) context.complain("species_count", "there is no carrier; expected at least one");
}

std::vector<std::string> species_names(const RunConfig& run) {
  std::vector<std::string> names;
  for (const Species& species : run.material.species) names.push_back(species.name);
  return names;
}

void load_initial_sites(const LoadContext& context, const std::string& key, Species& species) {
  const auto sites = context.values.integers(key);
  if (!sites) return;
  if (sites->size() > static_cast<std::size_t>(species.count)) {
    context.complain(key, fmt::format("has {} sites for {} carriers; expected no more sites than carriers",
                                      sites->size(), species.count));
  }
  const std::set<std::int64_t> distinct(sites->begin(), sites->end());
  if (distinct.size() < sites->size()) {
    context.complain(key, "names a site twice; a site holds one carrier");
  }
  species.initial_sites = *sites;
}

void load_initial_occupancy(const LoadContext& context, RunConfig& run) {
  const std::vector<std::string> known = species_names(run);
  if (known.empty()) return;
  for (const std::string& name : context.values.names_below("initial_occupancy")) {
    const std::string key = "initial_occupancy." + name;
    bool found = false;
    for (Species& species : run.material.species) {
      if (species.name != name) continue;
      load_initial_sites(context, key, species);
      found = true;
    }
    const auto sites = context.values.integers(key);
    if (found || !sites || sites->empty()) continue;
    context.complain(key, fmt::format("'{}' is not among species_types{}", name, did_you_mean(name, known)));
  }
}

void load_field(const LoadContext& context, RunConfig& run) {
  const Values& values = context.values;
  const std::string section = "external_field.electric";
  const bool active = values.flag(section + ".active").value_or(false);
  run.field.in_lattice_vectors = values.flag(section + ".ld").value_or(false);
  if (!active) return;
  run.field.magnitude = values.number(section + ".mag").value_or(0.0);
  const auto direction = values.numbers(section + ".dir");
  if (!direction) return;
  const Eigen::Vector3d vector((*direction)[0], (*direction)[1], (*direction)[2]);
  const double length = vector.stableNorm();
  if (!(length > 0) || !std::isfinite(length)) {
    context.complain(section + ".dir", "is the zero vector; expected a direction of a length > 0");
    return;
  }
  run.field.direction = vector;
}

}  // namespace

void load_simulation(const LoadContext& context, RunConfig& run) {
  load_system(context, run);
  load_times(context, run);
  run.n_traj = context.values.integer("n_traj").value_or(run.n_traj);
  load_seed(context, run);
  load_counts(context, run);
  load_initial_occupancy(context, run);
  load_field(context, run);
  run.replay_pycd = context.values.text("replay") == "pycd";
  load_doping(context, run);
}

}  // namespace hopmc::config
