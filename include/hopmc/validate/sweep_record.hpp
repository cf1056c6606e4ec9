#pragma once
/// What a sweep says about itself: the file that makes a directory the parent of its points.

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace hopmc::validate {

inline constexpr std::string_view sweep_record_name = "sweep.json";

/// A swept key.
struct SweepKey {
  std::string key;   ///< dotted
  std::string unit;  ///< of its numbers; empty: none
  bool operator==(const SweepKey&) const = default;
};

struct RecordedPoint {
  std::vector<double> values;  ///< of the keys
  std::string directory;       ///< below that of the record
  bool operator==(const RecordedPoint&) const = default;
};

struct SweepRecord {
  std::string version;     ///< of the program
  std::string created_on;  ///< ISO 8601, UTC
  std::string command_line;
  std::vector<SweepKey> keys;
  std::vector<RecordedPoint> points;
};

/// The points of both, each directory once, ascending by values.
[[nodiscard]] std::vector<RecordedPoint> united(const std::vector<RecordedPoint>& a,
                                                const std::vector<RecordedPoint>& b);

/// What is wrong with a path that holds no results itself: that of a sweep has them below. Local.
[[nodiscard]] std::string no_results_message(const std::filesystem::path& path);

/// Writes directory/sweep.json (beside, then renamed; local). Throws IoError.
void write_sweep_record(const std::filesystem::path& directory, const SweepRecord& record);
/// Reads a sweep record (local). Throws IoError if it cannot be read or is none.
[[nodiscard]] SweepRecord read_sweep_record(const std::filesystem::path& file);

}  // namespace hopmc::validate
