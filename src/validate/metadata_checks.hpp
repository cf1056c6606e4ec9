#pragma once
/// The run's description as stored, against what its configuration says.

#include <string>

#include "hopmc/trajectory/run_metadata.hpp"
#include "mismatch_log.hpp"

namespace hopmc::validate {

/// Compares every entry of simulation_info, system_info and simulation_params; `expected` holds the two
/// latter.
void check_metadata(const trajectory::RunMetadata& stored, const trajectory::RunMetadata& expected,
                    const std::string& place, MismatchLog& log);

/// Both formats must come from the same run.
void check_same_run(const trajectory::RunMetadata& hdf5, const trajectory::RunMetadata& record,
                    const std::string& place, MismatchLog& log);

}  // namespace hopmc::validate
