#include "hopmc/config/same_value.hpp"

#include <algorithm>

#include "hopmc/config/schema.hpp"
#include "scalars.hpp"
#include "yaml_tree.hpp"

namespace hopmc::config {
namespace {

/// The type of a key; nothing is known of one that neither file has.
ValueType type_of(const std::string& dotted) {
  const std::vector<std::string> path = segments_of(dotted);
  for (const InputFile file : {InputFile::simulation_parameters, InputFile::sys_config}) {
    if (const Key* key = match(schema_of(file), path).key) return key->type;
  }
  return ValueType::text;
}

/// Whether both texts can be parsed, and to the same.
template <typename Parse>
bool parsed_alike(Parse parse, const Node& a, const Node& b) {
  const auto value = parse(a.text);
  return value && value == parse(b.text);
}

bool numbers_alike(const Node& a, const Node& b) {
  return !a.quoted && !b.quoted && parsed_alike(parse_number, a, b);
}

/// Of texts that differ.
bool scalars_alike(ValueType type, const Node& a, const Node& b) {
  switch (type) {
    case ValueType::flag:
    case ValueType::flag_list:
      return parsed_alike(parse_flag, a, b);
    case ValueType::integer:
    case ValueType::integer_list:
    case ValueType::integer_table:
      return parsed_alike(parse_integer, a, b);
    case ValueType::bytes:
      return parsed_alike(parse_bytes, a, b);
    case ValueType::seed:
      if (looks_like_float(a.text) != looks_like_float(b.text)) return false;
      return looks_like_float(a.text) ? numbers_alike(a, b) : parsed_alike(parse_integer, a, b);
    case ValueType::chunk_length:
      // 1 is a length here, and no flag.
      if (parse_integer(a.text) || parse_integer(b.text)) return parsed_alike(parse_integer, a, b);
      return parsed_alike(parse_flag, a, b);
    case ValueType::number:
    case ValueType::number_list:
    case ValueType::number_table:
    case ValueType::number_or_word:
    case ValueType::number_word_or_integers:
    case ValueType::section_list:
      return numbers_alike(a, b);
    case ValueType::text:
    case ValueType::text_list:
    case ValueType::word:
    case ValueType::word_list:
    case ValueType::anything:
      break;
  }
  return false;
}

bool nodes_alike(ValueType type, const Node& a, const Node& b) {
  if (a.kind != b.kind) return false;
  const auto alike = [type](const Node& x, const Node& y) { return nodes_alike(type, x, y); };
  switch (a.kind) {
    case Node::Kind::null:
      return true;
    case Node::Kind::scalar:
      return a.text == b.text || scalars_alike(type, a, b);
    case Node::Kind::list:
      return std::equal(a.items.begin(), a.items.end(), b.items.begin(), b.items.end(), alike);
    case Node::Kind::map:
      return a.entries.size() == b.entries.size() &&
             std::all_of(a.entries.begin(), a.entries.end(), [&](const Entry& entry) {
               const Node* other = b.find(entry.key);
               return other != nullptr && alike(entry.value, *other);
             });
  }
  return false;
}

}  // namespace

bool same_value(const std::string& dotted, const std::string& a, const std::string& b) {
  if (a == b) return true;
  Problems none;
  const auto left = parse_yaml(a, {}, dotted, none);
  const auto right = parse_yaml(b, {}, dotted, none);
  return left && right && nodes_alike(type_of(dotted), *left, *right);
}

}  // namespace hopmc::config
