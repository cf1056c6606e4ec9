#pragma once
/// What the results of a run must look like, worked out from the run's own configuration.

#include <Eigen/Core>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "hopmc/lattice/crystal.hpp"
#include "hopmc/lattice/supercell.hpp"
#include "hopmc/trajectory/columns.hpp"
#include "hopmc/trajectory/reader.hpp"
#include "hopmc/trajectory/run_metadata.hpp"
#include "mismatch_log.hpp"

namespace hopmc::validate {

/// Where carriers may be.
struct Geometry {
  lattice::Crystal crystal;
  lattice::Supercell supercell{Eigen::Vector3i::Ones(), {true, true, true}, 1};
  Eigen::Matrix3d cell = Eigen::Matrix3d::Identity();          ///< rows: supercell vectors, bohr
  Eigen::Matrix3d inverse_cell = Eigen::Matrix3d::Identity();  ///< x * inverse_cell: supercell coordinates
  std::vector<std::vector<bool>> basis_allowed;                ///< by species, basis site
  std::vector<int> carrier_species;
};

struct Expectation {
  trajectory::Layout layout;
  std::int64_t n_traj = -1;    ///< -1: not known
  std::int64_t n_frames = -1;  ///< -1: not known in advance
  double time_interval = 0;    ///< atomic time; 0: not known
  bool every_step = false;     ///< a frame a hop
  bool replay_pycd = false;
  config::DopingConfig doping;
  bool hdf5 = false;
  bool npy = false;
  bool compare_formats = true;
  double tolerance = 1e-15;
  std::optional<Geometry> geometry;                  ///< absent: the configuration is not known
  std::optional<trajectory::RunMetadata> described;  ///< system_info and simulation_params as they must be
  std::map<std::string, std::uint32_t> checksums;    ///< of npy contents, by checksum_name()
  bool unfinished = false;  ///< the checkpoint has trajectories that are not complete
};

/// From the texts that a run keeps of its input. Problems of the texts are mismatches at `place`, and nothing
/// is returned.
[[nodiscard]] std::optional<Expectation> expectation_from(const trajectory::RunMetadata& metadata,
                                                          const std::string& place, MismatchLog& log);

/// From the input files of a case directory, or nothing if there are none that can be used.
[[nodiscard]] std::optional<Expectation> expectation_from_case(const std::filesystem::path& directory);

/// From the results alone: the columns of the first trajectory that is there.
[[nodiscard]] Expectation guessed_expectation(const trajectory::Reader& reader);

/// npy columns under their default names, for directories of which nothing else is known.
[[nodiscard]] std::vector<trajectory::ColumnSpec> default_npy_columns();

}  // namespace hopmc::validate
