#pragma once
/// Telling text from binary data before a parser sees it.

#include <optional>
#include <string>
#include <string_view>

namespace hopmc::config {

struct TextFault {
  int line = 0;  ///< 0: the whole text
  std::string message;
};

/// What keeps the text from being a text file: nothing in it, control characters, or (where asked) bytes that
/// are not UTF-8.
[[nodiscard]] std::optional<TextFault> text_fault(std::string_view text, bool must_be_utf8);

}  // namespace hopmc::config
