#pragma once
/// Rows of a column that lie in one block or in several.

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "hopmc/trajectory/columns.hpp"
#include "hopmc/trajectory/frame_block.hpp"

namespace hopmc::trajectory {

/// Rows [first, end) of a column of consecutive blocks in one piece: the memory of the block that holds them
/// all, else a copy in `copy`, which must stay as it is while they are needed. Blocks must hold all of them.
[[nodiscard]] std::span<const std::byte> rows_in_one_piece(const std::vector<const FrameBlock*>& blocks,
                                                           const ColumnSpec& spec, std::int64_t first,
                                                           std::int64_t end, std::vector<std::byte>& copy);

}  // namespace hopmc::trajectory
