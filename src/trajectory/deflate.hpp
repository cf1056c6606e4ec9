#pragma once
/// zlib streams, as HDF5's gzip filter stores them.

#include <cstddef>
#include <span>

namespace hopmc::trajectory {

/// Compresses to a zlib stream by libdeflate: about twice as fast as zlib and shorter (docs/performance.md),
/// and any zlib reads it. `level` 0 to 9. Returns its length, 0 where `result` is too small or there is no
/// memory.
[[nodiscard]] std::size_t deflate(std::span<const std::byte> source, int level,
                                  std::span<std::byte> result) noexcept;

/// Length that is enough for any content of `size` bytes.
[[nodiscard]] std::size_t deflate_bound(std::size_t size) noexcept;

}  // namespace hopmc::trajectory
