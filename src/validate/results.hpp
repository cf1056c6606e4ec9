#pragma once
/// What there is to validate: the files of a run, opened as far as they can be.

#include <filesystem>
#include <memory>
#include <optional>

#include "expectation.hpp"
#include "hopmc/trajectory/reader.hpp"
#include "hopmc/validate/run_record.hpp"
#include "hopmc/validate/validate.hpp"
#include "mismatch_log.hpp"

namespace hopmc::validate {

struct Results {
  std::filesystem::path directory;
  std::filesystem::path hdf5_file;
  bool named_file = false;  ///< the user named the HDF5 file: npy directories beside it are optional
  bool has_hdf5_file = false;
  bool has_npy = false;  ///< a traj<N> directory is there
  std::unique_ptr<trajectory::Hdf5Reader> hdf5;
  std::unique_ptr<trajectory::Reader> npy;
  std::optional<trajectory::RunMetadata> metadata;  ///< of the HDF5 file
  std::optional<RunRecord> record;
  Expectation expectation;
};

/// Finds and opens the results at `path`; damage is a mismatch. Throws IoError where there is nothing.
[[nodiscard]] Results open_results(const std::filesystem::path& path, MismatchLog& log, Report& report);

}  // namespace hopmc::validate
