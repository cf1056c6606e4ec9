#pragma once
/// Keeps track of what can be gone on with, and has rank 0 write it down now and then.

#include <array>
#include <boost/mpi/communicator.hpp>
#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "hopmc/ensemble/checkpoint.hpp"
#include "hopmc/ensemble/patience.hpp"
#include "hopmc/ensemble/run.hpp"
#include "hopmc/trajectory/frame_block.hpp"

namespace hopmc::ensemble {

/// One rank's notes of its trajectories; on rank 0 the table of all. Does nothing if the plan has no
/// checkpoint.
class Checkpointer {
 public:
  /// `layout` must outlive it. Local.
  Checkpointer(const boost::mpi::communicator& comm, const RunPlan& plan, const trajectory::Layout& layout);

  /// Takes note of a block that goes to the writers, and of the state after it, if there is one. Local.
  void note(const trajectory::FrameBlock& block, std::optional<kmc::PropagatorState> state);

  /// Whether the last checkpoint is old enough for the next. Local.
  [[nodiscard]] bool due() const;

  /// Writes all that was noted, by any rank. All noted rows must be on disk. Collective; throws IoError on
  /// all ranks if rank 0 cannot write, or finds that results were removed.
  void write();

 private:
  void require_results(const std::vector<TrajectoryCheckpoint>& trajectories) const;

  boost::mpi::communicator comm_;
  const trajectory::Layout& layout_;
  double interval_;
  std::optional<Checkpoint> table_;  ///< trajectories on rank 0 only
  std::function<void(const Checkpoint&)> after_;
  std::filesystem::path directory_;
  bool npy_;
  bool hdf5_;
  Clock::time_point last_ = Clock::now();
  std::map<std::int64_t, std::array<std::uint32_t, trajectory::n_columns>> checksums_;  ///< so far
  std::map<std::int64_t, TrajectoryCheckpoint> noted_;  ///< since the last write
};

}  // namespace hopmc::ensemble
