#pragma once
/// Everything that is checked of one trajectory, in one pass over its data.

#include <cstdint>

#include "column_scan.hpp"
#include "expectation.hpp"
#include "findings.hpp"

namespace hopmc::validate {

/// Reads every column of `trajectory` once from each format and adds what it finds to `findings`.
void scan_trajectory(const Sources& sources, const Expectation& expectation, std::int64_t trajectory,
                     Findings& findings);

}  // namespace hopmc::validate
