#pragma once
/// Reading what was written, measured and compared.

#include <filesystem>
#include <vector>

#include "hopmc/bench/io_benchmark.hpp"

namespace hopmc::bench {

/// Reads from the npy directories or the shared file in `directory` and sets the read times of `measurement`.
/// `trajectories`: those of this rank, all or the first few. Throws IoError where something reads back
/// differently. Local.
void read_back(const std::filesystem::path& directory, bool hdf5, const trajectory::Layout& layout,
               const std::vector<const Blocks*>& trajectories, Measurement& measurement);

}  // namespace hopmc::bench
