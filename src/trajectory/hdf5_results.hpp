#pragma once
/// Results of the run as a whole in an open file.

#include <hdf5.h>

#include <optional>
#include <string>
#include <vector>

#include "hopmc/trajectory/results.hpp"

namespace hopmc::trajectory {

/// Reads /analysis/GROUP; nothing where there is none. Local. Throws IoError, also where a dataset does not
/// fit its checksum.
[[nodiscard]] std::optional<Results> read_results(hid_t file, const std::string& group,
                                                  const std::string& place);

/// What of /analysis/GROUP cannot be read or does not fit its checksum, or that all of it was removed;
/// nothing where there never was such a group. Local.
[[nodiscard]] std::vector<ResultsDamage> find_damaged_results(hid_t file, const std::string& group,
                                                              const std::string& place);

}  // namespace hopmc::trajectory
