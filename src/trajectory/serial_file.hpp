#pragma once
/// Additions to a shared file that nobody has open.

#include <cstdint>
#include <filesystem>

#include "hdf5_handle.hpp"

namespace hopmc::trajectory {

/// Opens an existing file for one process that adds at most `bytes` of values and about `objects` links or
/// objects with their attributes. The room for them is set aside first: HDF5 changes what is there before it
/// writes what is new, so that a disk that fills up in between would leave the whole file unreadable. Closing
/// gives back what is left. Throws IoError, with the file as it was, where there is no room. Local.
[[nodiscard]] Handle open_to_add(const std::filesystem::path& file, std::int64_t bytes, std::int64_t objects);

}  // namespace hopmc::trajectory
