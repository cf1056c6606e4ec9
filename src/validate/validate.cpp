#include "hopmc/validate/validate.hpp"

#include <fmt/format.h>

#include <boost/mpi/collectives.hpp>
#include <boost/serialization/vector.hpp>
#include <deque>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include "dopant_checks.hpp"
#include "findings.hpp"
#include "hopmc/ensemble/communicator.hpp"
#include "hopmc/validate/text_output.hpp"
#include "npy_checksums.hpp"
#include "survey.hpp"
#include "trajectory_scan.hpp"

namespace hopmc::validate {
namespace {

using Communicator = boost::mpi::communicator;

constexpr int findings_tag = 1;

/// One validation: open on every rank that reads, the report of use on one.
class Validation {
 public:
  Validation(const std::filesystem::path& path, std::optional<double> tolerance)
      : results_(open_results(path, log_, report_)) {
    Expectation& e = results_.expectation;
    if (tolerance) e.tolerance = *tolerance;
    report_.tolerance = e.tolerance;
    if (!e.compare_formats && results_.hdf5 && results_.npy) {
      report_.notes.emplace_back(
          "formats were not compared with each other: output_config.validation.cross_format_check is false");
    }
  }

  /// Checks the run as a whole; what there is to be read.
  std::vector<Task> survey() { return validate::survey(results_, log_); }

  [[nodiscard]] Findings read(const Task& task) const {
    const Expectation& e = results_.expectation;
    const trajectory::Hdf5Reader* hdf5 = task.in_hdf5 ? results_.hdf5.get() : nullptr;
    const trajectory::Reader* npy = task.in_npy ? results_.npy.get() : nullptr;
    Findings findings;
    scan_trajectory({hdf5, npy}, e, task.trajectory, findings);
    check_dopants(hdf5, npy ? results_.directory : std::filesystem::path(), e, task.trajectory, findings.log);
    return findings;
  }

  /// To be called in the order of the tasks.
  void take(Findings findings) {
    std::move(findings.columns.begin(), findings.columns.end(), std::back_inserter(report_.columns));
    report_.values_compared += findings.values_compared;
    log_.merge(std::move(findings.log));
  }

  Report finish() {
    note_missing_checksums(results_, report_);
    report_.checks = checks_made(results_);
    report_.mismatches = log_.take();
    return std::move(report_);
  }

 private:
  Report report_;
  MismatchLog log_;
  Results results_;
};

}  // namespace

Report validate(const std::filesystem::path& directory_or_file, std::optional<double> tolerance) {
  Validation validation(directory_or_file, tolerance);
  for (const Task& task : validation.survey()) validation.take(validation.read(task));
  return validation.finish();
}

Report validate(const Communicator& comm, const std::filesystem::path& directory_or_file,
                std::optional<double> tolerance) {
  std::optional<Validation> validation;
  std::vector<Task> tasks;
  ensemble::agree(comm, [&] {
    if (comm.rank() > 0) return;
    validation.emplace(directory_or_file, tolerance);
    tasks = validation->survey();
  });
  boost::mpi::broadcast(comm, tasks, 0);
  std::deque<Findings> own;
  ensemble::agree(comm, [&] {
    for (std::size_t i = 0; i < tasks.size(); ++i) {
      if (reader_of(i, comm.size()) != comm.rank()) continue;
      if (!validation) validation.emplace(directory_or_file, tolerance);
      own.push_back(validation->read(tasks[i]));
    }
  });
  if (comm.rank() > 0) {
    for (const Findings& findings : own) comm.send(0, findings_tag, findings);
    return {};
  }
  for (std::size_t i = 0; i < tasks.size(); ++i) {
    const int reader = reader_of(i, comm.size());
    Findings findings;
    if (reader > 0) {
      comm.recv(reader, findings_tag, findings);
    } else {
      findings = std::move(own.front());
      own.pop_front();
    }
    validation->take(std::move(findings));
  }
  return validation->finish();
}

std::filesystem::path report_file(const std::filesystem::path& directory_or_file) {
  if (std::filesystem::is_directory(directory_or_file)) return directory_or_file / report_file_name;
  std::string name(report_file_name);
  const std::string of = directory_or_file.filename().string();
  if (of != trajectory::shared_file_name) name = fmt::format("{}.{}", of, report_file_name);
  return directory_or_file.parent_path() / name;
}

void write_report(const std::filesystem::path& directory_or_file, const Report& report) {
  write_text(report_file(directory_or_file), to_json(report));
}

}  // namespace hopmc::validate
