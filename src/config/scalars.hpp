#pragma once
/// Numbers, flags and sizes written as text. The whole text must be the value; nothing else is accepted.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hopmc::config {

/// A finite number: 300, +1, .5, 1e-8, 1.85E+13. Not: nan, inf, 1_000, 0x10, 010 (octal in YAML 1.1).
[[nodiscard]] std::optional<double> parse_number(std::string_view text);

/// An integer; also a number with an integral value (1.0, 1e3) up to 2^53.
[[nodiscard]] std::optional<std::int64_t> parse_integer(std::string_view text);

/// yes, no, true, false, on, off in the spellings of YAML 1.1; 1 and 0.
[[nodiscard]] std::optional<bool> parse_flag(std::string_view text);

/// A number of bytes: 67108864, "64 MiB", "1.5GB". k, M, G are powers of 1000; Ki, Mi, Gi of 1024.
[[nodiscard]] std::optional<std::int64_t> parse_bytes(std::string_view text);

/// True if the text is written as a number with a fraction or an exponent.
[[nodiscard]] bool looks_like_float(std::string_view text);

/// Without blanks and tabs at its ends.
[[nodiscard]] std::string_view trimmed(std::string_view text);
/// The trimmed parts of a text between separators; one more than there are separators.
[[nodiscard]] std::vector<std::string> words_between(std::string_view text, char separator);

}  // namespace hopmc::config
