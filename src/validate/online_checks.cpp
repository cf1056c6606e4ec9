#include "online_checks.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <variant>
#include <vector>

#include "hopmc/config/errors.hpp"
#include "hopmc/validate/online_quantities.hpp"
#include "hopmc/validate/run_record.hpp"

namespace hopmc::validate {
namespace {

using trajectory::Results;
using Shape = std::vector<std::int64_t>;

constexpr std::array<const char*, 5> attributes{"species", "trajectories", "n_dim", "frames_between_samples",
                                                "fit_window"};

const trajectory::Fact* find_fact(const Results& results, const std::string& name) {
  const auto& facts = results.note.facts;
  const auto found = std::find_if(facts.begin(), facts.end(), [&](const auto& f) { return f.name == name; });
  return found == facts.end() ? nullptr : &*found;
}

std::int64_t species_of(const Results& results) {
  const trajectory::Fact* fact = find_fact(results, "species");
  const auto* names = fact ? std::get_if<std::vector<std::string>>(&fact->values) : nullptr;
  return names ? static_cast<std::int64_t>(names->size()) : -1;
}

/// -1 where it is not known.
Shape expected_shape(const OnlineQuantity& quantity, std::int64_t n_species, std::int64_t n_lags) {
  Shape shape;
  if (quantity.by_species) shape.push_back(n_species);
  if (quantity.by_lag) shape.push_back(n_lags);
  return shape;
}

/// The checksum is of the numbers alone.
void check_units(const trajectory::Quantity& found, const OnlineQuantity& expected, const std::string& where,
                 MismatchLog& log) {
  if (found.units == expected.units && found.si_units == expected.si_units &&
      found.si_factor == expected.si_factor) {
    return;
  }
  log.add("online: units", where,
          fmt::format("is in {} of {:.17g} {}, expected {} of {:.17g} {}", found.units, found.si_factor,
                      found.si_units, expected.units, expected.si_factor, expected.si_units));
}

/// Against the numbers of species and lags; -1 fits every number.
bool fits(const Shape& found, const Shape& expected) {
  return std::equal(found.begin(), found.end(), expected.begin(), expected.end(),
                    [](std::int64_t a, std::int64_t b) { return b < 0 || a == b; });
}

void check_contents(const Results& results, const std::string& place, MismatchLog& log) {
  for (const char* name : attributes) {
    if (!find_fact(results, name))
      log.add("online: attributes", place, fmt::format("has no attribute {}", name));
  }
  const std::int64_t n_species = species_of(results);
  const trajectory::Quantity* lag = results.find("lag");
  const std::int64_t n_lags = lag && lag->shape.size() == 1 ? lag->shape[0] : -1;
  for (const OnlineQuantity& expected : online_quantities) {
    const trajectory::Quantity* found = results.find(expected.name);
    const std::string where = fmt::format("{}/{}", place, expected.name);
    if (!found) {
      log.add("online: missing", where, "missing");
      continue;
    }
    check_units(*found, expected, where, log);
    if (!fits(found->shape, expected_shape(expected, n_species, n_lags))) {
      log.add("online: shape", where,
              fmt::format("has shape [{}], which does not fit the numbers of species and lags",
                          fmt::join(found->shape, ", ")));
    }
  }
}

}  // namespace

void check_online_results(const trajectory::Hdf5Reader& reader, const std::string& file, MismatchLog& log) {
  const std::string place = fmt::format("{}:/analysis/{}", file, online_group);
  try {
    const auto damaged = reader.damaged_results(online_group);
    for (const trajectory::ResultsDamage& damage : damaged) {
      log.add("online: checksum", damage.place, reason_of(IoError(damage.message), damage.place));
    }
    if (!damaged.empty()) return;
    if (const auto results = reader.results(online_group)) check_contents(*results, place, log);
  } catch (const Error& error) {
    log.add("online: unreadable", place, fmt::format("cannot be read: {}", reason_of(error, place)));
  }
}

}  // namespace hopmc::validate
