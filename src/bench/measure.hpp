#pragma once
/// One repetition of one setting.

#include <boost/mpi/communicator.hpp>
#include <vector>

#include "hopmc/bench/io_benchmark.hpp"
#include "writers.hpp"

namespace hopmc::bench {

/// What this rank brings: its trajectories, all of the same length.
using Trajectories = std::vector<const Blocks*>;

/// Number of flushes that bring trajectories of `n_blocks` blocks, `chunks_per_flush` of each at a time.
[[nodiscard]] int n_flushes(std::size_t n_blocks, std::int64_t chunks_per_flush);

/// Creates, appends in flushes and closes; the times are the largest of any rank, the same on all. Throws
/// IoError on all ranks. Collective.
[[nodiscard]] Measurement measure_writing(const boost::mpi::communicator& comm, const Setting& setting,
                                          const WriterPlace& place, const trajectory::Layout& layout,
                                          const Trajectories& trajectories, std::int64_t chunks_per_flush);

}  // namespace hopmc::bench
