#pragma once
/// Shape, type, chunks, filters and units of a dataset as found in a file. Local; all throw IoError.

#include <hdf5.h>

#include <cstdint>
#include <string>
#include <vector>

#include "hopmc/trajectory/reader.hpp"

namespace hopmc::trajectory {

[[nodiscard]] std::vector<std::int64_t> stored_shape(hid_t dataset, const std::string& place);
/// numpy's spelling: "<f8", ">i4", "|S12", "|O" for variable length, "|V16" for anything numpy has no short
/// name for.
[[nodiscard]] std::string stored_dtype(hid_t dataset, const std::string& place);
/// Chunk shape, empty where the dataset is not chunked, by its creation properties.
[[nodiscard]] std::vector<std::int64_t> stored_chunk(hid_t creation, const std::string& place);
/// "shuffle + gzip 1", "none", by the creation properties.
[[nodiscard]] std::string stored_filters(hid_t creation, const std::string& place);
[[nodiscard]] StoredUnits stored_units(hid_t dataset, const std::string& place);

}  // namespace hopmc::trajectory
