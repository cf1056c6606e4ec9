#include <fmt/format.h>

#include <array>
#include <utility>

#include "hopmc/units/units.hpp"
#include "loaders.hpp"

namespace hopmc::config {
namespace {

constexpr std::int64_t most_dimensions = 3;

using Unit = std::pair<std::string_view, double>;
constexpr std::array<Unit, 4> time_units{{{"ns", 1e-9}, {"ps", 1e-12}, {"fs", 1e-15}, {"s", 1.0}}};
constexpr std::array<Unit, 3> length_units{{{"angstrom", 1e-10}, {"um", 1e-6}, {"m", 1.0}}};

template <std::size_t N>
double size_of(const std::array<Unit, N>& units, std::string_view name) {
  for (const auto& [unit, size] : units) {
    if (unit == name) return size;
  }
  return 1.0;  // the schema has no other names
}

}  // namespace

double seconds_of(std::string_view time_unit) {
  return size_of(time_units, time_unit);
}
double metres_of(std::string_view length_unit) {
  return size_of(length_units, length_unit);
}

void load_msd(const LoadContext& context, MsdConfig& msd) {
  const Values& values = context.values;
  msd.time_unit = values.text("repr_time").value_or(msd.time_unit);
  msd.length_unit = values.text("repr_dist").value_or(msd.length_unit);
  msd.error_bars = values.flag("display_error_bars").value_or(msd.error_bars);
  msd.trim_length = values.integer("trim_length");
  if (const auto longest = values.number("msd_t_final")) {
    msd.longest_lag = *longest * seconds_of(msd.time_unit) * units::second_in_atomic_time;
  }
  const double equilibration = values.number("equilibration_time").value_or(0);
  const auto t_final = values.number("t_final");
  if (t_final && equilibration >= *t_final) {
    context.complain(
        "equilibration_time",
        fmt::format("is {:g} s; expected less than t_final, which is {:g} s", equilibration, *t_final));
  }
  msd.equilibration = equilibration * units::second_in_atomic_time;
  const std::int64_t n_dim = values.integer("n_dim").value_or(msd.n_dim);
  if (n_dim > most_dimensions) {
    context.complain("n_dim", fmt::format("is {}; expected 1, 2 or 3", n_dim));
    return;
  }
  msd.n_dim = static_cast<int>(n_dim);
}

}  // namespace hopmc::config
