#include "sweep_checks.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <system_error>
#include <utility>

#include "hopmc/config/errors.hpp"
#include "one_run.hpp"
#include "output_directory.hpp"

namespace hopmc::cli {
namespace {

namespace fs = std::filesystem;

/// Messages, each once, with the points that have it.
class Messages {
 public:
  void add(const Problem& problem, const std::string& point) {
    const auto same = std::find_if(found_.begin(), found_.end(),
                                   [&](const auto& entry) { return entry.first.text() == problem.text(); });
    if (same == found_.end()) {
      found_.emplace_back(problem, std::vector{point});
    } else if (same->second.back() != point) {
      same->second.push_back(point);
    }
  }

  [[nodiscard]] std::vector<Problem> list(std::size_t n_points) const {
    std::vector<Problem> list;
    for (const auto& [problem, points] : found_) {
      list.push_back(problem);
      list.back().message += fmt::format(" (at {})", named(points, n_points));
    }
    return list;
  }

 private:
  static std::string named(std::vector<std::string> points, std::size_t n_points) {
    constexpr std::size_t most = 3;
    if (points.size() == n_points && n_points > 1) return "every point";
    const std::size_t more = points.size() - std::min(points.size(), most);
    points.resize(points.size() - more);
    const std::string text = fmt::format("{}", fmt::join(points, "; "));
    return more == 0 ? text : fmt::format("{}; and {} more", text, more);
  }

  std::vector<std::pair<Problem, std::vector<std::string>>> found_;
};

void require_free(const RunSetup& setup, const fs::path& parent) {
  std::error_code error;
  if (!fs::exists(setup.output, error) || existing_results(setup.output).empty()) return;
  throw InputError(Problem{parent.string(), 0, "",
                           "holds results of the sweep already; --resume goes on with them, --overwrite "
                           "replaces them, --output DIR writes elsewhere"});
}

class Checks {
 public:
  Checks(const RunInputs& common, const RunOptions& options) : common_(common), options_(options) {}

  void check_output() {
    try {
      static_cast<void>(earlier_points(common_.output, options_));
    } catch (const InputError& error) {
      problems_ = error.problems();
    }
  }

  void check(const config::SweepPoint& point) {
    const std::string own = (common_.output / point.name).string();
    try {
      const RunSetup setup = build_setup(inputs_of(common_, point));
      for (const std::string& warning : warnings_of(setup.config, setup.model)) {
        warnings_.add({"", 0, "", warning}, point.name);
      }
      if (options_.print_config) return;
      check_run(setup, options_);
      if (!options_.resume && !options_.overwrite && problems_.empty()) require_free(setup, common_.output);
    } catch (const InputError& error) {
      for (Problem problem : error.problems()) {
        // The point is named anyway, and the same problem may be that of others.
        if (problem.file.starts_with(own)) problem.file = common_.output.string();
        of_points_.add(problem, point.name);
      }
    }
  }

  std::vector<std::string> warnings(std::size_t n_points) const {
    std::vector<Problem> problems = problems_;
    for (const Problem& problem : of_points_.list(n_points)) problems.push_back(problem);
    if (!problems.empty()) throw InputError(problems);
    std::vector<std::string> warnings;
    for (const Problem& warning : warnings_.list(n_points)) warnings.push_back(warning.text());
    return warnings;
  }

 private:
  const RunInputs& common_;
  const RunOptions& options_;
  std::vector<Problem> problems_;  ///< of the output directory
  Messages of_points_;
  Messages warnings_;
};

}  // namespace

std::vector<validate::RecordedPoint> earlier_points(const fs::path& directory, const RunOptions& options) {
  std::error_code error;
  if (!fs::exists(directory, error)) return {};
  const auto refuse = [&](const std::string& message) {
    throw InputError(Problem{directory.string(), 0, "", message});
  };
  if (!existing_results(directory).empty()) {
    refuse("holds results of a single run; --output DIR writes the sweep elsewhere");
  }
  const fs::path file = directory / validate::sweep_record_name;
  if (!fs::exists(file, error) || options.overwrite) return {};
  if (!options.resume) {
    refuse(
        "holds a sweep already; --resume goes on with it or adds points, --overwrite replaces it, --output "
        "DIR "
        "writes elsewhere");
  }
  const validate::SweepRecord record = validate::read_sweep_record(file);
  std::vector<std::string> before;
  for (const validate::SweepKey& key : record.keys) before.push_back(key.key);
  std::vector<std::string> now;
  for (const config::SweepAxis& axis : options.sweep) now.push_back(axis.key);
  if (before != now) {
    refuse(fmt::format("holds a sweep of {}, not of {}; --output DIR writes elsewhere",
                       fmt::join(before, ", "), fmt::join(now, ", ")));
  }
  return record.points;
}

RunInputs inputs_of(const RunInputs& common, const config::SweepPoint& point) {
  RunInputs inputs = common;
  inputs.overrides.insert(inputs.overrides.end(), point.overrides.begin(), point.overrides.end());
  inputs.output /= point.name;
  return inputs;
}

std::vector<std::string> check_sweep(const RunInputs& common, const RunOptions& options,
                                     std::span<const config::SweepPoint> points) {
  Checks checks(common, options);
  if (!options.print_config) checks.check_output();
  for (const config::SweepPoint& point : points) checks.check(point);
  return checks.warnings(points.size());
}

}  // namespace hopmc::cli
