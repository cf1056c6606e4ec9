#include "results.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <string>
#include <string_view>
#include <system_error>

#include "hopmc/config/errors.hpp"
#include "hopmc/validate/sweep_record.hpp"
#include "npy_checksums.hpp"

namespace hopmc::validate {
namespace {

namespace fs = std::filesystem;

void require_readable(const fs::path& path, int mode) {
  if (::access(path.c_str(), mode) == 0) return;
  throw IoError(fmt::format("{}: cannot be read: {}", path.string(), std::strerror(errno)));
}

bool is_trajectory_directory(const fs::directory_entry& entry) {
  const std::string name = entry.path().filename().string();
  std::error_code ignored;
  return name.size() > 4 && name.starts_with("traj") &&
         std::all_of(name.begin() + 4, name.end(), [](unsigned char c) { return std::isdigit(c); }) &&
         entry.is_directory(ignored);
}

bool has_trajectory_directory(const fs::path& directory) {
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(directory, error)) {
    if (is_trajectory_directory(entry)) return true;
  }
  return false;
}

bool has_hdf5_signature(const fs::path& file) {
  constexpr std::string_view signature("\x89HDF\r\n\x1a\n", 8);
  std::string start(signature.size(), '\0');
  std::ifstream in(file, std::ios::binary);
  in.read(start.data(), static_cast<std::streamsize>(start.size()));
  return in && start == signature;
}

void locate(const fs::path& path, Results& results) {
  std::error_code error;
  const fs::file_status status = fs::status(path, error);
  if (!fs::exists(status)) throw IoError(fmt::format("{}: no such file or directory", path.string()));
  require_readable(path, R_OK);
  results.named_file = !fs::is_directory(status);
  if (results.named_file && path.filename() != trajectory::shared_file_name && !has_hdf5_signature(path)) {
    throw IoError(fmt::format("{}: not an HDF5 file", path.string()));
  }
  results.directory = results.named_file ? path.parent_path() : path;
  if (results.directory.empty()) results.directory = ".";
  results.hdf5_file = results.named_file ? path : path / trajectory::shared_file_name;
  results.has_hdf5_file = fs::exists(fs::symlink_status(results.hdf5_file, error));
  results.has_npy = has_trajectory_directory(results.directory);
  if (results.has_hdf5_file && fs::exists(results.hdf5_file, error))
    require_readable(results.hdf5_file, R_OK);
}

void open_hdf5(Results& results, MismatchLog& log) {
  if (!results.has_hdf5_file) return;
  const std::string place = results.hdf5_file.string();
  try {
    results.hdf5 = trajectory::Hdf5Reader::open(results.hdf5_file);
    results.metadata = results.hdf5->metadata();
    for (const std::string& name : results.hdf5->damaged_provenance()) {
      log.add("provenance: checksum", place + ":/metadata/provenance/" + name,
              "the text does not fit the checksum stored beside it");
    }
  } catch (const Error& error) {
    log.add("trajectory_data.h5: unreadable", place,
            fmt::format("cannot be read: {}", reason_of(error, place)));
  }
}

void open_record(Results& results, MismatchLog& log) {
  const fs::path file = results.directory / run_record_name;
  std::error_code error;
  if (!fs::exists(fs::symlink_status(file, error))) return;
  try {
    results.record = read_run_record(file);
  } catch (const Error& problem) {
    log.add("run record: unreadable", file.string(), reason_of(problem, file.string()));
  }
}

/// The run's own configuration, from the best source there is.
std::optional<Expectation> configured_expectation(const Results& results, MismatchLog& log) {
  if (results.metadata) {
    const std::string place = results.hdf5_file.string() + ":/metadata/provenance";
    if (auto e = expectation_from(*results.metadata, place, log)) return e;
  }
  if (results.record) {
    const std::string place = (results.directory / run_record_name).string();
    if (auto e = expectation_from(results.record->metadata, place, log)) return e;
  }
  if (results.metadata || results.record) return std::nullopt;
  return expectation_from_case(results.directory);
}

void choose_expectation(Results& results, MismatchLog& log, Report& report) {
  if (auto configured = configured_expectation(results, log)) {
    results.expectation = std::move(*configured);
    if (results.expectation.npy && !results.record && results.has_npy) {
      log.add("run record: missing", (results.directory / run_record_name).string(),
              "is not there, so that the npy files cannot be checked against the checksums of the run");
    }
  } else {
    report.notes.emplace_back(
        "the configuration of the run is not known: only what the files say of themselves was checked");
    const auto npy = open_npy(results.directory, default_npy_columns());
    const trajectory::Reader* reader =
        results.hdf5 ? static_cast<const trajectory::Reader*>(results.hdf5.get()) : npy.get();
    results.expectation = guessed_expectation(*reader);
    results.expectation.hdf5 = results.has_hdf5_file;
    results.expectation.npy = results.has_npy;
  }
  if (!results.record) return;
  results.expectation.checksums = results.record->checksums;
  results.expectation.npy = true;  // only runs that write npy leave a record
}

void open_npy_directories(Results& results, MismatchLog& log, Report& report) {
  const Expectation& e = results.expectation;
  if (!e.npy) {
    if (results.has_npy)
      report.notes.emplace_back("traj<N> directories are there, but the run did not write npy");
    return;
  }
  if (results.named_file && !results.has_npy) {
    report.notes.emplace_back("the run wrote npy directories too; they are not beside the file");
    return;
  }
  try {
    results.npy = trajectory::open_npy(results.directory, e.layout.columns);
  } catch (const Error& error) {
    log.add("npy: unreadable", results.directory.string(), reason_of(error, results.directory.string()));
  }
}

}  // namespace

Results open_results(const std::filesystem::path& path, MismatchLog& log, Report& report) {
  Results results;
  locate(path, results);
  report.directory = results.directory.string();
  open_hdf5(results, log);
  open_record(results, log);
  if (!results.has_hdf5_file && !results.has_npy && !results.record) {
    throw IoError(no_results_message(path));
  }
  choose_expectation(results, log, report);
  const Expectation& e = results.expectation;
  if (e.hdf5 && !results.has_hdf5_file) {
    log.add("trajectory_data.h5: missing", results.hdf5_file.string(), "missing, but the run wrote HDF5");
  }
  open_npy_directories(results, log, report);
  add_checkpoint_checksums(results, report);
  if (results.has_hdf5_file || e.hdf5) report.formats.emplace_back("hdf5");
  if (results.npy) report.formats.emplace_back("npy");
  return results;
}

}  // namespace hopmc::validate
