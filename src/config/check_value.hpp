#pragma once
/// Whether a value is what its key expects.

#include <optional>
#include <string>

#include "hopmc/config/schema.hpp"
#include "yaml_tree.hpp"

namespace hopmc::config {

/// What is wrong with a value, and where.
struct Fault {
  const Node* where = nullptr;
  std::string message;
};

/// The first thing that is wrong with the type, length or range of the value.
[[nodiscard]] std::optional<Fault> check_value(const Key& key, const Node& node);

}  // namespace hopmc::config
