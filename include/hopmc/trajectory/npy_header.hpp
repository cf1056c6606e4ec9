#pragma once
/// Headers of .npy files (format 1.0): written with room to grow, read as strictly as numpy does.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "hopmc/trajectory/columns.hpp"

namespace hopmc::trajectory {

/// Size of every header we write: room for any number of rows, so that it can be rewritten in place.
inline constexpr std::size_t npy_header_bytes = 128;
/// What must be read to know how long a header is (format 2.0 and 3.0 have two bytes more).
inline constexpr std::size_t npy_prefix_bytes = 12;

/// Header of a C-ordered array of `rows` rows of a column; npy_header_bytes long.
[[nodiscard]] std::string npy_header(const ColumnSpec& spec, std::int64_t rows);

/// dtype in numpy's spelling: "<f8", "<i4".
[[nodiscard]] std::string_view numpy_name(ElementType type);

struct NpyHeader {
  std::string dtype;
  bool fortran_order = false;
  std::vector<std::int64_t> shape;
  std::size_t data_offset = 0;
};

/// Where the header ends, from the first npy_prefix_bytes of a file. Throws IoError("PLACE: ...").
[[nodiscard]] std::size_t npy_data_offset(std::string_view prefix, const std::string& place);
/// Parses a whole header (npy_data_offset bytes). Throws IoError("PLACE: ...").
[[nodiscard]] NpyHeader parse_npy_header(std::string_view header, const std::string& place);

}  // namespace hopmc::trajectory
