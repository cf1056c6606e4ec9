#pragma once
/// How ranks come together to flush without waiting for each other: a barrier that one joins and walks on.

#include <mpi.h>

#include <boost/mpi/communicator.hpp>
#include <cstdint>

#include "hopmc/ensemble/patience.hpp"

namespace hopmc::ensemble {

/// What ranks tell each other when they have met; added up over all of them.
struct Votes {
  std::int64_t failures = 0;      ///< ranks that can not go on
  std::int64_t busy = 0;          ///< ranks that still have something to simulate
  std::int64_t blocks = 0;        ///< blocks to be written
  std::int64_t flush_wishes = 0;  ///< amounts of Counter::flush_wishes so far
  std::int64_t stops = 0;         ///< ranks that know that the run is to stop
  std::int64_t checkpoints = 0;   ///< ranks to which a checkpoint is due
};

/// One meeting after another, on a private duplicate of the communicator.
class Meeting {
 public:
  /// Collective.
  explicit Meeting(const boost::mpi::communicator& comm);

  /// Says that this rank is ready to meet. Never waits; every rank joins each meeting once.
  void join();
  [[nodiscard]] bool joined() const noexcept { return joined_; }
  /// Whether all ranks have joined; this rank must have. Never waits, and has to be asked again and again.
  [[nodiscard]] bool complete();
  /// Ends the complete meeting: the sum of all ranks' votes. Collective.
  [[nodiscard]] Votes conclude(const Votes& mine, WaitAccount& waits);

 private:
  boost::mpi::communicator comm_;
  MPI_Request barrier_ = MPI_REQUEST_NULL;
  bool joined_ = false;
};

}  // namespace hopmc::ensemble
