#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <variant>

#include "hopmc/analysis/online_diffusion.hpp"
#include "hopmc/validate/online_quantities.hpp"
#include "report_units.hpp"

namespace hopmc::analysis {
namespace {

using Eigen::Index;
using trajectory::Quantity;

constexpr const char* species_name = "species";
constexpr const char* diffusivity_name = "diffusivity";
constexpr const char* error_name = "diffusivity_error";
constexpr double square_centimetre = 1e-4;  // m^2

/// One of validate::online_quantities, without values.
Quantity empty(const std::string& name, const std::vector<std::int64_t>& shape) {
  const auto& all = validate::online_quantities;
  const auto q = std::find_if(all.begin(), all.end(), [&](const auto& known) { return known.name == name; });
  return {name, shape, {}, q->units, q->si_units, q->si_factor, q->about};
}

}  // namespace

std::optional<trajectory::Results> OnlineDiffusion::results() const {
  const auto n_species = static_cast<std::int64_t>(plan_.species.size());
  const std::int64_t n = n_lags();
  if (all_.count(place_of(0)) < 1) return std::nullopt;
  Quantity lag = empty("lag", {n});
  for (const Index samples : plan_.lags) lag.values.push_back(static_cast<double>(samples) * plan_.interval);
  Quantity msd = empty("msd", {n_species, n});
  Quantity msd_error = empty("msd_error", {n_species, n});
  Quantity d = empty(diffusivity_name, {n_species});
  Quantity d_error = empty(error_name, {n_species});
  std::vector<double> window;
  for (Index i = 0; i < n_lags(); ++i) {
    if (plan_.slope_weights[i] == 0) continue;
    const double time = lag.values[static_cast<std::size_t>(i)];
    if (window.empty()) window = {time, time};
    window.back() = time;
  }
  for (std::size_t s = 0; s < plan_.species.size(); ++s) {
    const Index place = place_of(s);
    for (Index i = place - n_lags(); i < place; ++i) {
      msd.values.push_back(all_.mean(i));
      msd_error.values.push_back(all_.standard_error(i));
    }
    d.values.push_back(all_.mean(place));
    d_error.values.push_back(all_.standard_error(place));
  }
  using Integers = std::vector<std::int64_t>;
  return trajectory::Results{{online_group,
                              {{species_name, plan_.species, ""},
                               {"trajectories", Integers{std::llround(all_.count(place_of(0)))}, ""},
                               {"n_dim", Integers{plan_.n_dim}, ""},
                               {"frames_left_out", Integers{plan_.skipped}, ""},
                               {"frames_between_samples", Integers{plan_.stride}, ""},
                               {"fit_window", window, "hbar/E_h"}}},
                             {lag, msd, msd_error, d, d_error}};
}

std::vector<OnlineDiffusivity> online_diffusivities(const trajectory::Results& results) {
  const Quantity* d = results.find(diffusivity_name);
  const Quantity* error = results.find(error_name);
  const std::vector<std::string>* species = nullptr;
  for (const trajectory::Fact& fact : results.note.facts) {
    if (fact.name == species_name) species = std::get_if<std::vector<std::string>>(&fact.values);
  }
  std::vector<OnlineDiffusivity> found;
  if (d == nullptr || error == nullptr || species == nullptr) return found;
  for (std::size_t s = 0; s < std::min({species->size(), d->values.size(), error->values.size()}); ++s) {
    Estimate e;
    e.value = d->values[s];
    e.standard_error = error->values[s];
    found.push_back({(*species)[s], e.times(d->si_factor / square_centimetre)});
  }
  return found;
}

std::vector<std::string> online_lines(const trajectory::Results& results) {
  std::vector<std::string> lines;
  for (const auto& [species, diffusivity] : online_diffusivities(results)) {
    lines.push_back(fmt::format("D({}) = {} cm^2/s", species, with_error(diffusivity)));
  }
  return lines;
}

}  // namespace hopmc::analysis
