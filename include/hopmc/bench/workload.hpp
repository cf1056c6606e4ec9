#pragma once
/// What a benchmark writes: made-up trajectories that compress as those of hopping carriers do.

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "hopmc/trajectory/columns.hpp"
#include "hopmc/trajectory/frame_block.hpp"

namespace hopmc::bench {

/// Size of every trajectory, and what it consists of. Frame times and unwrapped coordinates are always there.
struct TrajectoryShape {
  std::int64_t frames = 65536;
  std::int64_t n_carriers = 3;
  bool wrapped = true;
  bool energy = true;
};

/// Columns and chunks; `chunk_frames` 0: as a run would choose. Throws InputError for a chunk that is too
/// large.
[[nodiscard]] trajectory::Layout layout_of(const TrajectoryShape& shape, std::int64_t chunk_frames);

/// The blocks of one trajectory, in order.
using Blocks = std::vector<std::unique_ptr<trajectory::FrameBlock>>;

/// Carriers that walk at random on the sites of a periodic cubic lattice, 0 to 7 hops a frame. Positions are
/// exact lattice positions, the energy is the Coulomb energy of nearest images. The rows follow from `number`
/// and the shape alone, whatever the chunks. `layout` must outlive the blocks. Local.
[[nodiscard]] Blocks make_trajectory(const TrajectoryShape& shape, const trajectory::Layout& layout,
                                     std::int64_t number);

}  // namespace hopmc::bench
