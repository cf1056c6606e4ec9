#include "worker.hpp"

#include <algorithm>
#include <cstring>
#include <stdexcept>
#include <utility>

namespace hopmc::ensemble {

using trajectory::Axis;
using trajectory::Column;
using trajectory::FrameBlock;

namespace {

/// Between two slices a rank looks after the others: long enough to cost nothing, short enough that nobody
/// waits for it.
constexpr double slice_seconds = 0.005;

/// Time of the last frame of the block, in atomic units.
double last_time(const FrameBlock& block) {
  const auto times = block.data(Column::time);
  double time = 0;
  std::memcpy(&time, times.data() + times.size() - sizeof time, sizeof time);
  return time;
}

}  // namespace

Worker::Worker(const kmc::PropagatorFactory& factory, const trajectory::Layout& layout, const RunPlan& plan,
               Board& board)
    : factory_(factory),
      layout_(layout),
      n_traj_(plan.n_traj),
      t_final_(plan.t_final),
      order_(plan.order),
      keep_states_(plan.checkpoint.has_value()),
      board_(board) {}

std::unique_ptr<FrameBlock> Worker::step(WaitAccount& waits) {
  if (!propagator_) claim(waits);
  if (!propagator_) return nullptr;
  const auto start = Clock::now();
  advance();
  const double seconds = seconds_since(start);
  simulate_seconds_ += seconds;
  learn_slice(seconds);
  return block_->full() || block_->finished() ? take_block() : nullptr;
}

void Worker::claim(WaitAccount& waits) {
  waits.measure([this] { trajectory_ = board_.claim(); });
  if (trajectory_ >= n_traj_) {
    exhausted_ = true;
    return;
  }
  if (!order_.empty()) trajectory_ = order_[static_cast<std::size_t>(trajectory_)];
  const auto start = Clock::now();
  propagator_ = factory_.start(trajectory_);
  simulate_seconds_ += seconds_since(start);
  next_frame_ = 0;
  next_hop_row_ = 0;
  reported_hops_ = propagator_->hops();  // those of an earlier run are not made here
  reported_progress_ = 0;
}

void Worker::advance() {
  if (!block_) block_ = std::make_unique<FrameBlock>(layout_, trajectory_, next_frame_, next_hop_row_);
  kmc::FrameColumns frames = block_->frame_columns();
  kmc::HopColumns hops = block_->hop_columns();
  frames.capacity = std::min(frames.capacity, slice_rows_);
  hops.capacity = std::min(hops.capacity, slice_rows_);
  const kmc::Recorded recorded = propagator_->advance(frames, hops);
  if (recorded.frames == 0 && recorded.hop_rows == 0 && !recorded.finished) {
    throw std::logic_error("a trajectory neither goes on nor ends");
  }
  block_->add(recorded, propagator_->hops());
  report(recorded);
}

void Worker::report(const kmc::Recorded& recorded) {
  board_.add(Counter::frames, static_cast<std::int64_t>(recorded.frames));
  const std::int64_t new_hops = propagator_->hops() - reported_hops_;
  hops_made_ += new_hops;
  board_.add(Counter::hops, new_hops);
  reported_hops_ = propagator_->hops();
  std::int64_t progress = reported_progress_;
  if (recorded.finished) {
    board_.add(Counter::trajectories, 1);
    progress = progress_per_trajectory;
  } else if (recorded.frames > 0 && t_final_ > 0 && layout_.find(Column::time) != nullptr) {
    const double fraction = std::clamp(last_time(*block_) / t_final_, 0.0, 1.0);
    progress = static_cast<std::int64_t>(fraction * static_cast<double>(progress_per_trajectory));
  }
  board_.add(Counter::progress, progress - reported_progress_);
  reported_progress_ = progress;
}

void Worker::learn_slice(double seconds) {
  const auto longest =
      static_cast<std::size_t>(std::max<std::int64_t>({1, layout_.chunk_frames, layout_.chunk_hops}));
  if (seconds < slice_seconds / 2) {
    slice_rows_ = std::min(2 * slice_rows_, longest);
  } else if (seconds > slice_seconds) {
    slice_rows_ = std::max<std::size_t>(slice_rows_ / 2, 1);
  }
}

std::unique_ptr<FrameBlock> Worker::take_partial() {
  return block_ && block_->bytes() > 0 ? take_block() : nullptr;
}

std::unique_ptr<FrameBlock> Worker::take_block() {
  next_frame_ = block_->first_row(Axis::frame) + block_->rows(Axis::frame);
  next_hop_row_ = block_->first_row(Axis::hop) + block_->rows(Axis::hop);
  if (keep_states_) state_ = propagator_->state();
  if (block_->finished()) propagator_.reset();
  return std::exchange(block_, nullptr);
}

}  // namespace hopmc::ensemble
