#pragma once
/// Everything that is checked of one trajectory, in one pass over its data.

#include <cstdint>
#include <vector>

#include "column_scan.hpp"
#include "expectation.hpp"
#include "hopmc/validate/validate.hpp"
#include "mismatch_log.hpp"

namespace hopmc::validate {

/// Reads every column of `trajectory` once from each format and adds its findings to `report` and `log`.
void scan_trajectory(const Sources& sources, const Expectation& expectation, std::int64_t trajectory,
                     MismatchLog& log, Report& report);

}  // namespace hopmc::validate
