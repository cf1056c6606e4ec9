#include "hopmc/config/schema.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "schema_tables.hpp"

namespace hopmc::config {
namespace {

bool is_free(std::string_view segment) {
  return segment.starts_with('<');
}

/// True if the first path.size() segments of the pattern accept the path.
bool begins_with(const std::vector<std::string>& pattern, std::span<const std::string> path) {
  if (path.size() > pattern.size()) return false;
  for (std::size_t i = 0; i < path.size(); ++i) {
    if (!is_free(pattern[i]) && pattern[i] != path[i]) return false;
  }
  return true;
}

void add_once(std::vector<std::string>& names, const std::string& name) {
  if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
}

std::string range_text(Range range) {
  switch (range) {
    case Range::positive:
      return " > 0";
    case Range::not_negative:
      return " >= 0";
    case Range::at_least_one:
      return " >= 1";
    case Range::any:
      break;
  }
  return "";
}

std::string words_text(std::string_view words) {
  std::string text(words);
  for (std::size_t at = text.find('|'); at != std::string::npos; at = text.find('|', at)) {
    text.replace(at, 1, " or ");
  }
  return text;
}

std::string list_text(const Key& key, std::string_view what) {
  const std::string count = key.length > 0 ? fmt::format("{} ", key.length) : "";
  return fmt::format("a list of {}{}{}", count, what, range_text(key.range));
}

std::string type_text(const Key& key) {
  const std::string range = range_text(key.range);
  switch (key.type) {
    case ValueType::text:
      return "a text";
    case ValueType::flag:
      return "yes or no (1 or 0)";
    case ValueType::integer:
      return "an integer" + range;
    case ValueType::number:
      return "a number" + range;
    case ValueType::word:
      return words_text(key.words);
    case ValueType::bytes:
      return "a number of bytes such as 67108864 or 64 MiB";
    case ValueType::seed:
      return "an integer or a number";
    case ValueType::chunk_length:
      return "true or an integer" + range;
    case ValueType::number_or_word:
      return fmt::format("a number{} or {}", range, words_text(key.words));
    case ValueType::number_word_or_integers:
      return fmt::format("a number{}, {}, or a list of 3 integers", range, words_text(key.words));
    case ValueType::flag_list:
      return list_text(key, "flags (1 or 0)");
    case ValueType::integer_list:
      return list_text(key, "integers");
    case ValueType::number_list:
      return list_text(key, "numbers");
    case ValueType::text_list:
      return list_text(key, "names");
    case ValueType::number_table:
      return "a list of lists of numbers" + range;
    case ValueType::word_list:
      return list_text(key, words_text(key.words));
    case ValueType::integer_table:
      return "a list of lists of integers" + range;
    case ValueType::section_list:
      return "a list of sections {key: value, ...}";
    case ValueType::anything:
      break;
  }
  return "any value";
}

}  // namespace

std::span<const Key> schema_of(InputFile file) {
  return file == InputFile::simulation_parameters ? detail::simulation_keys() : detail::material_keys();
}

std::string_view name_of(InputFile file) {
  return file == InputFile::simulation_parameters ? "simulation_parameters.yml" : "sys_config.yml";
}

std::string expectation(const Key& key) {
  return key.unit.empty() ? type_text(key) : fmt::format("{} ({})", type_text(key), key.unit);
}

std::vector<std::string> segments_of(std::string_view dotted) {
  std::vector<std::string> segments;
  std::size_t start = 0;
  for (std::size_t dot = dotted.find('.'); dot != std::string_view::npos; dot = dotted.find('.', start)) {
    segments.emplace_back(dotted.substr(start, dot - start));
    start = dot + 1;
  }
  segments.emplace_back(dotted.substr(start));
  return segments;
}

Match match(std::span<const Key> schema, std::span<const std::string> path) {
  Match result;
  const auto parent = path.first(path.size() - 1);
  for (const Key& key : schema) {
    const std::vector<std::string> pattern = segments_of(key.pattern);
    if (pattern.size() >= path.size() && begins_with(pattern, parent)) {
      add_once(result.siblings, pattern[path.size() - 1]);
    }
    if (!begins_with(pattern, path)) continue;
    if (pattern.size() == path.size()) {
      result.key = &key;
    } else {
      result.is_section = true;
    }
  }
  return result;
}

bool is_used(std::span<const Key> schema, std::span<const std::string> path) {
  return std::any_of(schema.begin(), schema.end(), [&](const Key& key) {
    return key.status == KeyStatus::used && begins_with(segments_of(key.pattern), path);
  });
}

}  // namespace hopmc::config
