#pragma once
/// Putting overrides into the trees of the two files.

#include <span>

#include "hopmc/config/errors.hpp"
#include "hopmc/config/override.hpp"
#include "yaml_tree.hpp"

namespace hopmc::config {

/// Both files as trees; each is a map.
struct InputTrees {
  Node simulation;
  Node material;
};

/// Applies the overrides from the weakest origin to the strongest, and in the order given among equals, so
/// that the last one of a key wins. Problems: a key that neither file knows, a value that is not YAML.
void apply_overrides(InputTrees& trees, std::span<const Override> overrides, Problems& problems);

}  // namespace hopmc::config
