#include "text_check.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>

namespace hopmc::config {
namespace {

int line_at(std::string_view text, std::size_t offset) {
  const std::string_view before = text.substr(0, offset);
  return 1 + static_cast<int>(std::count(before.begin(), before.end(), '\n'));
}

bool is_control(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return (byte < 0x20 && c != '\n' && c != '\r' && c != '\t' && c != '\f') || byte == 0x7f;
}

/// Length of the UTF-8 sequence at the front; 0: there is none.
std::size_t sequence_length(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text.front());
  if (lead < 0x80) return 1;
  const auto length = static_cast<std::size_t>(std::countl_one(lead));
  if (length < 2 || length > 4 || text.size() < length) return 0;
  const bool continued = std::all_of(text.begin() + 1, text.begin() + static_cast<std::ptrdiff_t>(length),
                                     [](char c) { return (static_cast<unsigned char>(c) & 0xc0) == 0x80; });
  return continued ? length : 0;
}

}  // namespace

std::optional<TextFault> text_fault(std::string_view text, bool must_be_utf8) {
  if (text.find_first_not_of(" \t\r\n") == std::string_view::npos) return TextFault{0, "the file is empty"};
  const auto control = std::find_if(text.begin(), text.end(), is_control);
  if (control != text.end()) {
    return TextFault{0, fmt::format("is a binary file, not text (byte {:#04x} at offset {})",
                                    static_cast<unsigned char>(*control), control - text.begin())};
  }
  for (std::size_t at = 0; must_be_utf8 && at < text.size();) {
    const std::size_t length = sequence_length(text.substr(at));
    if (length == 0) return TextFault{line_at(text, at), "this line is not UTF-8 text"};
    at += length;
  }
  return std::nullopt;
}

}  // namespace hopmc::config
