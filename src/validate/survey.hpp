#pragma once
/// What is checked of a run as a whole, and what there is to be read.

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "mismatch_log.hpp"
#include "results.hpp"

namespace hopmc::validate {

/// A trajectory to be read, and the formats that have it.
struct Task {
  std::int64_t trajectory = 0;
  bool in_hdf5 = false;
  bool in_npy = false;

  /// For sending between ranks.
  template <class Archive>
  void serialize(Archive& archive, unsigned /*version*/) {
    archive& trajectory& in_hdf5& in_npy;
  }
};

/// Checks which trajectories are there, and the descriptions of the run. A reader that fails is dropped,
/// which is a mismatch. Returns what remains to be read, in the order of trajectories.
[[nodiscard]] std::vector<Task> survey(Results& results, MismatchLog& log);

/// So many ranks read at most. Each of them opens the shared file and lists its links; of more, a file system
/// would feel that more than the reading.
inline constexpr int most_readers = 256;

/// The rank of `ranks` that reads the task at this place in the list: ranks take turns, at even distances
/// where they are more than `most_readers`.
[[nodiscard]] inline int reader_of(std::size_t place, int ranks) {
  const int distance = (ranks + most_readers - 1) / most_readers;
  const int readers = (ranks + distance - 1) / distance;
  return static_cast<int>(place % static_cast<std::size_t>(readers)) * distance;
}

/// Names of all checks that are made of such results.
[[nodiscard]] std::vector<std::string> checks_made(const Results& results);

}  // namespace hopmc::validate
