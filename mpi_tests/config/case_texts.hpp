#pragma once
/// Input texts for the tests of this room, and small helpers around load().

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "hopmc/config/load.hpp"

namespace hopmc::config::testing {

inline constexpr const char* simulation_path = "case/simulation_parameters.yml";
inline constexpr const char* material_path = "case/InputFiles/sys_config.yml";

/// Only what is required.
inline constexpr const char* short_simulation = R"(system_size: [2, 2, 1]
temp: 300
species_count: [1, 1]
t_final: 1.0e-6
time_interval: 1.0e-8
)";

/// Electrons on one class of sites, holes on two.
inline constexpr const char* material = R"(name: 'Oxide'
species_types: ['electron', 'hole']
species_charge_list:
    'full': [-1, +1]
    'partial': [-0.5, +0.5]
species_to_element_type_map:
    'electron': ['Fe']
    'hole': ['O']
charge_types:
    'full':
        'Fe': +3.0
        'O': -2.0
    'partial':
        'Fe': +1.6349
        'O': -1.0899
neighbor_cutoff_dist:
    'Fe:Fe': [[2.971, 2.901]]
    'O:O': [[2.7, 2.8, 2.9], [2.75]]
neighbor_cutoff_dist_tol:
    'Fe:Fe': [[0.0020, 0.0030]]
    'O:O': [[0.002, 0.002, 0.002], [0.001]]
vn: 1.85E+13  # 1/s
lambda_values:
    'Fe:Fe': [[1.74533, 1.88683]]
    'O:O': [[1.4, 1.5, 1.6], [1.7]]
v_ab:
    'Fe:Fe': [[0.184, 0.028]]
    'O:O': [[0, 0, 0], [-0.1]]
class_list:
    'Fe': [1, 1, 1, 1]
    'O': [2, 1, 2, 1, 1, 1]
element_type_delimiter: ':'
dielectric_constant: 9.355
alpha: 2.667e-01
r_cut: 4.618e+00
k_cut: 6.998e+00
precision_parameters:
    err_tol: 2.585e-03
)";

/// The parameters as a user of PyCD has them, with a key given twice and every accepted key.
inline constexpr const char* pycd_simulation = R"(# System parameters:
dst_file_name: simulation_parameters.yml
input_file_directory_name: InputFiles
ion_charge_type: full
material: Oxide
pbc: [1, 1, 0]
species_charge_type: partial
species_count: [2, 0]
system_size: [2, 2, 1]
temp: 300
work_dir_depth: 0
compute_mode: serial
doping:
  allow_overlap: 0
  charge:
    full: {Mo: 5, W: 5}
  dopant_site_indices:
  - []
  - []
  doping_element_map: ['V:W', 'V:Mo']
  gradient:
  - ld: 0
    step_length_ratio: [1, 1]
    stepwise_num_dopants: [0, 4]
  - {}
  insertion_type: [random, random]
  max_attempts: 100
  min_shell_separation: [4, 4]
  num_dopants: [0, 0]
  pairwise:
  - inter_plane_spacing: 4
    plane_of_arrangement: [1, 1, 0]
  site_charge_initiation: ['no', 'no']
  step_work_dir_depth: 5
external_field:
  electric: {active: 1, dir: [1, 2, 0], ld: 1, mag: 0.0001}
initial_occupancy:
  electron: [7]
  hole: []
n_traj: 3.0
output_data:
  delg_0: {file_name: dg.npy, write: 1}
  energy: {file_name: energy_traj.npy, write: 0}
  potential: {file_name: potential_traj.npy, write: 0}
  time: {file_name: time_data.npy, write: 0}
  unwrapped_traj: {file_name: unwrapped_traj.npy, write: 1, write_every_step: 0}
  wrapped_traj: {file_name: wrapped_traj.npy, write: 1}
  hdf5_output: {enabled: true, file_name: trajectory.h5}
over_write: 1
pre_prod_file_name: pre_prod.py
random_seed: 2
relative_energies:
  class_index:
    O: [0.0, 0.0406]
  doping:
    V:
    - [0.6596, -0.0168, -0.0154]
run_file_name: Run.py
t_final: 0.0001
time_interval: 1.0e-08

# MSD parameters:
display_error_bars: 1
dst_file_name: MSD.py
msd_t_final: 5000.0
n_dim: 3
repr_dist: angstrom
repr_time: ns
trim_length: 50
)";

inline CaseFiles files_of(const std::string& simulation_text, const std::string& material_text = material) {
  CaseFiles files;
  files.directory = "case";
  files.simulation_parameters = {simulation_path, simulation_text};
  files.sys_config = {material_path, material_text};
  return files;
}

/// A --set override.
inline Override set(const std::string& key, const std::string& value) {
  return {key, value, Origin::command_line, "--set " + key + "=" + value};
}

/// Loads what is expected to be sound.
inline LoadedConfig load_sound(const CaseFiles& files, const std::vector<Override>& overrides = {}) {
  Problems problems;
  LoadedConfig config = load(files, overrides, problems);
  for (const Problem& problem : problems.list()) ADD_FAILURE() << problem.text();
  return config;
}

/// The problems of loading, as text.
inline std::vector<std::string> problems_of(const CaseFiles& files,
                                            const std::vector<Override>& overrides = {}) {
  Problems problems;
  static_cast<void>(load(files, overrides, problems));
  std::vector<std::string> texts;
  for (const Problem& problem : problems.list()) texts.push_back(problem.text());
  return texts;
}

/// The text with the first occurrence of `from` replaced; a test of its own that it occurs.
inline std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const std::size_t at = text.find(from);
  if (at == std::string::npos) {
    ADD_FAILURE() << "the text has no '" << from << "'";
    return text;
  }
  return text.replace(at, from.size(), to);
}

inline const ResolvedKey* find_key(const LoadedConfig& config, const std::string& key) {
  for (const ResolvedKey& resolved : config.keys) {
    if (resolved.key == key) return &resolved;
  }
  return nullptr;
}

}  // namespace hopmc::config::testing
