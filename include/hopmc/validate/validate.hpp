#pragma once
/// Reconciling what was written: both formats with each other, and each with the parameters, in bounded
/// memory.

#include <boost/mpi/communicator.hpp>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "hopmc/trajectory/columns.hpp"

namespace hopmc::validate {

/// Moments and range of the finite values of a column in one format.
struct ColumnStatistics {
  std::int64_t count = 0;  ///< finite values
  double mean = 0;
  double variance = 0;  ///< sum of squared deviations / count
  double minimum = 0;
  double maximum = 0;

  /// Takes the values of another part of the column in.
  void merge(const ColumnStatistics& other);
};

/// Result for one column of one trajectory.
struct ColumnReport {
  std::int64_t trajectory = 0;  ///< counts from 0
  trajectory::Column column = trajectory::Column::time;
  bool in_hdf5 = false;
  bool in_npy = false;
  std::vector<std::int64_t> shape;  ///< of the first format that has it
  std::string dtype;
  std::optional<bool> bitwise_equal;  ///< only where both formats were compared
  double largest_absolute_difference = 0;
  double largest_relative_difference = 0;
  std::optional<ColumnStatistics> hdf5;
  std::optional<ColumnStatistics> npy;
  std::optional<std::uint32_t> hdf5_crc32;  ///< of the content as read
  std::optional<std::uint32_t> npy_crc32;
};

/// One thing that does not hold.
struct Mismatch {
  std::string place;    ///< file, dataset, row
  std::string message;  ///< what was found and what was expected
};

struct Report {
  std::string directory;
  std::vector<std::string> formats;  ///< found or expected: "hdf5", "npy"
  double tolerance = 0;              ///< relative; a larger difference is called out as such
  std::vector<ColumnReport> columns;
  std::vector<std::string> checks;  ///< names of the checks made
  std::vector<std::string> notes;   ///< what could not be checked, and why
  std::vector<Mismatch> mismatches;
  std::int64_t values_compared = 0;  ///< between the formats
  [[nodiscard]] bool ok() const noexcept { return mismatches.empty(); }
};

/// Name of the report beside the results of a run.
inline constexpr std::string_view report_file_name = "validation.json";

/// Validates the results below a directory (or a trajectory_data.h5), block by block in bounded memory.
///
/// What is expected comes from the run's own configuration: /metadata/provenance, or the run record beside
/// npy directories, or the input files of a case directory. Damage of any kind is a mismatch in the report;
/// IoError is thrown only where there is nothing to validate or it may not be read. Formats must agree in
/// every bit; `tolerance` (absent: the one of the run's own configuration) only says which differences are
/// called large. Local; needs no MPI.
[[nodiscard]] Report validate(const std::filesystem::path& directory_or_file,
                              std::optional<double> tolerance);

/// The same report, on rank 0 (empty on the others): the ranks, 256 of them at most, deal out the
/// trajectories among them, each opens the files for itself, and rank 0 reconciles what they find. What is
/// thrown is thrown on all ranks. Collective.
[[nodiscard]] Report validate(const boost::mpi::communicator& comm,
                              const std::filesystem::path& directory_or_file,
                              std::optional<double> tolerance);

/// A table for people: one line a column and format over all trajectories, then every mismatch.
[[nodiscard]] std::string to_text(const Report& report);
/// The whole report for programs.
[[nodiscard]] std::string to_json(const Report& report);
/// Where the report of validate(directory_or_file, ...) belongs: validation.json in the directory or beside
/// its trajectory_data.h5; NAME.validation.json beside a file of another name, which may be no run's own.
[[nodiscard]] std::filesystem::path report_file(const std::filesystem::path& directory_or_file);
/// Writes to_json() there. Throws IoError.
void write_report(const std::filesystem::path& directory_or_file, const Report& report);

}  // namespace hopmc::validate
