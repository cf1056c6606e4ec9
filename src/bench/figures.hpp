#pragma once
/// What follows from the measurements of a setting, and from comparing it with others of the same round.

#include <cstdint>
#include <optional>
#include <vector>

#include "hopmc/bench/io_benchmark.hpp"
#include "hopmc/bench/statistics.hpp"

namespace hopmc::bench {

/// Figures of one setting. Those that compare are ratios within a round, absent where there is nothing to
/// compare with.
struct Figures {
  Spread rate;                   ///< MB/s of raw bytes, from before creating to after closing
  std::optional<Spread> of_mpi;  ///< rate over that of MPI_File_write_at_all: same ranks, data and chunks
  std::optional<Spread> append_of_mpi;  ///< the same of the flushes alone
  std::optional<Spread> speedup;        ///< rate over that of the fewest ranks
  std::optional<Spread> time_of_npy;    ///< time over that of npy alone
  Spread create;                        ///< seconds
  Spread first_flush;                   ///< seconds
  Spread later_flush;                   ///< seconds, mean of a round; zero where there is one flush
  Spread dataset_write;                 ///< seconds of a later flush for each dataset
  Spread close;                         ///< seconds
  Spread total;                         ///< seconds
  std::int64_t stored_bytes = 0;
  std::optional<Spread> read_trajectory;  ///< MB/s
  std::optional<Spread> read_frame;       ///< seconds for one frame
  std::optional<Spread> read_carrier;     ///< MB/s of the carrier's own bytes
};

/// Figures of results[i]. Local.
[[nodiscard]] Figures figures_of(const IoPlan& plan, const std::vector<IoResult>& results, std::size_t i);

}  // namespace hopmc::bench
