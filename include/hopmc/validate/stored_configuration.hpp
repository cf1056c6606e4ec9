#pragma once
/// The input of a run, back from the texts kept with its results.

#include <string>
#include <vector>

#include "hopmc/config/case_files.hpp"
#include "hopmc/config/override.hpp"
#include "hopmc/trajectory/run_metadata.hpp"

namespace hopmc::validate {

struct StoredConfiguration {
  config::CaseFiles files;
  std::vector<config::Override> overrides;  ///< the effective configuration, key by key
  std::string problem;                      ///< why the texts cannot be used; empty if they can
};

[[nodiscard]] StoredConfiguration stored_configuration(const trajectory::RunMetadata& metadata);

}  // namespace hopmc::validate
