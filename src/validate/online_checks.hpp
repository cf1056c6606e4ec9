#pragma once
/// Checks of what the run itself found, in /analysis/online.

#include <string>

#include "hopmc/trajectory/reader.hpp"
#include "mismatch_log.hpp"

namespace hopmc::validate {

/// Checksums, datasets, their shapes and units, and the attributes of the group. Where there is no such group
/// it is missed only if the file says that there was: there may have been nothing to find. `file`: as
/// messages name it.
void check_online_results(const trajectory::Hdf5Reader& reader, const std::string& file, MismatchLog& log);

}  // namespace hopmc::validate
