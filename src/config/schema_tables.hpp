#pragma once
/// The two tables behind schema_of().

#include <span>

#include "hopmc/config/schema.hpp"

namespace hopmc::config::detail {

[[nodiscard]] std::span<const Key> simulation_keys();
[[nodiscard]] std::span<const Key> material_keys();

}  // namespace hopmc::config::detail
