#include "values.hpp"

#include <algorithm>

#include "scalars.hpp"

namespace hopmc::config {
namespace {

/// Converts every item of a list, or nothing if one cannot be.
template <typename Convert>
auto converted(const Node* list, Convert convert)
    -> std::optional<std::vector<typename decltype(convert(*list))::value_type>> {
  if (list == nullptr) return std::nullopt;
  std::vector<typename decltype(convert(*list))::value_type> result;
  for (const Node& item : list->items) {
    auto value = convert(item);
    if (!value) return std::nullopt;
    result.push_back(std::move(*value));
  }
  return result;
}

std::optional<double> number_of(const Node& node) {
  return parse_number(node.text);
}
std::optional<std::int64_t> integer_of(const Node& node) {
  return parse_integer(node.text);
}
std::optional<bool> flag_of(const Node& node) {
  return parse_flag(node.text);
}
std::optional<std::string> text_of(const Node& node) {
  return node.text;
}
std::optional<std::vector<double>> numbers_of(const Node& node) {
  return converted(&node, number_of);
}

std::optional<std::vector<std::int64_t>> integers_of(const Node& node) {
  return converted(&node, integer_of);
}

}  // namespace

void Values::add(Value value) {
  places_[value.dotted] = list_.size();
  list_.push_back(std::move(value));
}

const Value* Values::find(const std::string& dotted) const {
  const auto place = places_.find(dotted);
  return place == places_.end() ? nullptr : &list_[place->second];
}

std::vector<std::string> Values::names_below(const std::string& section) const {
  std::vector<std::string> names;
  const std::string prefix = section + ".";
  for (const Value& value : list_) {
    if (!value.dotted.starts_with(prefix)) continue;
    std::string name = segments_of(value.dotted.substr(prefix.size())).front();
    if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(std::move(name));
  }
  return names;
}

const Node* Values::scalar(const std::string& dotted) const {
  const Value* value = find(dotted);
  const bool usable = value != nullptr && value->sound && value->node.kind == Node::Kind::scalar;
  return usable ? &value->node : nullptr;
}

const Node* Values::list(const std::string& dotted) const {
  const Value* value = find(dotted);
  const bool usable = value != nullptr && value->sound && value->node.kind == Node::Kind::list;
  return usable ? &value->node : nullptr;
}

std::optional<double> Values::number(const std::string& dotted) const {
  const Node* node = scalar(dotted);
  return node == nullptr ? std::nullopt : number_of(*node);
}

std::optional<std::int64_t> Values::integer(const std::string& dotted) const {
  const Node* node = scalar(dotted);
  return node == nullptr ? std::nullopt : integer_of(*node);
}

std::optional<bool> Values::flag(const std::string& dotted) const {
  const Node* node = scalar(dotted);
  return node == nullptr ? std::nullopt : flag_of(*node);
}

std::optional<std::string> Values::text(const std::string& dotted) const {
  const Node* node = scalar(dotted);
  return node == nullptr ? std::nullopt : text_of(*node);
}

std::optional<std::vector<bool>> Values::flags(const std::string& dotted) const {
  return converted(list(dotted), flag_of);
}

std::optional<std::vector<std::int64_t>> Values::integers(const std::string& dotted) const {
  return converted(list(dotted), integer_of);
}

std::optional<std::vector<double>> Values::numbers(const std::string& dotted) const {
  return converted(list(dotted), number_of);
}

std::optional<std::vector<std::string>> Values::texts(const std::string& dotted) const {
  return converted(list(dotted), text_of);
}

std::optional<std::vector<std::vector<double>>> Values::table(const std::string& dotted) const {
  return converted(list(dotted), numbers_of);
}

std::optional<std::vector<std::vector<std::int64_t>>> Values::integer_table(const std::string& dotted) const {
  return converted(list(dotted), integers_of);
}

}  // namespace hopmc::config
