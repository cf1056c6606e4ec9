#pragma once
/// Reconciling what was written: both formats with each other, and each with the parameters. Local, bounded
/// memory.

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "hopmc/trajectory/columns.hpp"

namespace hopmc::validate {

/// Moments and range of a column in one format.
struct ColumnStatistics {
  double mean = 0;
  double variance = 0;
  double minimum = 0;
  double maximum = 0;
};

/// Result for one column of one trajectory.
struct ColumnReport {
  std::int64_t trajectory = 0;  ///< counts from 0
  trajectory::Column column = trajectory::Column::time;
  bool in_hdf5 = false;
  bool in_npy = false;
  std::vector<std::int64_t> shape;  ///< of the first format that has it
  std::string dtype;
  std::optional<bool> bitwise_equal;  ///< only where both formats have it
  double largest_absolute_difference = 0;
  double largest_relative_difference = 0;
  std::optional<ColumnStatistics> hdf5;
  std::optional<ColumnStatistics> npy;
};

/// One thing that does not hold.
struct Mismatch {
  std::string place;    ///< file, dataset, row
  std::string message;  ///< what was found and what was expected
};

struct Report {
  std::string directory;
  std::vector<std::string> formats;  ///< found and expected: "hdf5", "npy"
  std::vector<ColumnReport> columns;
  std::vector<std::string> checks;  ///< names of the checks made
  std::vector<Mismatch> mismatches;
  std::int64_t values_compared = 0;
  [[nodiscard]] bool ok() const noexcept { return mismatches.empty(); }
};

/// Validates the results below a directory (or a trajectory_data.h5), block by block in bounded memory.
/// Damage of any kind is a mismatch in the report; IoError is thrown only where there is nothing to validate
/// or it may not be read. `tolerance`: absent: the one of the run's own configuration.
[[nodiscard]] Report validate(const std::filesystem::path& directory_or_file,
                              std::optional<double> tolerance);

/// A table for people: one line a column (worst trajectory), then every mismatch.
[[nodiscard]] std::string to_text(const Report& report);
/// The whole report for programs.
[[nodiscard]] std::string to_json(const Report& report);

}  // namespace hopmc::validate
