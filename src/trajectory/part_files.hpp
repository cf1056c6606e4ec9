#pragma once
/// A shared file whose trajectories lie in part files: the ranks are cut into groups, each group writes a
/// part of its own, and the shared file links every trajectory to the part it is in.

#include <mpi.h>

#include <cstdint>
#include <filesystem>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "agreement.hpp"
#include "hopmc/trajectory/frame_block.hpp"
#include "hopmc/trajectory/run_metadata.hpp"

namespace hopmc::trajectory {

/// A trajectory and the part that holds it; both count from 0.
struct PartLink {
  std::int64_t trajectory;
  std::int64_t part;
};

/// The groups of ranks, and the shared file that holds nothing but /metadata and links. Links name parts
/// relative to it, so that the directory can be moved.
class PartFiles {
 public:
  /// Groups of `ranks_per_file` >= 1 consecutive ranks of `comm` (duplicated); the last may be smaller.
  /// Creates the shared file and the directory of parts. Collective; throws IoError on all ranks.
  PartFiles(MPI_Comm comm, std::filesystem::path shared_file, const RunMetadata& metadata,
            std::int64_t n_traj, int ranks_per_file);
  PartFiles(const PartFiles&) = delete;
  PartFiles& operator=(const PartFiles&) = delete;

  [[nodiscard]] MPI_Comm group() const noexcept { return group_; }  ///< ranks of this rank's part
  [[nodiscard]] std::filesystem::path part() const;                 ///< this rank's part file

  /// Runs an action of each group on all ranks; throws on all if it failed on any. Collective.
  template <class Action>
  void together(Action&& action) const {
    agreed(comm_, action);
  }
  /// Links the trajectories of all ranks' blocks that are not linked yet. Collective; throws IoError on all
  /// ranks. Afterwards the shared file opens in other programs.
  void link(std::span<const FrameBlock* const> blocks);
  /// Frees the communicators; collective. Not called after an error: then they are leaked, because the ranks
  /// may be anywhere.
  void close();

 private:
  [[nodiscard]] std::vector<PartLink> new_links(std::span<const FrameBlock* const> blocks);
  [[nodiscard]] std::vector<PartLink> gather(const std::vector<PartLink>& mine) const;

  MPI_Comm comm_ = MPI_COMM_NULL;
  MPI_Comm group_ = MPI_COMM_NULL;
  int rank_ = 0;
  std::int64_t part_ = 0;
  std::filesystem::path shared_file_;
  std::int64_t n_traj_;
  std::set<std::int64_t> linked_;  ///< of this rank's trajectories
};

}  // namespace hopmc::trajectory
