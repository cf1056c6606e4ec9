#pragma once
/// When frames are due, and what a call of Propagator::advance has written so far.

#include <cstddef>
#include <cstdint>
#include <span>

#include "carrier_position.hpp"
#include "frame_recorder.hpp"
#include "hopmc/energy/model.hpp"
#include "hopmc/kmc/columns.hpp"
#include "hopmc/kmc/propagator.hpp"

namespace hopmc::kmc {

/// Schedule of one trajectory's rows: frame f at t = f * time_interval with the state that holds then, or a
/// frame a hop up to t_final. Remembers across calls; `begin` starts a call.
class Clock {
 public:
  Clock(const energy::Model& model, const energy::DopantField& dopants, RecordingPlan plan)
      : recorder_(model, dopants),
        interval_(model.time_interval),
        end_(model.t_final),
        n_frames_(model.n_frames),
        every_step_(plan.every_step) {}

  /// A call writes into these columns.
  void begin(const FrameColumns& frames, const HopColumns& hops) noexcept {
    frames_ = frames;
    hops_ = hops;
    written_ = {};
  }
  [[nodiscard]] const Recorded& written() const noexcept { return written_; }
  [[nodiscard]] bool finished() const noexcept { return written_.finished; }

  /// The next hop may happen up to this time without any row falling due before it.
  [[nodiscard]] double next_due() const noexcept {
    if (every_step_) return end_;
    return static_cast<double>(next_frame_) * interval_;
  }
  /// True if hops up to next_due() need no attention: neither a frame nor a hop time is wanted of each.
  [[nodiscard]] bool hops_are_silent() const noexcept { return !every_step_ && hops_.time == nullptr; }

  /// Writes the rows that are due before the next hop, which would happen at `next_hop`. Returns false if the
  /// call must end first: no room, or the trajectory is finished.
  bool before_hop(double now, double next_hop, std::span<const CarrierPosition> carriers, double delg_0) {
    if (!started_ && !start(carriers)) return false;
    if (hop_pending_ && !after_hop(now, carriers, delg_0)) return false;
    if (every_step_) {
      if (next_hop > end_) written_.finished = true;
      return !written_.finished;
    }
    while (next_hop > static_cast<double>(next_frame_) * interval_) {
      if (next_frame_ >= n_frames_) break;
      if (!frame(static_cast<double>(next_frame_) * interval_, carriers, delg_0)) return false;
    }
    if (next_frame_ >= n_frames_) written_.finished = true;
    return !written_.finished;
  }
  /// One hop has happened, or, if hops_are_silent(), any number of hops up to next_due().
  void hopped() noexcept {
    recorder_.invalidate();
    hop_pending_ = !hops_are_silent();
  }

  /// Adds what the clock knows to a state, and takes it back.
  void save(PropagatorState& state) const noexcept {
    state.frames = next_frame_;
    state.hop_rows = hop_rows_;
    state.started = started_;
    state.hop_pending = hop_pending_;
    state.hop_time_done = hop_time_done_;
  }
  void restore(const PropagatorState& state) noexcept {
    next_frame_ = state.frames;
    hop_rows_ = state.hop_rows;
    started_ = state.started;
    hop_pending_ = state.hop_pending;
    hop_time_done_ = state.hop_time_done;
    recorder_.invalidate();
  }

 private:
  bool start(std::span<const CarrierPosition> carriers) {
    if (every_step_ && !frame(0.0, carriers, 0.0)) return false;
    if (hops_.time) hop_time(0.0);
    started_ = true;
    return true;
  }
  /// Rows of the last hop, which may have had to wait for room.
  bool after_hop(double now, std::span<const CarrierPosition> carriers, double delg_0) {
    if (hops_.time && !hop_time_done_) {
      if (written_.hop_rows == hops_.capacity) return false;
      hop_time(now);
      hop_time_done_ = true;
    }
    if (every_step_ && !frame(now, carriers, delg_0)) return false;
    hop_pending_ = hop_time_done_ = false;
    return true;
  }
  void hop_time(double time) noexcept {
    hops_.time[written_.hop_rows++] = time;
    ++hop_rows_;
  }
  bool frame(double time, std::span<const CarrierPosition> carriers, double delg_0) {
    if (written_.frames == frames_.capacity) return false;
    recorder_.record(frames_, written_.frames++, time, carriers, delg_0);
    ++next_frame_;
    return true;
  }

  FrameRecorder recorder_;
  double interval_;
  double end_;
  std::int64_t n_frames_;
  bool every_step_;
  FrameColumns frames_;
  HopColumns hops_;
  Recorded written_;
  std::int64_t next_frame_ = 0;
  std::int64_t hop_rows_ = 0;
  bool started_ = false;
  bool hop_pending_ = false;
  bool hop_time_done_ = false;
};

}  // namespace hopmc::kmc
