#pragma once
/// What an append brings, summed up per trajectory and made known to all ranks.

#include <mpi.h>

#include <array>
#include <cstdint>
#include <map>
#include <span>
#include <vector>

#include "hopmc/trajectory/columns.hpp"
#include "hopmc/trajectory/frame_block.hpp"

namespace hopmc::trajectory {

inline constexpr std::size_t n_axes = 2;
constexpr std::size_t index(Axis axis) {
  return static_cast<std::size_t>(axis);
}
constexpr std::size_t index(Column column) {
  return static_cast<std::size_t>(column);
}

/// How far a trajectory has been written.
struct Progress {
  std::array<std::int64_t, n_axes> rows{};       ///< by Axis
  std::array<std::uint32_t, n_columns> crc32{};  ///< of the content so far, by Column
};

/// Rows that one rank adds to one trajectory. Plain data: it travels as bytes.
struct Update {
  std::int64_t trajectory = 0;
  std::array<std::int64_t, n_axes> first{};  ///< rows of the file before it, by Axis
  std::array<std::int64_t, n_axes> rows{};   ///< rows it adds
  std::int64_t hops = 0;                     ///< of the trajectory up to the end of it
  std::array<std::uint32_t, n_columns> crc32{};
  std::int32_t owner = 0;  ///< rank that has the rows
  std::int32_t finished = 0;
};

/// This rank's blocks of one trajectory, consecutive.
struct LocalUpdate {
  Update summary;
  std::vector<const FrameBlock*> blocks;
};

/// Sums up this rank's blocks, by trajectory. `written`: progress of the trajectories that have been begun.
/// Throws std::logic_error where blocks do not follow on each other or on what is written. Local.
[[nodiscard]] std::map<std::int64_t, LocalUpdate> sum_up(std::span<const FrameBlock* const> blocks,
                                                         const Layout& layout,
                                                         const std::map<std::int64_t, Progress>& written,
                                                         int rank);

/// The updates of all ranks in ascending order of trajectories, the same list on every rank. Throws
/// std::logic_error on every rank where two ranks bring rows of one trajectory. Collective.
[[nodiscard]] std::vector<Update> exchange_updates(MPI_Comm comm,
                                                   const std::map<std::int64_t, LocalUpdate>& local);

}  // namespace hopmc::trajectory
