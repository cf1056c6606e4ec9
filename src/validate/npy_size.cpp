#include "npy_size.hpp"

#include <array>
#include <cstddef>
#include <fstream>

namespace hopmc::validate {

std::int64_t bytes_after_array(const std::string& npy_file, std::int64_t file_bytes,
                               const std::vector<std::int64_t>& shape, std::int64_t value_bytes) {
  // Magic string of 6 bytes, version of 2, length of the text that follows: 2 bytes, or 4 from version 2 on.
  constexpr std::size_t version_place = 6;
  constexpr std::size_t length_place = 8;
  std::array<char, 12> prefix{};
  std::ifstream in(npy_file, std::ios::binary);
  if (!in.read(prefix.data(), prefix.size())) return 0;
  const std::size_t length_bytes = prefix[version_place] == 1 ? 2 : 4;
  std::int64_t header = 0;
  for (std::size_t i = 0; i < length_bytes; ++i) {
    header |= std::int64_t{static_cast<unsigned char>(prefix[length_place + i])} << (8 * i);
  }
  header += static_cast<std::int64_t>(length_place + length_bytes);
  std::int64_t bytes = value_bytes;
  for (const std::int64_t extent : shape) bytes *= extent;
  return file_bytes - header - bytes;
}

}  // namespace hopmc::validate
