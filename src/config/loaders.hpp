#pragma once
/// From sound values to a RunConfig: conversions to atomic units, and checks of what belongs together.

#include "hopmc/config/errors.hpp"
#include "hopmc/config/load.hpp"
#include "hopmc/config/run_config.hpp"
#include "values.hpp"

namespace hopmc::config {

/// What every loader reads from and reports to.
struct LoadContext {
  const Values& values;
  const SourceMap& sources;
  std::vector<Problem>& warnings;
  Problems& problems;

  void complain(const std::string& key, std::string message) const {
    problems.add(sources.problem_at(key, std::move(message)));
  }
  void warn(const std::string& key, std::string message) const {
    warnings.push_back(sources.problem_at(key, std::move(message)));
  }
};

/// sys_config.yml, with the charge types that simulation_parameters.yml chooses.
void load_material(const LoadContext& context, MaterialConfig& material);
/// neighbor_cutoff_dist, its tolerances, lambda_values and v_ab; needs class_list.
void load_families(const LoadContext& context, MaterialConfig& material);
/// simulation_parameters.yml without the output; needs the material.
void load_simulation(const LoadContext& context, RunConfig& run);
/// Keys of the analysis.
void load_msd(const LoadContext& context, MsdConfig& msd);
/// doping and relative_energies.doping; needs the material and the mode.
void load_doping(const LoadContext& context, RunConfig& run);
/// output_data, output_config and io.
void load_output(const LoadContext& context, OutputConfig& output);

/// What output_config.formats.hdf5 is: its own value or, where that is no stronger than a default,
/// output_data.hdf5_output.enabled. Called before load_output; returns the key that decided.
[[nodiscard]] std::string key_that_decides_hdf5(const Values& values);

}  // namespace hopmc::config
