#include "scalars.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <cmath>
#include <string>
#include <system_error>
#include <utility>

namespace hopmc::config {
namespace {

constexpr double largest_exact_integer = 9007199254740992.0;  // 2^53

bool all_digits(std::string_view text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](unsigned char c) { return std::isdigit(c) != 0; });
}

std::string_view without_sign(std::string_view text) {
  if (text.starts_with('+') || text.starts_with('-')) text.remove_prefix(1);
  return text;
}

bool is_octal_of_old_yaml(std::string_view text) {
  const std::string_view digits = without_sign(text);
  return digits.size() > 1 && digits.front() == '0' && all_digits(digits);
}

/// from_chars knows no leading plus.
std::string_view without_plus(std::string_view text) {
  if (text.size() > 1 && text.front() == '+' && text[1] != '-' && text[1] != '+') text.remove_prefix(1);
  return text;
}

template <typename T>
std::optional<T> whole(std::string_view text) {
  const std::string_view digits = without_plus(text);
  T value{};
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (digits.empty() || error != std::errc{} || end != digits.data() + digits.size()) return std::nullopt;
  return value;
}

std::optional<double> bytes_in_unit(std::string_view unit) {
  constexpr std::array<std::pair<std::string_view, double>, 11> units{{{"", 1.0},
                                                                       {"B", 1.0},
                                                                       {"kB", 1e3},
                                                                       {"KB", 1e3},
                                                                       {"MB", 1e6},
                                                                       {"GB", 1e9},
                                                                       {"TB", 1e12},
                                                                       {"KiB", 1024.0},
                                                                       {"MiB", 1048576.0},
                                                                       {"GiB", 1073741824.0},
                                                                       {"TiB", 1099511627776.0}}};
  for (const auto& [name, size] : units) {
    if (name == unit) return size;
  }
  return std::nullopt;
}

}  // namespace

std::optional<double> parse_number(std::string_view text) {
  if (is_octal_of_old_yaml(text)) return std::nullopt;
  const std::optional<double> value = whole<double>(text);
  if (!value || !std::isfinite(*value)) return std::nullopt;
  return value;
}

std::optional<std::int64_t> parse_integer(std::string_view text) {
  if (is_octal_of_old_yaml(text)) return std::nullopt;
  if (const auto value = whole<std::int64_t>(text)) return value;
  const std::optional<double> number = parse_number(text);
  if (!number || *number != std::trunc(*number) || std::abs(*number) > largest_exact_integer) {
    return std::nullopt;
  }
  return static_cast<std::int64_t>(*number);
}

std::optional<bool> parse_flag(std::string_view text) {
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  if (lower == "yes" || lower == "true" || lower == "on") return true;
  if (lower == "no" || lower == "false" || lower == "off") return false;
  const std::optional<double> number = parse_number(text);
  if (number && (*number == 0.0 || *number == 1.0)) return *number == 1.0;
  return std::nullopt;
}

std::optional<std::int64_t> parse_bytes(std::string_view text) {
  const std::size_t end = text.find_last_not_of("BkKMGTi");
  if (end == std::string_view::npos) return std::nullopt;
  std::string_view number = text.substr(0, end + 1);
  while (number.ends_with(' ')) number.remove_suffix(1);
  const auto unit = bytes_in_unit(text.substr(end + 1));
  const auto value = parse_number(number);
  if (!unit || !value || std::abs(*value * *unit) > largest_exact_integer) return std::nullopt;
  return static_cast<std::int64_t>(*value * *unit);
}

bool looks_like_float(std::string_view text) {
  return text.find_first_of(".eE") != std::string_view::npos && parse_number(text).has_value();
}

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

std::vector<std::string> words_between(std::string_view text, char separator) {
  std::vector<std::string> words;
  while (true) {
    const std::size_t end = text.find(separator);
    words.emplace_back(trimmed(text.substr(0, end)));
    if (end == std::string_view::npos) return words;
    text.remove_prefix(end + 1);
  }
}

}  // namespace hopmc::config
