#pragma once
/// Results of the run as a whole in an open file.

#include <hdf5.h>

#include <optional>
#include <string>

#include "hopmc/trajectory/results.hpp"

namespace hopmc::trajectory {

/// Reads /analysis/GROUP; nothing where there is none. Local. Throws IoError.
[[nodiscard]] std::optional<Results> read_results(hid_t file, const std::string& group,
                                                  const std::string& place);

}  // namespace hopmc::trajectory
