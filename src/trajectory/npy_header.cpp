#include "hopmc/trajectory/npy_header.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <stdexcept>

#include "hopmc/config/errors.hpp"

namespace hopmc::trajectory {

namespace {

constexpr std::string_view magic = "\x93NUMPY";
constexpr std::size_t length_offset = 8;  ///< after magic and two bytes of version

unsigned byte_at(std::string_view text, std::size_t i) {
  return static_cast<unsigned char>(text[i]);
}

std::string_view without_blanks(std::string_view text) {
  return text.substr(std::min(text.find_first_not_of(' '), text.size()));
}

/// What follows "'name':" in the header's dictionary; empty: nothing does.
std::string_view value_of(std::string_view dictionary, std::string_view name) {
  const std::string quoted = fmt::format("'{}'", name);
  const std::size_t at = dictionary.find(quoted);
  if (at == std::string_view::npos) return {};
  const std::string_view rest = without_blanks(dictionary.substr(at + quoted.size()));
  return rest.starts_with(':') ? without_blanks(rest.substr(1)) : std::string_view();
}

IoError missing(std::string_view name, const std::string& place) {
  return IoError(fmt::format("{}: no {} in the npy header", place, name));
}

/// The text between two characters that is the value of a name.
std::string field(std::string_view dictionary, std::string_view name, char open, char close,
                  const std::string& place) {
  const std::string_view value = value_of(dictionary, name);
  const std::size_t end = value.find(close, 1);
  if (!value.starts_with(open) || end == std::string_view::npos) throw missing(name, place);
  return std::string(value.substr(1, end - 1));
}

bool flag(std::string_view dictionary, std::string_view name, const std::string& place) {
  const std::string_view value = value_of(dictionary, name);
  if (!value.starts_with("True") && !value.starts_with("False")) throw missing(name, place);
  return value.front() == 'T';
}

std::vector<std::int64_t> parse_shape(const std::string& text, const std::string& place) {
  std::vector<std::int64_t> shape;
  const char* at = text.data();
  const char* const end = at + text.size();
  while (true) {
    while (at != end && (*at == ' ' || *at == ',')) ++at;
    if (at == end) return shape;
    std::int64_t extent = 0;
    const auto [next, error] = std::from_chars(at, end, extent);
    if (error != std::errc() || extent < 0) {
      throw IoError(fmt::format("{}: shape ({}) in the npy header makes no sense", place, text));
    }
    shape.push_back(extent);
    at = next;
  }
}

}  // namespace

std::string_view numpy_name(ElementType type) {
  return type == ElementType::f64 ? "<f8" : "<i4";
}

std::string npy_header(const ColumnSpec& spec, std::int64_t rows) {
  const std::string shape =
      n_dimensions(spec.column) == 2 ? fmt::format("({}, {})", rows, spec.width) : fmt::format("({},)", rows);
  std::string header(magic);
  header += '\x01';  // version 1.0
  header += '\x00';
  constexpr std::size_t dictionary_bytes = npy_header_bytes - length_offset - 2;
  static_assert(dictionary_bytes < 256);
  header += static_cast<char>(dictionary_bytes);
  header += '\x00';
  header += fmt::format("{{'descr': '{}', 'fortran_order': False, 'shape': {}, }}",
                        numpy_name(info(spec.column).type), shape);
  if (header.size() >= npy_header_bytes) throw std::logic_error("npy header: shape too long");
  header.resize(npy_header_bytes - 1, ' ');
  header += '\n';
  return header;
}

std::size_t npy_data_offset(std::string_view prefix, const std::string& place) {
  if (prefix.size() < npy_prefix_bytes || !prefix.starts_with(magic)) {
    throw IoError(fmt::format("{}: not an npy file", place));
  }
  const unsigned major = byte_at(prefix, magic.size());
  const std::size_t two_bytes = byte_at(prefix, length_offset) + 256U * byte_at(prefix, length_offset + 1);
  if (major == 1) return length_offset + 2 + two_bytes;
  if (major == 2 || major == 3) {
    const std::size_t high = byte_at(prefix, length_offset + 2) + 256U * byte_at(prefix, length_offset + 3);
    return length_offset + 4 + two_bytes + (high << 16U);
  }
  throw IoError(fmt::format("{}: npy format {} is unknown", place, major));
}

NpyHeader parse_npy_header(std::string_view header, const std::string& place) {
  NpyHeader parsed;
  parsed.data_offset = npy_data_offset(header, place);
  const std::string_view dictionary = header.substr(byte_at(header, magic.size()) == 1 ? 10 : 12);
  parsed.dtype = field(dictionary, "descr", '\'', '\'', place);
  parsed.fortran_order = flag(dictionary, "fortran_order", place);
  parsed.shape = parse_shape(field(dictionary, "shape", '(', ')', place), place);
  return parsed;
}

}  // namespace hopmc::trajectory
