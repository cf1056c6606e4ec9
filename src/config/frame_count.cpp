#include "hopmc/config/frame_count.hpp"

#include <cmath>

namespace hopmc::config {
namespace {

/// Relative distance of t_final / time_interval from a whole number that counts as rounding.
constexpr double frame_count_tolerance = 1e-9;

}  // namespace

std::int64_t frame_count(const RunConfig& run) {
  const double ratio = run.t_final / run.time_interval;
  const double nearest = std::round(ratio);
  const bool whole = std::abs(ratio - nearest) <= frame_count_tolerance * ratio;
  return static_cast<std::int64_t>(whole && !run.replay_pycd ? nearest : std::floor(ratio)) + 1;
}

}  // namespace hopmc::config
