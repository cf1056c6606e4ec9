#include <libdeflate.h>

#include "hopmc/trajectory/reader.hpp"

namespace hopmc::trajectory {

std::uint32_t crc32(std::uint32_t crc, std::span<const std::byte> bytes) noexcept {
  return libdeflate_crc32(crc, bytes.data(), bytes.size());
}

}  // namespace hopmc::trajectory
