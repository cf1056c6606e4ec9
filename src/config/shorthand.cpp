#include "hopmc/config/shorthand.hpp"

#include <fmt/format.h>

#include <cstdlib>

#include "hints.hpp"
#include "hopmc/config/load.hpp"
#include "scalars.hpp"

namespace hopmc::config {
namespace {

constexpr const char* formats_section = "output_config.formats";
constexpr const char* compression_key = "output_config.hdf5_options.compression";
constexpr const char* level_key = "output_config.hdf5_options.compression_opts";
constexpr int highest_level = 9;

void complain(Origin origin, const std::string& key, const std::string& shown_as, const std::string& message,
              Problems& problems) {
  problems.add(place_name(origin), 0, key, fmt::format("{} (given by {})", message, shown_as));
}

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

std::vector<std::string> words_between_commas(std::string_view text) {
  std::vector<std::string> words;
  while (true) {
    const std::size_t comma = text.find(',');
    words.emplace_back(trimmed(text.substr(0, comma)));
    if (comma == std::string_view::npos) return words;
    text.remove_prefix(comma + 1);
  }
}

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

}  // namespace

std::string place_name(Origin origin) {
  switch (origin) {
    case Origin::environment:
      return "environment";
    case Origin::command_line:
      return "command line";
    default:
      return "";
  }
}

std::vector<Override> formats_override(std::string_view text, Origin origin, const std::string& shown_as,
                                       Problems& problems) {
  const std::vector<std::string> known{"hdf5", "npy"};
  if (trimmed(text).empty()) {
    complain(origin, formats_section, shown_as, "no format is left; expected hdf5, npy or both", problems);
    return {};
  }
  const std::vector<std::string> wanted = words_between_commas(text);
  for (const std::string& word : wanted) {
    if (contains(known, word)) continue;
    complain(origin, formats_section, shown_as,
             fmt::format("'{}' is no format; expected hdf5, npy or both, with a comma between{}", word,
                         did_you_mean(word, known)),
             problems);
    return {};
  }
  std::vector<Override> overrides;
  for (const std::string& format : known) {
    const bool on = contains(wanted, format);
    overrides.push_back(
        {fmt::format("{}.{}", formats_section, format), on ? "true" : "false", origin, shown_as});
  }
  return overrides;
}

std::vector<Override> compression_override(std::string_view text, Origin origin, const std::string& shown_as,
                                           Problems& problems) {
  const std::string_view given = trimmed(text);
  const std::size_t colon = given.find(':');
  const std::string method(given.substr(0, colon));
  if (colon == std::string_view::npos && (method == "none" || method == "gzip")) {
    return {{compression_key, method, origin, shown_as}};
  }
  const std::string_view level_text = colon == std::string_view::npos ? "" : given.substr(colon + 1);
  const auto level = parse_integer(level_text);
  if (method == "gzip" && level && *level >= 0 && *level <= highest_level) {
    return {{compression_key, method, origin, shown_as},
            {level_key, std::string(level_text), origin, shown_as}};
  }
  const bool later = method == "lzf" || method == "blosc";
  complain(origin, compression_key, shown_as,
           later ? fmt::format("'{}' is not available in this version, use gzip or none", method)
                 : fmt::format("is '{}'; expected none, gzip or gzip:LEVEL with a level from 0 to 9", given),
           problems);
  return {};
}

std::vector<Override> environment_overrides(Problems& problems) {
  std::vector<Override> overrides;
  if (const std::string text = variable(formats_variable); !text.empty()) {
    overrides = formats_override(text, Origin::environment, formats_variable, problems);
  }
  if (const std::string text = variable(compression_variable); !text.empty()) {
    const auto more = compression_override(text, Origin::environment, compression_variable, problems);
    overrides.insert(overrides.end(), more.begin(), more.end());
  }
  return overrides;
}

std::vector<Override> environment_overrides() {
  Problems problems;
  auto overrides = environment_overrides(problems);
  problems.throw_if_any();
  return overrides;
}

}  // namespace hopmc::config
