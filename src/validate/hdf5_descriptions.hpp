#pragma once
/// Attributes of the shared file that readers rely on but the run itself does not: totals, version, units.

#include <filesystem>
#include <set>

#include "expectation.hpp"
#include "mismatch_log.hpp"

namespace hopmc::validate {

/// Checks simulation_info and system_info totals and the units of every dataset of `trajectories`.
void check_hdf5_descriptions(const std::filesystem::path& file, const trajectory::Reader& reader,
                             const Expectation& expectation, const std::set<std::int64_t>& trajectories,
                             MismatchLog& log);

}  // namespace hopmc::validate
