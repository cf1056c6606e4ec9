#pragma once
/// A small reader of little-endian f8 and i8 arrays in C order, from .npy files and uncompressed .npz files.

#include <cstdint>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <vector>

namespace hopmc::test {

struct NpyArray {
  std::vector<std::size_t> shape;
  std::vector<double> values;  ///< integers are converted
};

inline std::string read_bytes(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) throw std::runtime_error("cannot read " + path.string());
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

/// The array that starts at `offset`.
inline NpyArray parse_npy(const std::string& bytes, std::size_t offset = 0) {
  const std::string magic = "\x93NUMPY";
  if (bytes.compare(offset, magic.size(), magic) != 0) throw std::runtime_error("not an npy array");
  constexpr std::size_t prefix = 10;  // magic, version, 16-bit length of the header
  std::uint16_t length = 0;
  std::memcpy(&length, bytes.data() + offset + 8, sizeof length);
  const std::string header = bytes.substr(offset + prefix, length);
  const bool integer = header.find("'<i8'") != std::string::npos;
  if (!integer && header.find("'<f8'") == std::string::npos) throw std::runtime_error("not f8 or i8");
  NpyArray array;
  std::size_t count = 1;
  const std::size_t open = header.find('(', header.find("'shape'"));
  const std::size_t close = header.find(')', open);
  for (std::size_t at = open + 1; at < close;) {
    if (header[at] < '0' || header[at] > '9') {
      ++at;
      continue;
    }
    std::size_t used = 0;
    array.shape.push_back(std::stoul(header.substr(at), &used));
    count *= array.shape.back();
    at += used;
  }
  const char* data = bytes.data() + offset + prefix + length;
  if (offset + prefix + length + count * sizeof(double) > bytes.size()) throw std::runtime_error("cut short");
  for (std::size_t i = 0; i < count; ++i) {
    std::int64_t whole = 0;
    double real = 0;
    std::memcpy(&whole, data + i * sizeof whole, sizeof whole);
    std::memcpy(&real, data + i * sizeof real, sizeof real);
    array.values.push_back(integer ? static_cast<double>(whole) : real);
  }
  return array;
}

inline NpyArray read_npy(const std::filesystem::path& path) {
  return parse_npy(read_bytes(path));
}

/// The array `name` of an npz file whose members are stored without compression.
inline NpyArray read_npz(const std::filesystem::path& path, const std::string& name) {
  const std::string bytes = read_bytes(path);
  const std::string signature("PK\x03\x04", 4);
  const std::string member = name + ".npy";
  constexpr std::size_t name_length_at = 26, extra_length_at = 28, name_at = 30;
  for (std::size_t at = bytes.find(signature); at != std::string::npos; at = bytes.find(signature, at + 1)) {
    std::uint16_t name_length = 0, extra_length = 0;
    std::memcpy(&name_length, bytes.data() + at + name_length_at, sizeof name_length);
    std::memcpy(&extra_length, bytes.data() + at + extra_length_at, sizeof extra_length);
    if (bytes.compare(at + name_at, name_length, member) == 0) {
      return parse_npy(bytes, at + name_at + name_length + extra_length);
    }
  }
  throw std::runtime_error(path.string() + " has no " + name);
}

}  // namespace hopmc::test
