#include "overrides.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "hints.hpp"
#include "hopmc/config/schema.hpp"
#include "hopmc/config/shorthand.hpp"

namespace hopmc::config {
namespace {

Source source_of(const Override& given) {
  return {place_name(given.origin), given.origin, given.shown_as.empty() ? given.key : given.shown_as};
}

/// Replaces what stands at the path. A value in the way of a section is left for the reader to complain
/// about.
void put(Node& tree, std::span<const std::string> path, Node value) {
  Node* node = &tree;
  for (const std::string& segment : path) {
    if (node->kind == Node::Kind::null) node->kind = Node::Kind::map;
    if (node->kind != Node::Kind::map) return;
    Node* below = node->find(segment);
    if (below == nullptr) {
      Node empty;
      empty.source = value.source;
      node->entries.push_back({segment, value.line, {}, std::move(empty)});
      below = &node->entries.back().value;
    }
    node = below;
  }
  *node = std::move(value);
}

bool has_empty_segment(std::span<const std::string> path) {
  return std::any_of(path.begin(), path.end(), [](const std::string& s) { return s.empty(); });
}

std::string unknown_key_message(const std::string& key) {
  std::vector<std::string> candidates;
  for (const InputFile file : {InputFile::simulation_parameters, InputFile::sys_config}) {
    for (const Key& known : schema_of(file)) candidates.emplace_back(known.pattern);
  }
  return "there is no such key" + did_you_mean(key, candidates);
}

void apply(InputTrees& trees, const Override& given, Problems& problems) {
  const Source source = source_of(given);
  const std::vector<std::string> path = segments_of(given.key);
  for (const InputFile file : {InputFile::simulation_parameters, InputFile::sys_config}) {
    const Match found = match(schema_of(file), path);
    if (has_empty_segment(path) || (found.key == nullptr && !found.is_section)) continue;
    auto value = parse_yaml(given.value, source, given.key, problems);
    Node& tree = file == InputFile::simulation_parameters ? trees.simulation : trees.material;
    if (value) put(tree, path, std::move(*value));
    return;
  }
  problems.add(problem_at(source, 0, given.key, unknown_key_message(given.key)));
}

}  // namespace

void apply_overrides(InputTrees& trees, std::span<const Override> overrides, Problems& problems) {
  std::vector<Override> ordered(overrides.begin(), overrides.end());
  std::stable_sort(ordered.begin(), ordered.end(),
                   [](const Override& a, const Override& b) { return a.origin < b.origin; });
  for (const Override& given : ordered) apply(trees, given, problems);
}

}  // namespace hopmc::config
