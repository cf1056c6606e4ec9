#pragma once
/// What a result file says about the run that made it.

#include <Eigen/Core>
#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "hopmc/trajectory/note.hpp"

namespace hopmc::trajectory {

/// Contents of /metadata. Plain numbers, so that the trajectory room needs no physics.
struct RunMetadata {
  // simulation_info
  std::string version;
  std::string created_on;    ///< ISO 8601 UTC
  std::string pycd_version;  ///< empty: absent
  // system_info
  Eigen::Matrix3d lattice_matrix = Eigen::Matrix3d::Identity();  ///< rows are vectors, bohr
  std::array<int, 3> pbc{1, 1, 1};
  std::array<int, 3> system_size{1, 1, 1};
  std::vector<std::int64_t> species_count;
  std::vector<std::string> species_types;
  double temperature = 0;  ///< K
  // simulation_params
  double time_interval = 0;  ///< s, as in the input
  double t_final = 0;        ///< s
  std::int64_t n_traj = 0;
  std::int64_t random_seed = 0;
  std::int64_t n_frames = 0;  ///< frames of every trajectory; -1 where a hop is a frame
  // provenance
  std::string command_line;
  std::string git_commit;
  std::string build_type;
  std::string compiler;
  std::string mpi_version;
  std::string hdf5_version;
  std::string rng;
  int ranks = 1;
  std::string effective_config;  ///< LoadedConfig::effective_yaml()
  std::string simulation_parameters_yml;
  std::string sys_config_yml;
  std::string poscar;
  NoteSource note;  ///< of each trajectory, kept in its own group; null: there is none
};

}  // namespace hopmc::trajectory
