#pragma once
/// Attributes of the shared file that readers rely on but the run itself does not: totals, version, units.

#include <cstdint>
#include <filesystem>
#include <string>

#include "expectation.hpp"
#include "mismatch_log.hpp"

namespace hopmc::validate {

/// The shared file, open for looking at attributes. A file that cannot be opened has no findings: the reader
/// tells that.
class Hdf5Descriptions {
 public:
  explicit Hdf5Descriptions(const std::filesystem::path& file);
  ~Hdf5Descriptions();
  Hdf5Descriptions(const Hdf5Descriptions&) = delete;
  Hdf5Descriptions& operator=(const Hdf5Descriptions&) = delete;

  /// Checks simulation_info and system_info totals.
  void check_totals(const Expectation& expectation, MismatchLog& log) const;
  /// Checks the units of every dataset of a trajectory that `reader` has.
  void check_units(const trajectory::Reader& reader, const Expectation& expectation, std::int64_t trajectory,
                   MismatchLog& log) const;

 private:
  std::string path_;
  std::int64_t file_;  ///< HDF5's identifier, negative: not open
};

}  // namespace hopmc::validate
