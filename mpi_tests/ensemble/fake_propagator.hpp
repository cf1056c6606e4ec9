#pragma once
/// Trajectories whose rows follow from their number alone, without physics, and that can be slow or fail.

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <thread>
#include <vector>

#include "hopmc/kmc/propagator.hpp"

namespace hopmc::test {

/// What the fake trajectories are like.
struct FakeTraits {
  std::int64_t n_frames = 1;
  std::function<std::int64_t(std::int64_t)> extra_frames;  ///< by trajectory; lengths are then unknown
  std::int64_t n_carriers = 1;
  std::int64_t n_traj = 1;
  std::function<std::chrono::microseconds(std::int64_t)> pause_a_frame;       ///< by trajectory
  std::function<void(std::int64_t)> at_start;                                 ///< may throw
  std::function<void(std::int64_t trajectory, std::int64_t frame)> at_frame;  ///< may throw

  [[nodiscard]] std::int64_t frames_of(std::int64_t trajectory) const {
    return n_frames + (extra_frames ? extra_frames(trajectory) : 0);
  }
};

/// A number that depends on all of its arguments (splitmix64's finaliser).
inline std::uint64_t scrambled(std::int64_t trajectory, std::int64_t row, std::int64_t item) {
  auto x = static_cast<std::uint64_t>(trajectory * 1'000'003 + row * 1009 + item) + 0x9e3779b97f4a7c15U;
  x = (x ^ (x >> 30U)) * 0xbf58476d1ce4e5b9U;
  x = (x ^ (x >> 27U)) * 0x94d049bb133111ebU;
  return x ^ (x >> 31U);
}

inline double scrambled_double(std::int64_t trajectory, std::int64_t row, std::int64_t item) {
  return static_cast<double>(scrambled(trajectory, row, item) >> 40U) / 4096.0 - 1000.0;
}

/// Between frame f - 1 and frame f lie (t + f) mod 4 hops.
class FakePropagator : public kmc::Propagator {
 public:
  FakePropagator(const FakeTraits& traits, std::int64_t trajectory)
      : traits_(traits), trajectory_(trajectory), pending_hop_rows_(1) {}

  kmc::Recorded advance(const kmc::FrameColumns& frames, const kmc::HopColumns& hops) override {
    kmc::Recorded done;
    const std::int64_t last = traits_.frames_of(trajectory_);
    while (frame_ < last) {
      while (pending_hop_rows_ > 0) {
        if (hops.time != nullptr && done.hop_rows == hops.capacity) return done;
        write_hop(hops, done);
      }
      if (done.frames == frames.capacity) return done;
      write_frame(frames, done);
    }
    done.finished = true;
    return done;
  }

  FakePropagator(const FakeTraits& traits, std::int64_t trajectory, const kmc::PropagatorState& state)
      : traits_(traits),
        trajectory_(trajectory),
        frame_(state.frames),
        hop_row_(state.hop_rows),
        pending_hop_rows_(static_cast<std::int64_t>(state.time)) {}

  [[nodiscard]] std::int64_t hops() const noexcept override {
    return std::max<std::int64_t>(hop_row_ - 1, 0);
  }
  [[nodiscard]] kmc::PropagatorState state() const override {
    kmc::PropagatorState state;
    state.time = static_cast<double>(pending_hop_rows_);
    state.hops = hops();
    state.frames = frame_;
    state.hop_rows = hop_row_;
    return state;
  }

 private:
  void write_hop(const kmc::HopColumns& hops, kmc::Recorded& done) {
    if (hops.time != nullptr) {
      hops.time[done.hop_rows] =
          static_cast<double>(hop_row_) + scrambled_double(trajectory_, hop_row_, 99) * 1e-6;
      ++done.hop_rows;
    }
    ++hop_row_;
    --pending_hop_rows_;
  }

  void write_frame(const kmc::FrameColumns& frames, kmc::Recorded& done) {
    if (traits_.at_frame) traits_.at_frame(trajectory_, frame_);
    if (traits_.pause_a_frame) std::this_thread::sleep_for(traits_.pause_a_frame(trajectory_));
    const std::size_t row = done.frames;
    if (frames.time != nullptr) frames.time[row] = static_cast<double>(frame_) * 0.5;
    write_row(frames.unwrapped, row, 3 * traits_.n_carriers, 0);
    write_row(frames.wrapped, row, 3 * traits_.n_carriers, 100);
    write_row(frames.energy, row, 1, 200);
    write_row(frames.delg_0, row, 1, 300);
    write_row(frames.potential, row, 1, 400);
    if (frames.occupancy != nullptr) {
      for (std::int64_t i = 0; i < traits_.n_carriers; ++i) {
        frames.occupancy[static_cast<std::int64_t>(row) * traits_.n_carriers + i] =
            static_cast<std::int32_t>(scrambled(trajectory_, frame_, 500 + i) >> 33U);
      }
    }
    ++done.frames;
    ++frame_;
    pending_hop_rows_ = (trajectory_ + frame_) % 4;
  }

  void write_row(double* column, std::size_t row, std::int64_t width, std::int64_t item) const {
    if (column == nullptr) return;
    for (std::int64_t i = 0; i < width; ++i) {
      column[static_cast<std::int64_t>(row) * width + i] = scrambled_double(trajectory_, frame_, item + i);
    }
  }

  const FakeTraits& traits_;
  std::int64_t trajectory_;
  std::int64_t frame_ = 0;
  std::int64_t hop_row_ = 0;
  std::int64_t pending_hop_rows_;
};

/// Starts fakes and counts how often each trajectory was started on this rank.
class FakeFactory : public kmc::PropagatorFactory {
 public:
  explicit FakeFactory(FakeTraits traits)
      : traits_(std::move(traits)), starts_(static_cast<std::size_t>(traits_.n_traj), 0) {}

  [[nodiscard]] std::unique_ptr<kmc::Propagator> start(std::int64_t trajectory) const override {
    ++starts_.at(static_cast<std::size_t>(trajectory));
    if (traits_.at_start) traits_.at_start(trajectory);
    return std::make_unique<FakePropagator>(traits_, trajectory);
  }
  [[nodiscard]] std::unique_ptr<kmc::Propagator> resume(std::int64_t trajectory,
                                                        const kmc::PropagatorState& state) const override {
    return std::make_unique<FakePropagator>(traits_, trajectory, state);
  }
  [[nodiscard]] const std::vector<int>& starts() const noexcept { return starts_; }
  [[nodiscard]] const FakeTraits& traits() const noexcept { return traits_; }

 private:
  FakeTraits traits_;
  mutable std::vector<int> starts_;
};

}  // namespace hopmc::test
