#pragma once
/// The static part of the shared file: /metadata, written once by one rank, and read back.

#include <hdf5.h>

#include <filesystem>
#include <string>
#include <vector>

#include "hopmc/trajectory/reader.hpp"
#include "hopmc/trajectory/run_metadata.hpp"

namespace hopmc::trajectory {

/// Creates the file with the root attributes, /metadata and an empty /trajectories, by the serial driver, and
/// closes it. `chunks_per_dataset`: about, for the size of chunk indices; -1: not known. Local. Throws
/// IoError if the file exists (it is left alone) or cannot be written (what was begun is removed).
void create_with_metadata(const std::filesystem::path& file, const RunMetadata& metadata, std::int64_t n_traj,
                          std::int64_t chunks_per_dataset);

/// Reads /metadata. `place` names the file. Throws IoError. Local.
[[nodiscard]] RunMetadata read_metadata(hid_t file, const std::string& place);

/// The totals in /metadata as far as they can be read. Throws IoError where their groups are missing. Local.
[[nodiscard]] StoredTotals read_totals(hid_t file, const std::string& place);

/// Names of the texts in /metadata/provenance that are missing or do not fit their crc32. Local.
[[nodiscard]] std::vector<std::string> find_damaged_texts(hid_t file, const std::string& place);

}  // namespace hopmc::trajectory
