#pragma once
/// Somebody who looks at the rows of a run while it goes on.

#include <boost/mpi/communicator.hpp>
#include <optional>
#include <string>

#include "hopmc/trajectory/frame_block.hpp"
#include "hopmc/trajectory/results.hpp"

namespace hopmc::ensemble {

/// What an observer learns from rows is the run's own business only in so far as it may be enough.
class Observer {
 public:
  virtual ~Observer() = default;

  /// Rows of this rank: each trajectory from its first row on and in order, also where a resumed run takes
  /// them over from older files; one trajectory after the other. Local.
  virtual void observe(const trajectory::FrameBlock& block) = 0;
  /// Brings together what all ranks have seen so far. Collective.
  virtual void reduce(const boost::mpi::communicator& comm) = 0;

  // As of the last reduce(), the same on every rank.

  /// A few words for the progress line; may be empty.
  [[nodiscard]] virtual std::string text() const = 0;
  /// Whether the run can stop here.
  [[nodiscard]] virtual bool enough() const = 0;
  /// To be kept with the trajectories; nothing where there is nothing yet.
  [[nodiscard]] virtual std::optional<trajectory::Results> results() const = 0;
};

}  // namespace hopmc::ensemble
