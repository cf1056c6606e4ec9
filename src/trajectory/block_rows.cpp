#include "block_rows.hpp"

#include <algorithm>

namespace hopmc::trajectory {

std::span<const std::byte> rows_in_one_piece(const std::vector<const FrameBlock*>& blocks,
                                             const ColumnSpec& spec, std::int64_t first, std::int64_t end,
                                             std::vector<std::byte>& copy) {
  const Axis axis = info(spec.column).axis;
  const auto row_bytes = static_cast<std::int64_t>(spec.row_bytes());
  copy.clear();
  for (const FrameBlock* block : blocks) {
    const std::int64_t start = block->first_row(axis);
    const std::int64_t from = std::max(first, start);
    const std::int64_t to = std::min(end, start + block->rows(axis));
    if (from >= to) continue;
    const auto rows = block->data(spec.column)
                          .subspan(static_cast<std::size_t>((from - start) * row_bytes),
                                   static_cast<std::size_t>((to - from) * row_bytes));
    if (to - from == end - first) return rows;
    copy.insert(copy.end(), rows.begin(), rows.end());
  }
  return copy;
}

}  // namespace hopmc::trajectory
