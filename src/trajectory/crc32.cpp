#include <zlib.h>

#include <algorithm>
#include <limits>

#include "hopmc/trajectory/reader.hpp"

namespace hopmc::trajectory {

std::uint32_t crc32(std::uint32_t crc, std::span<const std::byte> bytes) noexcept {
  // zlib counts in unsigned int: larger spans go in pieces.
  constexpr std::size_t piece = std::numeric_limits<uInt>::max();
  uLong value = crc;
  while (!bytes.empty()) {
    const std::size_t n = std::min(piece, bytes.size());
    value = ::crc32(value, reinterpret_cast<const Bytef*>(bytes.data()), static_cast<uInt>(n));
    bytes = bytes.subspan(n);
  }
  return static_cast<std::uint32_t>(value);
}

}  // namespace hopmc::trajectory
