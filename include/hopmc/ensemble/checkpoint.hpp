#pragma once
/// What a run needs to be gone on with after it ended early: a small file beside the results.

#include <array>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "hopmc/kmc/propagator.hpp"
#include "hopmc/trajectory/columns.hpp"

namespace hopmc::ensemble {

inline constexpr std::string_view checkpoint_name = "checkpoint.json";
/// The checkpoint before the last one, for the case that the last one is damaged.
inline constexpr std::string_view previous_checkpoint_name = "checkpoint.previous.json";

/// A trajectory at one instant: its rows that are on disk, and the state that the next row follows from.
struct TrajectoryCheckpoint {
  std::int64_t trajectory = 0;  ///< counts from 0 (from 1 in the file)
  bool complete = false;
  std::array<std::int64_t, 2> rows{};                        ///< by Axis
  std::array<std::uint32_t, trajectory::n_columns> crc32{};  ///< of these rows, by Column; 0: no such column
  kmc::PropagatorState state;
};

/// The whole run at one instant.
struct Checkpoint {
  std::string created_on;                                     ///< when the run first began (ISO 8601 UTC)
  std::map<std::string, std::string> config;                  ///< keys in force and their values
  std::uint32_t poscar_crc32 = 0;                             ///< of the file's bytes
  std::map<std::int64_t, TrajectoryCheckpoint> trajectories;  ///< those that have rows on disk
};

/// The content of a checkpoint file: JSON with a checksum of itself. Local.
[[nodiscard]] std::string to_text(const Checkpoint& checkpoint);
/// Throws IoError("PLACE: ...") for anything that to_text() did not write, or that has changed since. Local.
[[nodiscard]] Checkpoint checkpoint_from_text(const std::string& text, const std::string& place);

/// Some trajectories as a text without checksum, to be sent to another rank. Local.
[[nodiscard]] std::string to_text(const std::vector<TrajectoryCheckpoint>& trajectories);
[[nodiscard]] std::vector<TrajectoryCheckpoint> trajectories_from_text(const std::string& text);

/// Writes directory/checkpoint.json: beside, synced, renamed; the one before it is kept. Throws IoError, and
/// then the last one is still there, under its own name or as the previous one. Local; for rank 0.
void write_checkpoint(const std::filesystem::path& directory, const Checkpoint& checkpoint);

/// A checkpoint as found in a directory.
struct FoundCheckpoint {
  std::optional<Checkpoint> checkpoint;
  std::vector<std::string> damage;  ///< files that are there and cannot be used, with the reason
};

/// Reads the last checkpoint of a directory, or else the one before. Local; for rank 0.
[[nodiscard]] FoundCheckpoint find_checkpoint(const std::filesystem::path& directory);

/// Whether a file is a checkpoint that can be used. Local.
[[nodiscard]] bool checkpoint_is_sound(const std::filesystem::path& file);

}  // namespace hopmc::ensemble
