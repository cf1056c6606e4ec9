#pragma once
/// What is checked of a run as a whole, and what there is to be read.

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

/// Names of all checks that are made of such results.
[[nodiscard]] std::vector<std::string> checks_made(const Results& results);

}  // namespace hopmc::validate
