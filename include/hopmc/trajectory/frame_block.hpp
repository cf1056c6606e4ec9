#pragma once
/// A buffer of consecutive rows of one trajectory: the unit that is recorded, sent, compressed and written.

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "hopmc/kmc/columns.hpp"
#include "hopmc/trajectory/columns.hpp"

namespace hopmc::trajectory {

/// Rows of one trajectory, column by column. Frame columns and hop columns have their own counts.
class FrameBlock {
 public:
  FrameBlock(const Layout& layout, std::int64_t trajectory, std::int64_t first_frame,
             std::int64_t first_hop_row);

  [[nodiscard]] std::int64_t trajectory() const noexcept { return trajectory_; }
  /// Row of the trajectory at which this block starts, per axis.
  [[nodiscard]] std::int64_t first_row(Axis axis) const noexcept {
    return axis == Axis::frame ? first_frame_ : first_hop_row_;
  }
  [[nodiscard]] std::int64_t rows(Axis axis) const noexcept {
    return axis == Axis::frame ? frames_ : hop_rows_;
  }
  /// No room for another row on one of the axes (then the other axis may have room left).
  [[nodiscard]] bool full() const noexcept;
  [[nodiscard]] bool finished() const noexcept { return finished_; }  ///< holds the trajectory's last rows
  [[nodiscard]] std::int64_t total_hops() const noexcept {
    return total_hops_;
  }  ///< up to the end of the block

  /// Where the propagator is to write next (after the rows that are there).
  [[nodiscard]] kmc::FrameColumns frame_columns();
  [[nodiscard]] kmc::HopColumns hop_columns();
  /// Takes note of what the propagator wrote.
  void add(const kmc::Recorded& recorded, std::int64_t total_hops);

  /// The rows of a column, row-major, as bytes in native (little-endian) order: rows(axis) * row_bytes.
  [[nodiscard]] std::span<const std::byte> data(Column column) const;
  [[nodiscard]] std::size_t bytes() const noexcept;  ///< of the rows that are there

 private:
  template <class T>
  T* next_row(Column column);

  const Layout* layout_;
  std::int64_t trajectory_;
  std::int64_t first_frame_;
  std::int64_t first_hop_row_;
  std::int64_t frames_ = 0;
  std::int64_t hop_rows_ = 0;
  std::int64_t total_hops_ = 0;
  bool finished_ = false;
  std::vector<std::vector<std::byte>> storage_;  ///< by place in layout_->columns
};

}  // namespace hopmc::trajectory
