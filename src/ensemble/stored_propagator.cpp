#include "stored_propagator.hpp"

#include <algorithm>
#include <span>

namespace hopmc::ensemble {

using trajectory::Axis;
using trajectory::Column;
using trajectory::info;

namespace {

void* destination(Column column, const kmc::FrameColumns& frames, const kmc::HopColumns& hops) {
  switch (column) {
    case Column::unwrapped:
      return frames.unwrapped;
    case Column::wrapped:
      return frames.wrapped;
    case Column::time:
      return frames.time;
    case Column::energy:
      return frames.energy;
    case Column::delg_0:
      return frames.delg_0;
    case Column::potential:
      return frames.potential;
    case Column::occupancy:
      return frames.occupancy;
    case Column::hop_time:
      return hops.time;
  }
  return nullptr;
}

}  // namespace

StoredPropagator::StoredPropagator(const kmc::PropagatorFactory& factory, const trajectory::Layout& layout,
                                   const trajectory::Reader& reader, const StoredTrajectory& stored)
    : factory_(factory), layout_(layout), reader_(reader), stored_(stored) {}

std::int64_t StoredPropagator::left(Axis axis) const {
  if (axis == Axis::hop && layout_.find(Column::hop_time) == nullptr) return 0;
  const auto i = static_cast<std::size_t>(axis);
  return stored_.checkpoint.rows[i] - done_[i];
}

std::int64_t StoredPropagator::read(Axis axis, std::size_t capacity, const kmc::FrameColumns& frames,
                                    const kmc::HopColumns& hops) {
  const std::int64_t rows = std::min(left(axis), static_cast<std::int64_t>(capacity));
  std::int64_t& first = done_[static_cast<std::size_t>(axis)];
  for (const auto& spec : layout_.columns) {
    if (info(spec.column).axis != axis || rows == 0) continue;
    auto* bytes = static_cast<std::byte*>(destination(spec.column, frames, hops));
    reader_.read(stored_.checkpoint.trajectory, spec.column, first, rows,
                 std::span(bytes, static_cast<std::size_t>(rows) * spec.row_bytes()));
  }
  first += rows;
  return rows;
}

kmc::Recorded StoredPropagator::advance(const kmc::FrameColumns& frames, const kmc::HopColumns& hops) {
  if (going_on_) return going_on_->advance(frames, hops);
  kmc::Recorded recorded;
  recorded.frames = static_cast<std::size_t>(read(Axis::frame, frames.capacity, frames, hops));
  recorded.hop_rows = static_cast<std::size_t>(read(Axis::hop, hops.capacity, frames, hops));
  if (left(Axis::frame) > 0 || left(Axis::hop) > 0) return recorded;
  if (stored_.checkpoint.complete && stored_.ends_here) {
    recorded.finished = true;
    return recorded;
  }
  going_on_ = factory_.resume(stored_.checkpoint.trajectory, stored_.checkpoint.state);
  // Without rows of its own this call has to bring those that follow.
  if (recorded.frames == 0 && recorded.hop_rows == 0) return going_on_->advance(frames, hops);
  return recorded;
}

std::int64_t StoredPropagator::hops() const noexcept {
  return going_on_ ? going_on_->hops() : stored_.checkpoint.state.hops;
}

kmc::PropagatorState StoredPropagator::state() const {
  return going_on_ ? going_on_->state() : stored_.checkpoint.state;
}

}  // namespace hopmc::ensemble
