#include "hints.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "hopmc/config/load.hpp"

namespace hopmc::config {

bool contains(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

std::string did_you_mean(const std::string& name, const std::vector<std::string>& known) {
  const std::string near = nearest_name(name, known);
  return near.empty() ? "" : fmt::format("; did you mean '{}'?", near);
}

}  // namespace hopmc::config
