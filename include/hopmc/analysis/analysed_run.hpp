#pragma once
/// The results of a run, opened for analysis, with what has to be known of the run. Local, read only.

#include <Eigen/Core>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "hopmc/config/load.hpp"
#include "hopmc/energy/doping.hpp"
#include "hopmc/lattice/crystal.hpp"
#include "hopmc/lattice/shell_map.hpp"
#include "hopmc/lattice/supercell.hpp"
#include "hopmc/trajectory/reader.hpp"

namespace hopmc::analysis {

/// Which format to read.
enum class Format { any, hdf5, npy };

/// The carriers of a species: contiguous columns of the coordinates.
struct CarrierGroup {
  std::string name;
  double charge = 0;  ///< e
  Eigen::Index first = 0;
  Eigen::Index count = 0;
  std::vector<int> basis;  ///< basis sites it lives on, ascending
};

struct AnalysedRun {
  std::string place;       ///< of the results, for messages
  std::string format;      ///< "hdf5", "npy"
  std::string created_on;  ///< empty: not known
  std::unique_ptr<trajectory::Reader> reader;
  config::RunConfig config;  ///< of the run, with the keys of the analysis as they are now
  lattice::Crystal crystal;
  lattice::Supercell supercell{Eigen::Vector3i::Ones(), {true, true, true}, 1};
  Eigen::Vector3d field = Eigen::Vector3d::Zero();  ///< atomic units
  double kT = 0;                                    ///< hartree
  std::vector<CarrierGroup> species;                ///< those that have carriers
  Eigen::Index n_carriers = 0;
  Eigen::Index n_frames = 0;  ///< of a trajectory, one every config.time_interval
  /// Trajectories in npy directories that reached their end, where a hop is a frame; absent: not known, or
  /// told otherwise (by the shared file, by the number of frames).
  std::optional<std::set<std::int64_t>> ended;
  std::optional<double> ambiguous_hop;             ///< length, bohr, of one that has another image as short
  std::vector<energy::DopantKind> dopant_kinds;    ///< empty: not doped, or where dopants are is not kept
  std::map<int, lattice::ShellMap> dopant_shells;  ///< by host element of the dopants

  [[nodiscard]] bool has_field() const { return field.squaredNorm() > 0; }
};

/// Opens the results at `path`: a directory, or a shared file in it. The run is described by the metadata of
/// the shared file, by run_metadata.json beside npy directories or, where there is neither (results of PyCD),
/// by simulation_parameters.yml in the directory. `msd_overrides`: keys of the analysis to change. Throws
/// IoError where there is nothing that can be read, InputError where the run's description is not usable.
[[nodiscard]] AnalysedRun open_run(const std::filesystem::path& path, Format format,
                                   std::span<const config::Override> msd_overrides);

/// Where the positions of a trajectory are: the unwrapped coordinates or, where there are none, the wrapped
/// ones; nothing if it has neither.
[[nodiscard]] std::optional<trajectory::Column> positions_column(const AnalysedRun& run,
                                                                 std::int64_t trajectory);

/// Throws IoError unless a stored column of positions is [frames, 3 carriers] of the expected type.
void require_positions(const AnalysedRun& run, std::int64_t trajectory, trajectory::Column column,
                       const trajectory::StoredColumn& stored);

/// Trajectories (from 0) whose unwrapped (or else wrapped) coordinates are all there. Throws InputError where
/// there is none, where a trajectory has no such coordinates, and, unless `skip_incomplete`, where any
/// trajectory of the run is missing or incomplete.
[[nodiscard]] std::vector<std::int64_t> complete_trajectories(const AnalysedRun& run, bool skip_incomplete);

}  // namespace hopmc::analysis
