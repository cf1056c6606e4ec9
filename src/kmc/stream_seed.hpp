#pragma once
/// The seed of the counter-based streams.

#include <cstdint>

#include "hopmc/config/run_config.hpp"

namespace hopmc::kmc {

/// A seed with a fraction (0.3) keys the streams by its bits, so that no two seeds give the same numbers; 2.0
/// is 2.
[[nodiscard]] std::int64_t stream_seed(const config::RunConfig& config);

}  // namespace hopmc::kmc
