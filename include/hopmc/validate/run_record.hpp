#pragma once
/// What a run says about itself: the description that both formats carry, and the small file that carries it
/// beside npy directories.

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "hopmc/config/load.hpp"
#include "hopmc/lattice/crystal.hpp"
#include "hopmc/trajectory/columns.hpp"
#include "hopmc/trajectory/run_metadata.hpp"

namespace hopmc::validate {

/// Beside the traj<N> directories of every run that writes npy.
inline constexpr std::string_view run_record_name = "run_metadata.json";

/// The dopants of a trajectory: a group below its own, and NAME.json beside its npy files.
inline constexpr const char* doping_group = "doping";

/// What a run found while it went on: a group below /analysis of the shared file.
inline constexpr const char* online_group = "online";

/// The same facts as /metadata of the shared file, and a checksum of every npy file's content.
struct RunRecord {
  trajectory::RunMetadata metadata;
  /// "traj1/time.npy" -> CRC-32 of the array's bytes; empty until the run was validated.
  std::map<std::string, std::uint32_t> checksums;
};

/// Name of a npy file among the checksums of a run record.
[[nodiscard]] std::string checksum_name(std::int64_t trajectory, const trajectory::ColumnSpec& spec);

/// Writes directory/run_metadata.json (beside, then renamed; local). Throws IoError.
void write_run_record(const std::filesystem::path& directory, const RunRecord& record);
/// Reads a run record (local). Throws IoError if it cannot be read or is none.
[[nodiscard]] RunRecord read_run_record(const std::filesystem::path& file);

/// npy columns that the trajectories below `directory` can have: those of the run record's configuration, or
/// all under their default names. Local.
[[nodiscard]] std::vector<trajectory::ColumnSpec> npy_columns_of(const std::filesystem::path& directory);

/// Frames of every trajectory: floor(t_final / time_interval) + 1 (a quotient that is whole but for rounding
/// counts as whole, except in the replay mode), or -1 where a hop is a frame.
[[nodiscard]] std::int64_t expected_frames(const config::RunConfig& run);

/// Fills the parts of RunMetadata that follow from the input: system_info, simulation_params and the input
/// texts in provenance.
void describe_input(const config::CaseFiles& files, const config::LoadedConfig& config,
                    const lattice::Crystal& crystal, trajectory::RunMetadata& metadata);

}  // namespace hopmc::validate
