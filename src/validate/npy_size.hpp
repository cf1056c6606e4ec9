#pragma once
/// Bytes that an npy file has beyond its array: what a reader of the header alone does not see.

#include <cstdint>
#include <string>
#include <vector>

namespace hopmc::validate {

/// Bytes after the array of the given shape; 0 also where the header cannot be read.
[[nodiscard]] std::int64_t bytes_after_array(const std::string& npy_file, std::int64_t file_bytes,
                                             const std::vector<std::int64_t>& shape,
                                             std::int64_t value_bytes);

}  // namespace hopmc::validate
