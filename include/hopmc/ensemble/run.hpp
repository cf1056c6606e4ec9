#pragma once
/// The ensemble: who runs which trajectory, when all write, what is told while it runs.

#include <boost/mpi/communicator.hpp>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <vector>

#include "hopmc/config/run_config.hpp"
#include "hopmc/ensemble/checkpoint.hpp"
#include "hopmc/ensemble/observer.hpp"
#include "hopmc/ensemble/stop.hpp"
#include "hopmc/kmc/propagator.hpp"
#include "hopmc/trajectory/columns.hpp"
#include "hopmc/trajectory/run_metadata.hpp"

namespace hopmc::ensemble {

/// What a run is to do, the same on every rank.
struct RunPlan {
  std::int64_t n_traj = 1;
  std::int64_t n_frames = 1;        ///< of a trajectory; -1: not known in advance
  double t_final = 0;               ///< atomic time, for the progress line
  double stored_fraction = 0;       ///< of all simulated time, read back from an earlier run
  std::filesystem::path directory;  ///< of the results; exists
  config::OutputConfig output;
  bool progress = true;  ///< write progress lines (rank 0, stderr)
  /// Trajectories in the order in which they are handed out; empty: ascending.
  std::vector<std::int64_t> order;
  /// What checkpoints say of the run, without trajectories; absent: none are written.
  std::optional<Checkpoint> checkpoint;
  /// Called on rank 0 with every checkpoint that was written; may throw IoError.
  std::function<void(const Checkpoint&)> after_checkpoint;
  const StopRequest* stop = nullptr;  ///< null: the run goes on to its end
  Observer* observer = nullptr;       ///< sees all rows; null: nobody does
};

/// Where the time went, summed over ranks except the wall time, and what was made. The same on every rank.
struct RunSummary {
  double wall_seconds = 0;
  double simulate_seconds = 0;
  double wait_seconds = 0;
  double longest_wait_seconds = 0;
  double compress_seconds = 0;
  double write_seconds = 0;  ///< HDF5 without compression, and npy
  std::int64_t trajectories = 0;
  std::int64_t frames = 0;
  std::int64_t hops = 0;       ///< of complete trajectories
  std::int64_t hops_made = 0;  ///< by this run, not read back from an earlier one
  std::int64_t flushes = 0;
  std::int64_t raw_bytes = 0;          ///< of one format
  std::int64_t hdf5_bytes = 0;         ///< on disk
  std::int64_t npy_bytes = 0;          ///< on disk
  std::int64_t peak_buffer_bytes = 0;  ///< most that one rank's frame buffers held
  int ranks = 1;
  bool stopped = false;  ///< before its end, as asked, or for enough
  bool enough = false;   ///< it was the observer who said so
};

/// Runs all trajectories and writes them (collective). Throws IoError on every rank if writing fails on any.
/// A stop that any rank is asked for ends the run on all of them: rows so far and a checkpoint are written.
/// So does an observer who has enough. The observer's results are added to the shared file at the end.
[[nodiscard]] RunSummary run(const boost::mpi::communicator& comm, const kmc::PropagatorFactory& factory,
                             const trajectory::Layout& layout, const trajectory::RunMetadata& metadata,
                             const RunPlan& plan);

}  // namespace hopmc::ensemble
