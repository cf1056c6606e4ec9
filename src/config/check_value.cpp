#include "check_value.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "hints.hpp"
#include "scalars.hpp"

namespace hopmc::config {
namespace {

std::optional<Fault> fault(const Key& key, const Node& node, const std::string& which = "") {
  return Fault{&node, fmt::format("{}is {}; expected {}", which, described(node), expectation(key))};
}

bool in_range(Range range, double value) {
  switch (range) {
    case Range::positive:
      return value > 0;
    case Range::not_negative:
      return value >= 0;
    case Range::at_least_one:
      return value >= 1;
    case Range::any:
      break;
  }
  return true;
}

bool is_number(const Key& key, const Node& node) {
  const auto value = parse_number(node.text);
  return !node.quoted && value && in_range(key.range, *value);
}

bool is_integer(const Key& key, const Node& node) {
  const auto value = parse_integer(node.text);
  return !node.quoted && value && in_range(key.range, static_cast<double>(*value));
}

bool is_bytes(const Key& key, const Node& node) {
  const auto value = parse_bytes(node.text);
  return value && in_range(key.range, static_cast<double>(*value));
}

bool is_seed(const Node& node) {
  return !node.quoted && (parse_integer(node.text) || looks_like_float(node.text));
}

std::vector<std::string> split_words(std::string_view rest) {
  std::vector<std::string> words;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find('|'), rest.size());
    words.emplace_back(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return words;
}

bool is_one_of(std::string_view joined_words, const std::string& text) {
  const std::vector<std::string> words = split_words(joined_words);
  return std::find(words.begin(), words.end(), text) != words.end();
}

bool is_word(const Key& key, const Node& node) {
  return is_one_of(key.words, node.text);
}

std::optional<Fault> word_fault(const Key& key, const Node& node) {
  auto result = fault(key, node);
  if (node.kind != Node::Kind::scalar) return result;
  result->message += did_you_mean(node.text, split_words(key.words));
  return result;
}

bool is_flag(const Node& node) {
  return !node.quoted && parse_flag(node.text).has_value();
}

/// Only a key that is empty by default may be empty.
bool is_text(const Key& key, const Node& node) {
  return std::none_of(node.text.begin(), node.text.end(), is_control_character) &&
         (!node.text.empty() || key.default_value == "''");
}

/// One value of the list or table that the key holds, or the value itself.
bool is_sound_scalar(const Key& key, const Node& node) {
  if (node.kind != Node::Kind::scalar) return false;
  switch (key.type) {
    case ValueType::text:
    case ValueType::text_list:
      return is_text(key, node);
    case ValueType::flag:
    case ValueType::flag_list:
      return is_flag(node);
    case ValueType::integer:
    case ValueType::integer_list:
    case ValueType::integer_table:
      return is_integer(key, node);
    case ValueType::number:
    case ValueType::number_list:
    case ValueType::number_table:
      return is_number(key, node);
    case ValueType::word:
    case ValueType::word_list:
      return is_word(key, node);
    case ValueType::bytes:
      return is_bytes(key, node);
    case ValueType::seed:
      return is_seed(node);
    case ValueType::chunk_length:
      return is_integer(key, node) || parse_flag(node.text) == true;
    case ValueType::number_or_word:
    case ValueType::number_word_or_integers:
      return is_number(key, node) || is_word(key, node);
    case ValueType::section_list:
    case ValueType::anything:
      break;
  }
  return true;
}

std::optional<Fault> check_list(const Key& key, const Node& node, const std::string& which = "") {
  if (node.kind != Node::Kind::list) return fault(key, node, which);
  if (key.length > 0 && node.items.size() != static_cast<std::size_t>(key.length)) {
    return Fault{&node, fmt::format("has {} entries; expected {}", node.items.size(), expectation(key))};
  }
  for (std::size_t i = 0; i < node.items.size(); ++i) {
    if (!is_sound_scalar(key, node.items[i])) {
      auto found = fault(key, node.items[i], fmt::format("{}entry {} ", which, i + 1));
      if (!key.words.empty()) found->message += did_you_mean(node.items[i].text, split_words(key.words));
      return found;
    }
  }
  return std::nullopt;
}

std::optional<Fault> check_table(const Key& key, const Node& node) {
  if (node.kind != Node::Kind::list) return fault(key, node);
  const std::string_view each =
      key.pattern.find("doping") == std::string_view::npos ? "the list of class" : "list";
  for (std::size_t i = 0; i < node.items.size(); ++i) {
    const std::string which = fmt::format("{} {} ", each, i + 1);
    if (auto found = check_list(key, node.items[i], which)) {
      if (node.items[i].kind == Node::Kind::list) found->message.replace(0, which.size(), "in " + which);
      return found;
    }
  }
  return std::nullopt;
}

std::optional<Fault> check_sections(const Key& key, const Node& node) {
  if (node.kind != Node::Kind::list) return fault(key, node);
  for (std::size_t i = 0; i < node.items.size(); ++i) {
    const Node::Kind kind = node.items[i].kind;
    if (kind == Node::Kind::map || kind == Node::Kind::null) continue;
    return fault(key, node.items[i], fmt::format("entry {} ", i + 1));
  }
  return std::nullopt;
}

/// k_cut as a list: the largest multiple of each reciprocal lattice vector.
std::optional<Fault> check_multiples(const Key& key, const Node& node) {
  double sum = 0;
  for (const Node& item : node.items) {
    const auto value = item.kind == Node::Kind::scalar ? parse_integer(item.text) : std::nullopt;
    if (!value || *value < 0 || *value > 100'000) return fault(key, item, "an entry ");
    sum += static_cast<double>(*value);
  }
  if (node.items.size() != 3 || sum == 0) {
    return Fault{&node, "is a list; expected 3 integers >= 0 that are not all zero"};
  }
  return std::nullopt;
}

}  // namespace

std::optional<Fault> check_value(const Key& key, const Node& node) {
  switch (key.type) {
    case ValueType::anything:
      return std::nullopt;
    case ValueType::flag_list:
    case ValueType::integer_list:
    case ValueType::number_list:
    case ValueType::text_list:
    case ValueType::word_list:
      return check_list(key, node);
    case ValueType::number_table:
    case ValueType::integer_table:
      return check_table(key, node);
    case ValueType::section_list:
      return check_sections(key, node);
    case ValueType::number_word_or_integers:
      if (node.kind == Node::Kind::list) return check_multiples(key, node);
      break;
    default:
      break;
  }
  if (is_sound_scalar(key, node)) return std::nullopt;
  return key.words.empty() ? fault(key, node) : word_fault(key, node);
}

}  // namespace hopmc::config
