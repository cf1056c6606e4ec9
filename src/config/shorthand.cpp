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
constexpr const char* codec_key = "output_config.hdf5_options.blosc_codec";
constexpr int highest_level = 9;

bool is_level(std::string_view text) {
  const auto level = parse_integer(text);
  return level && *level >= 0 && *level <= highest_level;
}

void complain(Origin origin, const std::string& key, const std::string& shown_as, const std::string& message,
              Problems& problems) {
  problems.add(place_name(origin), 0, key, fmt::format("{} (given by {})", message, shown_as));
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
  const std::vector<std::string> wanted = words_between(text, ',');
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
  std::vector<std::string> words = words_between(trimmed(text), ':');
  const std::string method = words.front();
  std::vector<Override> overrides{{compression_key, method, origin, shown_as}};
  words.erase(words.begin());
  if (method == "blosc" && !words.empty() && (words.front() == "zstd" || words.front() == "lz4")) {
    overrides.push_back({codec_key, words.front(), origin, shown_as});
    words.erase(words.begin());
  }
  if ((method == "gzip" || method == "blosc") && !words.empty() && is_level(words.front())) {
    overrides.push_back({level_key, words.front(), origin, shown_as});
    words.erase(words.begin());
  }
  const bool is_known = method == "none" || method == "gzip" || method == "lzf" || method == "blosc";
  if (is_known && words.empty()) return overrides;
  complain(origin, compression_key, shown_as,
           fmt::format("is '{}'; expected none, lzf, gzip, gzip:LEVEL or blosc[:zstd|:lz4][:LEVEL] with a "
                       "level from 0 to 9",
                       trimmed(text)),
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
