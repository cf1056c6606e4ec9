#pragma once
/// Chunks compressed before HDF5's filters ask for them.
///
/// In a collective write only the rank that owns the rows runs the filters, and the datasets of a flush are
/// written one after another: left to HDF5, one rank compresses while all others wait. So every rank first
/// compresses its own chunks, all ranks at once, and the filters find the results here.

#include <hdf5.h>

#include <compare>
#include <cstddef>
#include <optional>
#include <span>
#include <vector>

namespace hopmc::trajectory {

/// All that decides, with the content, what a filter makes of a chunk.
struct Recipe {
  H5Z_filter_t filter = H5Z_FILTER_NONE;
  int level = 0;
  int codec = 0;
  int shuffle = 0;
  int value_bytes = 0;
  auto operator<=>(const Recipe&) const = default;
};

/// A chunk as the filter will see it, and what becomes of it.
struct PreparedChunk {
  Recipe recipe;
  std::vector<std::byte> copy;        ///< the content, where it lies nowhere else
  std::span<const std::byte> source;  ///< the content: in `copy`, or in memory that outlives the chunk's stay
  std::vector<std::byte> result;
};

// There is one store a process: HDF5's filters have no other way to it. HDF5 is called by one thread only.

/// Keeps a chunk until it is taken or all are dropped.
void keep_prepared(PreparedChunk chunk);
/// What a chunk of exactly this content becomes by this recipe, if it was prepared; it is kept no longer.
/// Fastest where chunks are taken in the order in which they were kept.
[[nodiscard]] std::optional<std::vector<std::byte>> take_prepared(const Recipe& recipe,
                                                                  std::span<const std::byte> source) noexcept;
void drop_prepared() noexcept;
/// How many chunks were taken so far.
[[nodiscard]] std::size_t prepared_taken() noexcept;

}  // namespace hopmc::trajectory
