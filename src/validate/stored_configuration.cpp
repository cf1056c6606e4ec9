#include "hopmc/validate/stored_configuration.hpp"

#include <fmt/format.h>

#include "hopmc/config/load.hpp"

namespace hopmc::validate {
StoredConfiguration stored_configuration(const trajectory::RunMetadata& metadata) {
  StoredConfiguration result;
  result.files.simulation_parameters = {"simulation_parameters.yml", metadata.simulation_parameters_yml};
  result.files.sys_config = {"sys_config.yml", metadata.sys_config_yml};
  result.files.poscar = {"POSCAR", metadata.poscar};
  if (metadata.effective_config.empty() || metadata.simulation_parameters_yml.empty() ||
      metadata.sys_config_yml.empty() || metadata.poscar.empty()) {
    result.problem = "the run's input is not stored completely (effective_config, both YAML files, POSCAR)";
    return result;
  }
  try {
    result.overrides = config::overrides_from_effective_yaml(
        metadata.effective_config, config::Origin::command_line, "the stored configuration");
  } catch (const InputError& error) {
    result.problem =
        fmt::format("the stored effective_config is not usable: {}", error.problems().front().text());
  }
  return result;
}

}  // namespace hopmc::validate
