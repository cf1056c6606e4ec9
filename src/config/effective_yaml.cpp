#include <fmt/format.h>

#include "hints.hpp"
#include "hopmc/config/load.hpp"
#include "hopmc/config/schema.hpp"
#include "hopmc/config/shorthand.hpp"
#include "yaml_tree.hpp"

namespace hopmc::config {
namespace {

/// The sections of both files that lie in no other.
std::vector<std::string> sections() {
  std::vector<std::string> names;
  for (const InputFile file : {InputFile::simulation_parameters, InputFile::sys_config}) {
    for (const Key& key : schema_of(file)) {
      const std::vector<std::string> path = segments_of(key.pattern);
      if (path.size() > 1 && !contains(names, path.front())) names.push_back(path.front());
    }
  }
  return names;
}

}  // namespace

std::string LoadedConfig::effective_yaml() const {
  std::string text;
  for (const ResolvedKey& resolved : keys) {
    Node name;
    name.kind = Node::Kind::scalar;
    name.text = resolved.key;
    text += fmt::format("{}: {}\n", flow_text(name), resolved.value);
  }
  return text;
}

std::vector<Override> overrides_from_effective_yaml(const std::string& text, Origin origin,
                                                    const std::string& shown_as) {
  Problems problems;
  const auto tree = parse_yaml(text, {place_name(origin), origin, shown_as}, "", problems);
  problems.throw_if_any();
  std::vector<Override> overrides;
  // Sections are emptied first: a key of the files that is not in the text was removed with its section.
  for (const std::string& section : sections()) overrides.push_back({section, "{}", origin, shown_as});
  for (const Entry& entry : tree->entries) {
    overrides.push_back({entry.key, flow_text(entry.value), origin, shown_as});
  }
  return overrides;
}

}  // namespace hopmc::config
