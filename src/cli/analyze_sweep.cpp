#include <fmt/format.h>

#include <boost/mpi/collectives.hpp>
#include <system_error>
#include <utility>
#include <vector>

#include "all_ranks.hpp"
#include "analyze_run.hpp"
#include "console.hpp"
#include "hopmc/analysis/line_fit.hpp"
#include "hopmc/analysis/report.hpp"
#include "hopmc/analysis/sweep_report.hpp"
#include "hopmc/validate/sweep_record.hpp"

namespace hopmc::cli {
namespace {

namespace fs = std::filesystem;
using Communicator = boost::mpi::communicator;
using validate::RecordedPoint;

AnalyzeOptions options_of(const AnalyzeOptions& sweep, const std::string& directory) {
  AnalyzeOptions options = sweep;
  options.path /= directory;
  options.output /= directory;
  return options;
}

/// Why the results of a point cannot be analysed; empty: they can.
std::string obstacle_of(const AnalyzeOptions& options) {
  std::error_code error;
  if (!fs::exists(options.path, error)) return "not begun";
  try {
    const analysis::AnalysedRun run = analysis::open_run(options.path, options.format, options.overrides);
    static_cast<void>(analysis::complete_trajectories(run, options.skip_incomplete));
    static_cast<void>(analysis::plan_lags(run.config.msd, run.n_frames, run.config.time_interval, run.place));
  } catch (const Error& problem) {
    return problem.what();
  }
  return "";
}

/// Finds the points that can be analysed, and that nothing is in the way. For rank 0.
std::vector<RecordedPoint> usable_points(const AnalyzeOptions& options, const validate::SweepRecord& record,
                                         analysis::SweepAnalysis& sweep) {
  require_no_analysis(options, options.output, analysis::sweep_analysis_name);
  std::vector<RecordedPoint> usable;
  for (const RecordedPoint& point : record.points) {
    const AnalyzeOptions own = options_of(options, point.directory);
    const std::string obstacle = obstacle_of(own);
    if (!obstacle.empty()) {
      sweep.left_out.push_back({point, obstacle});
      if (!options.quiet) print_warning(fmt::format("{}: left out: {}", point.directory, obstacle));
      continue;
    }
    require_no_analysis(options, own.output, analysis::analysis_file_name);
    usable.push_back(point);
  }
  if (usable.empty()) {
    throw InputError(
        Problem{options.path.string(), 0, "",
                fmt::format("no point of the sweep can be analysed; {}: {}",
                            sweep.left_out.front().point.directory, sweep.left_out.front().reason)});
  }
  return usable;
}

void broadcast_directories(const Communicator& comm, std::vector<RecordedPoint>& points) {
  auto count = points.size();
  boost::mpi::broadcast(comm, count, 0);
  points.resize(count);
  for (RecordedPoint& point : points) boost::mpi::broadcast(comm, point.directory, 0);
}

analysis::AnalysedPoint analysed(const RecordedPoint& point, const RunAnalysis& about) {
  analysis::AnalysedPoint result{
      point, about.run.kT, about.result.n_trajectories, {}, about.result.conductivity};
  for (const analysis::SpeciesResult& s : about.result.species) {
    result.species.push_back({s.name, s.diffusion.diffusivity, s.diffusion.mobility, s.drift_mobility});
  }
  return result;
}

}  // namespace

void analyze_sweep(const Communicator& comm, const AnalyzeOptions& options) {
  analysis::SweepAnalysis sweep;
  std::vector<RecordedPoint> points;
  on_first_rank(comm, [&] {
    const auto record = validate::read_sweep_record(options.path / validate::sweep_record_name);
    sweep.place = options.path.string();
    sweep.keys = record.keys;
    points = usable_points(options, record, sweep);
  });
  broadcast_directories(comm, points);
  for (const RecordedPoint& point : points) {
    const RunAnalysis about = analyze_and_write(comm, options_of(options, point.directory));
    sweep.material = about.run.config.material.name;
    sweep.points.push_back(analysed(point, about));  // of value on rank 0
  }
  on_first_rank(comm, [&] {
    analysis::write_sweep_analysis(options.output, sweep);
    if (options.quiet) return;
    print(analysis::to_text(sweep) + fmt::format("\nwritten to {}\n", options.output.string()));
  });
}

}  // namespace hopmc::cli
