#pragma once
/// The reference cases beside the source tree, where they exist.

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "hopmc/config/load.hpp"
#include "support/materials.hpp"

namespace hopmc::test {

inline std::filesystem::path reference_directory() {
  return std::filesystem::path(HOPMC_SOURCE_DIR) / ".." / "shared" / "reference";
}

/// Directories of all reference cases, by name; empty where there are none.
inline std::vector<std::filesystem::path> reference_cases() {
  std::vector<std::filesystem::path> cases;
  if (!std::filesystem::is_directory(reference_directory())) return cases;
  for (const auto& entry : std::filesystem::directory_iterator(reference_directory())) {
    if (std::filesystem::exists(entry.path() / "simulation_parameters.yml")) cases.push_back(entry.path());
  }
  std::sort(cases.begin(), cases.end());
  return cases;
}

/// Reads a case as `hopmc run` does; throws InputError with every problem.
inline Case read_case(const std::filesystem::path& directory, bool replay_pycd) {
  std::vector<config::Override> overrides;
  if (replay_pycd) overrides.push_back({"replay", "pycd", config::Origin::command_line, "--replay"});
  Case result;
  result.files = config::read_case_files(directory, overrides);
  Problems problems;
  result.config = config::load(result.files, overrides, problems);
  problems.throw_if_any();
  return result;
}

}  // namespace hopmc::test
