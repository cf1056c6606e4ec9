#include <fmt/format.h>

#include "hopmc/config/load.hpp"
#include "hopmc/config/shorthand.hpp"
#include "yaml_tree.hpp"

namespace hopmc::config {

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
  for (const Entry& entry : tree->entries) {
    overrides.push_back({entry.key, flow_text(entry.value), origin, shown_as});
  }
  return overrides;
}

}  // namespace hopmc::config
