#pragma once
/// Going on with a run that ended early: what of its files can be trusted, and trajectories that begin with
/// the rows in them.
///
/// Old files are read only, never written to: the run that goes on writes new ones, and copies into them what
/// it finds. So nothing is lost when it ends early too, damage in old files cannot reach new ones, and what
/// is damaged is simulated again.

#include <boost/mpi/communicator.hpp>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "hopmc/ensemble/checkpoint.hpp"
#include "hopmc/kmc/propagator.hpp"
#include "hopmc/trajectory/columns.hpp"
#include "hopmc/trajectory/reader.hpp"

namespace hopmc::ensemble {

/// A directory that holds results, and the checkpoint that belongs to them.
struct StoredRun {
  std::filesystem::path directory;
  Checkpoint checkpoint;
};

/// In which formats a trajectory is stored as its checkpoint says (all rows, by their checksums).
struct Intact {
  bool npy = false;
  bool hdf5 = false;
};

struct Findings {
  std::map<std::int64_t, Intact> intact;  ///< by trajectory of the checkpoint; the same on every rank
  std::vector<std::string> damage;        ///< on rank 0: what is missing or wrong, for people
  bool unreadable_hdf5 = false;           ///< there is a shared file, and it cannot be opened; on every rank
};

/// Reads what a checkpoint tells of and compares it with its checksums, each rank a share (collective).
/// `both`: look at both formats of a trajectory even where npy is intact (then HDF5 is not needed).
[[nodiscard]] Findings examine(const boost::mpi::communicator& comm, const StoredRun& run,
                               const trajectory::Layout& layout, bool npy, bool hdf5, bool both);

/// Where the first rows of a trajectory are to be had.
struct StoredTrajectory {
  std::filesystem::path directory;
  bool npy = true;        ///< in npy files, otherwise in the shared file
  bool ends_here = true;  ///< if the checkpoint has it complete: there are no rows beyond it
  TrajectoryCheckpoint checkpoint;
};
using StoredTrajectories = std::map<std::int64_t, StoredTrajectory>;

/// Trajectories that are read from old files as far as these go, and then resumed.
class ResumingFactory : public kmc::PropagatorFactory {
 public:
  /// `inner` and `layout` must outlive the factory and its propagators.
  ResumingFactory(const kmc::PropagatorFactory& inner, const trajectory::Layout& layout,
                  StoredTrajectories stored);
  ~ResumingFactory() override;

  [[nodiscard]] std::unique_ptr<kmc::Propagator> start(std::int64_t trajectory) const override;
  [[nodiscard]] std::unique_ptr<kmc::Propagator> resume(std::int64_t trajectory,
                                                        const kmc::PropagatorState& state) const override;

 private:
  [[nodiscard]] const trajectory::Reader& reader_of(const StoredTrajectory& stored) const;

  const kmc::PropagatorFactory& inner_;
  const trajectory::Layout& layout_;
  StoredTrajectories stored_;
  mutable std::map<std::pair<std::filesystem::path, bool>, std::unique_ptr<trajectory::Reader>> readers_;
};

/// How much of the simulated time of `n_traj` trajectories is stored, 0 to 1. `t_final` in atomic time.
/// Local.
[[nodiscard]] double stored_fraction(std::int64_t n_traj, double t_final, const StoredTrajectories& stored);

/// Order in which to hand out `n_traj` trajectories: complete ones first (they only have to be copied), then
/// those begun, then the rest. Local.
[[nodiscard]] std::vector<std::int64_t> resume_order(std::int64_t n_traj, const StoredTrajectories& stored);

}  // namespace hopmc::ensemble
