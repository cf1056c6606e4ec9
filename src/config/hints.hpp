#pragma once
/// Names that are wrong, and names that may have been meant.

#include <string>
#include <vector>

namespace hopmc::config {

[[nodiscard]] bool contains(const std::vector<std::string>& names, const std::string& name);

/// "; did you mean 'x'?" for the nearest of the known names, or nothing if none is near.
[[nodiscard]] std::string did_you_mean(const std::string& name, const std::vector<std::string>& known);

}  // namespace hopmc::config
