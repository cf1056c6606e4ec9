#pragma once
/// Compression of a chunk outside HDF5, in the form that its filters read.

#include <cstddef>
#include <span>
#include <vector>

#include "hopmc/trajectory/columns.hpp"
#include "hopmc/trajectory/hdf5_writer.hpp"
#include "prepared_chunks.hpp"

namespace hopmc::trajectory {

/// How chunks of values of this type are compressed; filter H5Z_FILTER_NONE where they are not.
[[nodiscard]] Recipe recipe_of(const Hdf5Options& options, ElementType type);

/// Whether HDF5 will ask for prepared results of this recipe. Not for gzip where the program's compress2 is
/// not the one HDF5 calls: a program that does not link the room as an executable of ours does.
[[nodiscard]] bool can_hand_over(const Recipe& recipe);

/// The compressed content; empty where it cannot be compressed. Throws std::bad_alloc. Counts as compression
/// time.
[[nodiscard]] std::vector<std::byte> compress(const Recipe& recipe, std::span<const std::byte> source);

/// What HDF5's shuffle filter makes of a chunk: the first bytes of all values, then the second ones, ...
[[nodiscard]] std::vector<std::byte> shuffled(std::span<const std::byte> values, std::size_t value_bytes);

}  // namespace hopmc::trajectory
