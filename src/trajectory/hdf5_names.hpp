#pragma once
/// Paths and attribute names of the shared file that are not columns.

namespace hopmc::trajectory::names {

inline constexpr const char* trajectories = "/trajectories";
inline constexpr const char* analysis = "/analysis";
inline constexpr const char* metadata = "/metadata";
inline constexpr const char* simulation_info = "/metadata/simulation_info";
inline constexpr const char* system_info = "/metadata/system_info";
inline constexpr const char* simulation_params = "/metadata/simulation_params";
inline constexpr const char* provenance = "/metadata/provenance";

// Root and /metadata/simulation_info.
inline constexpr const char* format = "format";
inline constexpr const char* format_version = "format_version";
inline constexpr const char* version = "version";
inline constexpr const char* created_on = "created_on";
inline constexpr const char* pycd_version = "pycd_version";
inline constexpr const char* results = "results";  ///< names of the groups in /analysis
inline constexpr const char* total_trajectories = "total_trajectories";

// /metadata/system_info.
inline constexpr const char* lattice_matrix = "lattice_matrix";
inline constexpr const char* pbc = "pbc";
inline constexpr const char* system_size = "system_size";
inline constexpr const char* species_count = "species_count";
inline constexpr const char* species_types = "species_types";
inline constexpr const char* total_species = "total_species";
inline constexpr const char* temperature = "temperature";

// /metadata/simulation_params.
inline constexpr const char* time_interval = "time_interval";
inline constexpr const char* t_final = "t_final";
inline constexpr const char* n_traj = "n_traj";
inline constexpr const char* random_seed = "random_seed";
inline constexpr const char* n_frames = "n_frames";

// /metadata/provenance: attributes, then datasets.
inline constexpr const char* command_line = "command_line";
inline constexpr const char* git_commit = "git_commit";
inline constexpr const char* build_type = "build_type";
inline constexpr const char* compiler = "compiler";
inline constexpr const char* mpi_version = "mpi_version";
inline constexpr const char* hdf5_version = "hdf5_version";
inline constexpr const char* rng = "rng";
inline constexpr const char* ranks = "ranks";
inline constexpr const char* simulation_parameters_yml = "simulation_parameters.yml";
inline constexpr const char* sys_config_yml = "sys_config.yml";
inline constexpr const char* poscar = "POSCAR";
inline constexpr const char* effective_config = "effective_config";

// /trajectories/traj_NNN.
inline constexpr const char* trajectory = "trajectory";
inline constexpr const char* status = "status";
inline constexpr const char* status_partial = "partial";
inline constexpr const char* status_complete = "complete";
inline constexpr const char* frames = "frames";
inline constexpr const char* hops = "hops";
inline constexpr const char* stream = "stream";

// Every dataset below it; `trajectory` as well.
inline constexpr const char* units = "units";
inline constexpr const char* si_units = "si_units";
inline constexpr const char* si_factor = "si_factor";
inline constexpr const char* description = "description";
inline constexpr const char* crc32 = "crc32";

}  // namespace hopmc::trajectory::names
