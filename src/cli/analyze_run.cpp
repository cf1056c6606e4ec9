#include "analyze_run.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/mpi/collectives.hpp>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "console.hpp"
#include "hopmc/analysis/report.hpp"
#include "hopmc/analysis/unwrap.hpp"
#include "hopmc/ensemble/communicator.hpp"
#include "output_directory.hpp"

namespace hopmc::cli {
namespace {

/// For rank 0.
void warn(const RunAnalysis& about, const std::vector<std::int64_t>& trajectories) {
  const std::string& place = about.run.place;
  const auto skipped = about.run.config.n_traj - about.result.n_trajectories;
  const bool unwraps = std::any_of(trajectories.begin(), trajectories.end(), [&](std::int64_t t) {
    return analysis::positions_column(about.run, t) == trajectory::Column::wrapped;
  });
  for (const std::string& warning :
       {unwraps ? analysis::ambiguity_warning(about.run, about.result.ambiguous_steps) : "",
        analysis::dimension_warning(about.run.config), analysis::drift_warning(about.result, about.run)}) {
    if (!warning.empty()) print_warning(place + ": " + warning);
  }
  if (skipped > 0) {
    print_warning(fmt::format("{}: {} of {} trajectories are not complete and left out", place, skipped,
                              about.run.config.n_traj));
  }
}

}  // namespace

RunAnalysis analyze_and_write(const boost::mpi::communicator& comm, const AnalyzeOptions& options) {
  RunAnalysis about;
  analysis::AnalysedRun& run = about.run;
  std::vector<std::int64_t> trajectories;
  ensemble::agree(comm, [&] {
    run = analysis::open_run(options.path, options.format, options.overrides);
    if (comm.rank() > 0) return;
    require_no_analysis(options, options.output, analysis::analysis_file_name);
    trajectories = analysis::complete_trajectories(run, options.skip_incomplete);
  });
  auto count = static_cast<int>(trajectories.size());
  boost::mpi::broadcast(comm, count, 0);
  trajectories.resize(static_cast<std::size_t>(count));
  boost::mpi::broadcast(comm, trajectories.data(), count, 0);

  about.result = analysis::analyze(comm, run, trajectories);
  ensemble::agree(comm, [&] {
    if (comm.rank() > 0) return;
    if (options.overwrite) remove_analysis(options.output);  // it may have had files that this one has not
    analysis::write_analysis(options.output, about.result, run);
    if (options.msd_data) {
      static_cast<void>(analysis::write_msd_data(options.output, about.result, run.config.msd));
    }
    if (!options.quiet) warn(about, trajectories);
  });
  return about;
}

}  // namespace hopmc::cli
