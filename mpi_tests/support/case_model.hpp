#pragma once
// Models for tests, built the way the program builds them: from a case directory and overrides.

#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "hopmc/config/case_files.hpp"
#include "hopmc/config/load.hpp"
#include "hopmc/energy/model.hpp"

namespace hopmc::test {

/// A case with its configuration and model.
struct CaseModel {
  config::CaseFiles files;
  config::LoadedConfig config;
  energy::Model model;
};

using Settings = std::map<std::string, std::string>;

inline std::filesystem::path source_directory() {
  return HOPMC_SOURCE_DIR;
}
/// Numbers from PyCD; not part of the project, so that tests must do without where it is absent.
inline std::filesystem::path reference_directory() {
  return source_directory() / ".." / "shared" / "reference";
}

/// Reads a case directory under the settings (dotted key -> YAML value). Fails the test if the input has
/// problems.
inline std::unique_ptr<CaseModel> load_case(const std::filesystem::path& directory,
                                            const Settings& settings = {}) {
  std::vector<config::Override> overrides;
  for (const auto& [key, value] : settings) {
    overrides.push_back({key, value, config::Origin::command_line, "--set " + key});
  }
  Problems problems;
  auto result = std::make_unique<CaseModel>();
  result->files = config::read_case_files(directory, overrides);
  result->config = config::load(result->files, overrides, problems);
  problems.throw_if_any();
  result->model = energy::build_model(result->files, result->config, problems);
  problems.throw_if_any();
  return result;
}

inline std::unique_ptr<CaseModel> load_example(const std::string& name, const Settings& settings = {}) {
  return load_case(source_directory() / "examples" / name, settings);
}

/// Two interpenetrating sublattices of one element whose site energies differ by 30 meV: an uneven landscape.
inline Settings uneven_hematite() {
  return {{"class_list.Fe", "[1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2]"},
          {"relative_energies.class_index", "{Fe: [0.0, 0.03]}"},
          {"neighbor_cutoff_dist", "{'Fe:Fe': [[2.971, 2.901], [2.971, 2.901]]}"},
          {"neighbor_cutoff_dist_tol", "{'Fe:Fe': [[0.002, 0.002], [0.002, 0.002]]}"},
          {"lambda_values", "{'Fe:Fe': [[1.74533, 1.88683], [1.74533, 1.88683]]}"},
          {"v_ab", "{'Fe:Fe': [[0.184, 0.028], [0.184, 0.028]]}"}};
}

inline Settings operator+(Settings a, const Settings& b) {
  for (const auto& [key, value] : b) a[key] = value;
  return a;
}

}  // namespace hopmc::test
