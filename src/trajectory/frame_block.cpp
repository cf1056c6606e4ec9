#include "hopmc/trajectory/frame_block.hpp"

#include <stdexcept>

namespace hopmc::trajectory {

FrameBlock::FrameBlock(const Layout& layout, std::int64_t trajectory, std::int64_t first_frame,
                       std::int64_t first_hop_row)
    : layout_(&layout), trajectory_(trajectory), first_frame_(first_frame), first_hop_row_(first_hop_row) {
  storage_.reserve(layout.columns.size());
  for (const ColumnSpec& spec : layout.columns) {
    const auto rows_of_chunk = static_cast<std::size_t>(layout.chunk_rows(info(spec.column).axis));
    storage_.emplace_back(rows_of_chunk * spec.row_bytes());
  }
}

bool FrameBlock::full() const noexcept {
  const bool has_hops = layout_->find(Column::hop_time) != nullptr;
  return frames_ >= layout_->chunk_frames || (has_hops && hop_rows_ >= layout_->chunk_hops);
}

template <class T>
T* FrameBlock::next_row(Column column) {
  const ColumnSpec* spec = layout_->find(column);
  if (spec == nullptr) return nullptr;
  auto& bytes = storage_[static_cast<std::size_t>(spec - layout_->columns.data())];
  // operator new aligns for every fundamental type, and rows are whole numbers of T.
  return reinterpret_cast<T*>(bytes.data() +
                              static_cast<std::size_t>(rows(info(column).axis)) * spec->row_bytes());
}

kmc::FrameColumns FrameBlock::frame_columns() {
  kmc::FrameColumns columns;
  columns.time = next_row<double>(Column::time);
  columns.unwrapped = next_row<double>(Column::unwrapped);
  columns.wrapped = next_row<double>(Column::wrapped);
  columns.energy = next_row<double>(Column::energy);
  columns.delg_0 = next_row<double>(Column::delg_0);
  columns.potential = next_row<double>(Column::potential);
  columns.occupancy = next_row<std::int32_t>(Column::occupancy);
  columns.n_states = static_cast<std::size_t>(layout_->n_states);
  columns.capacity = static_cast<std::size_t>(layout_->chunk_frames - frames_);
  return columns;
}

kmc::HopColumns FrameBlock::hop_columns() {
  kmc::HopColumns columns;
  columns.time = next_row<double>(Column::hop_time);
  columns.capacity = columns.time == nullptr ? 0 : static_cast<std::size_t>(layout_->chunk_hops - hop_rows_);
  return columns;
}

void FrameBlock::add(const kmc::Recorded& recorded, std::int64_t total_hops) {
  const bool has_hops = layout_->find(Column::hop_time) != nullptr;
  frames_ += static_cast<std::int64_t>(recorded.frames);
  if (has_hops) hop_rows_ += static_cast<std::int64_t>(recorded.hop_rows);
  if (frames_ > layout_->chunk_frames || (has_hops && hop_rows_ > layout_->chunk_hops)) {
    throw std::logic_error("FrameBlock: more rows than there is room for");
  }
  total_hops_ = total_hops;
  finished_ = recorded.finished;
}

std::span<const std::byte> FrameBlock::data(Column column) const {
  const ColumnSpec* spec = layout_->find(column);
  if (spec == nullptr) return {};
  const auto& bytes = storage_[static_cast<std::size_t>(spec - layout_->columns.data())];
  return {bytes.data(), static_cast<std::size_t>(rows(info(column).axis)) * spec->row_bytes()};
}

std::size_t FrameBlock::bytes() const noexcept {
  std::size_t sum = 0;
  for (const ColumnSpec& spec : layout_->columns) {
    sum += static_cast<std::size_t>(rows(info(spec.column).axis)) * spec.row_bytes();
  }
  return sum;
}

}  // namespace hopmc::trajectory
