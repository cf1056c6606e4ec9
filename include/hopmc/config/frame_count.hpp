#pragma once
/// How many frames a trajectory sampled at intervals has: the one rule for the run and for its validation.

#include <cstdint>

#include "hopmc/config/run_config.hpp"

namespace hopmc::config {

/// floor(t_final / time_interval) + 1. A quotient within 1e-9 of a whole number, relative, counts as that
/// number; the replay mode truncates it as it comes, as PyCD does. Needs a positive time_interval.
[[nodiscard]] std::int64_t frame_count(const RunConfig& run);

}  // namespace hopmc::config
