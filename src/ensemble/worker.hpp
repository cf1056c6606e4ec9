#pragma once
/// The part of a run that one rank does for itself: claim trajectories, simulate them, fill blocks.

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "hopmc/ensemble/board.hpp"
#include "hopmc/ensemble/patience.hpp"
#include "hopmc/ensemble/run.hpp"
#include "hopmc/trajectory/frame_block.hpp"

namespace hopmc::ensemble {

/// Makes blocks, a slice of a few milliseconds at a time. Local but for claims.
class Worker {
 public:
  /// All but `plan` must outlive the worker.
  Worker(const kmc::PropagatorFactory& factory, const trajectory::Layout& layout, const RunPlan& plan,
         Board& board);

  /// Goes on with the trajectory in hand, or claims the next (counted as a wait). Returns a block when it is
  /// full or its trajectory ends; null otherwise. Throws what the propagator throws.
  [[nodiscard]] std::unique_ptr<trajectory::FrameBlock> step(WaitAccount& waits);

  /// The block that is being filled, if it holds rows: for a run that stops here. Local.
  [[nodiscard]] std::unique_ptr<trajectory::FrameBlock> take_partial();

  /// State of the propagator at the end of the block that was given away last.
  [[nodiscard]] const std::optional<kmc::PropagatorState>& state() const noexcept { return state_; }

  /// Whether there is nothing left to simulate, here or to be claimed.
  [[nodiscard]] bool idle() const noexcept { return exhausted_ && !propagator_; }
  [[nodiscard]] double simulate_seconds() const noexcept { return simulate_seconds_; }
  /// Hops that were simulated here, not read back from an earlier run.
  [[nodiscard]] std::int64_t hops_made() const noexcept { return hops_made_; }

 private:
  void claim(WaitAccount& waits);
  void advance();
  void report(const kmc::Recorded& recorded);
  void learn_slice(double seconds);
  [[nodiscard]] std::unique_ptr<trajectory::FrameBlock> take_block();

  const kmc::PropagatorFactory& factory_;
  const trajectory::Layout& layout_;
  std::int64_t n_traj_;
  double t_final_;
  std::vector<std::int64_t> order_;
  bool keep_states_;
  Board& board_;

  bool exhausted_ = false;
  std::int64_t trajectory_ = 0;
  std::unique_ptr<kmc::Propagator> propagator_;
  std::unique_ptr<trajectory::FrameBlock> block_;
  std::optional<kmc::PropagatorState> state_;
  std::int64_t next_frame_ = 0;
  std::int64_t next_hop_row_ = 0;
  std::int64_t reported_hops_ = 0;
  std::int64_t hops_made_ = 0;
  std::int64_t reported_progress_ = 0;
  std::size_t slice_rows_ = 1;
  double simulate_seconds_ = 0;
};

}  // namespace hopmc::ensemble
