#include "hdf5_descriptions.hpp"

#include <fmt/format.h>

#include <cstdint>
#include <optional>
#include <string>

#include "hopmc/config/errors.hpp"

namespace hopmc::validate {
namespace {

std::string shown(const std::string& value) {
  return fmt::format("\"{}\"", value);
}
std::string shown(double value) {
  return fmt::format("{:.17g}", value);
}
std::string shown(std::int64_t value) {
  return fmt::format("{}", value);
}

template <class T>
void check(const std::string& place, const char* name, const std::optional<T>& found, const T& expected,
           MismatchLog& log) {
  if (found == expected) return;
  log.add(fmt::format("attribute {}", name), fmt::format("{}/{}", place, name),
          found ? fmt::format("is {}, expected {}", shown(*found), shown(expected))
                : fmt::format("missing or of another type, expected {}", shown(expected)));
}

}  // namespace

void check_totals(const trajectory::Hdf5Reader& reader, const std::string& file,
                  const Expectation& expectation, MismatchLog& log) {
  trajectory::StoredTotals totals;
  try {
    totals = reader.totals();
  } catch (const Error& error) {
    log.add("totals: unreadable", file, fmt::format("totals cannot be read: {}", reason_of(error, file)));
    return;
  }
  const std::string info = file + ":/metadata/simulation_info";
  check(info, "format_version", totals.format_version, std::string(trajectory::format_version), log);
  if (!expectation.described) return;
  check(info, "total_trajectories", totals.trajectories, expectation.n_traj, log);
  check(file + ":/metadata/system_info", "total_species", totals.carriers, expectation.layout.n_carriers,
        log);
}

void check_units(const trajectory::StoredUnits& stored, const trajectory::ColumnInfo& info,
                 const std::string& place, MismatchLog& log) {
  check(place, "units", stored.units, std::string(info.units), log);
  check(place, "si_units", stored.si_units, std::string(info.si_units), log);
  check(place, "si_factor", stored.si_factor, info.si_factor, log);
}

}  // namespace hopmc::validate
