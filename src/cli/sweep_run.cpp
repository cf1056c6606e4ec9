#include "sweep_run.hpp"

#include <fmt/format.h>

#include <boost/mpi/collectives.hpp>
#include <functional>
#include <string>
#include <system_error>
#include <vector>

#include "all_ranks.hpp"
#include "build_info.hpp"
#include "console.hpp"
#include "directory_lock.hpp"
#include "hopmc/analysis/sweep_report.hpp"
#include "hopmc/ensemble/communicator.hpp"
#include "hopmc/trajectory/reader.hpp"
#include "hopmc/validate/sweep_record.hpp"
#include "output_directory.hpp"
#include "run_command_line.hpp"
#include "sweep_checks.hpp"

namespace hopmc::cli {
namespace {

namespace fs = std::filesystem;
using Communicator = boost::mpi::communicator;
using analysis::PointState;
using Points = std::vector<config::SweepPoint>;

constexpr const char* not_reached = "not reached";

/// What this sweep is, without points of earlier ones.
validate::SweepRecord record_of(const RunOptions& options, const Points& points, const std::string& command) {
  validate::SweepRecord record{program_version(), utc_now(), command, {}, {}};
  for (const config::SweepAxis& axis : options.sweep) record.keys.push_back({axis.key, axis.unit});
  for (const config::SweepPoint& point : points) record.points.push_back({point.values, point.name});
  return record;
}

/// Says which points there are, unless that has been said. For rank 0.
void write_record(const fs::path& directory, const validate::SweepRecord& record,
                  const std::vector<validate::RecordedPoint>& earlier) {
  validate::SweepRecord united = record;
  united.points = validate::united(earlier, record.points);
  if (united.points != earlier) validate::write_sweep_record(directory, united);
}

/// Hops and diffusivities of a run that was complete before.
void read_stored(const fs::path& directory, PointState& state) {
  std::error_code error;
  const fs::path file = directory / trajectory::shared_file_name;
  if (!fs::exists(file, error)) return;
  const auto reader = trajectory::Hdf5Reader::open(file);
  state.hops = 0;
  for (const std::int64_t t : reader->trajectories()) *state.hops += reader->attributes(t).hops;
  try {
    if (const auto results = reader->results(analysis::online_group)) {
      state.diffusivities = analysis::online_diffusivities(*results);
    }
  } catch (const IoError& problem) {
    print_warning(fmt::format("{}; left out of the table", problem.what()));
  }
}

PointState state_of(const RunOutcome& outcome, const fs::path& directory) {
  PointState state;
  if (outcome.found_complete) {
    state.status = "complete before";
    read_stored(directory, state);
    return state;
  }
  state.hops = outcome.summary.hops;
  if (outcome.online) state.diffusivities = analysis::online_diffusivities(*outcome.online);
  if (!outcome.summary.stopped) {
    state.status = outcome.valid ? "complete" : "not valid";
  } else {
    state.status = outcome.summary.enough ? "target error reached" : "stopped";
  }
  return state;
}

/// The runs of a sweep, one after another.
class Sweep {
 public:
  Sweep(const Communicator& comm, const RunOptions& options, const Invocation& invocation,
        const RunInputs& inputs, const Points& points)
      : comm_(comm), options_(options), invocation_(invocation), inputs_(inputs), points_(points) {
    states_.resize(points.size(), {not_reached, {}, {}});
  }

  /// Returns the exit status. Collective.
  int run();
  /// How far it got. For rank 0.
  void tell(const validate::SweepRecord& record) const;

 private:
  [[nodiscard]] bool asked_to_stop() const {
    return boost::mpi::all_reduce(comm_, invocation_.stop.wanted(), std::logical_or<bool>());
  }
  RunOutcome run_point(const config::SweepPoint& point);
  void note(const RunOutcome& outcome, const RunInputs& inputs, std::int64_t n_traj);

  const Communicator& comm_;
  const RunOptions& options_;
  const Invocation& invocation_;
  const RunInputs& inputs_;
  const Points& points_;
  std::vector<PointState> states_;
  std::size_t done_ = 0;  ///< points that need no more
  bool enough_ = false;   ///< some of them for the target error
  bool stopped_ = false;
  std::string stopped_in_;  ///< ", and 3 of 10 trajectories of temp=250"
};

int Sweep::run() {
  int status = to_int(ExitStatus::success);
  for (const config::SweepPoint& point : points_) {
    stopped_ = asked_to_stop();
    if (stopped_) break;
    const RunOutcome outcome = run_point(point);
    stopped_ = outcome.status() == to_int(ExitStatus::interrupted);
    if (stopped_) break;
    if (!outcome.valid) status = outcome.status();
    ++done_;
  }
  return stopped_ ? to_int(ExitStatus::interrupted) : status;
}

RunOutcome Sweep::run_point(const config::SweepPoint& point) {
  on_first_rank(comm_, [&] {
    if (options_.quiet) return;
    print(fmt::format("{}== {} ({} of {})\n", done_ == 0 ? "" : "\n", point.name, done_ + 1, points_.size()));
  });
  const RunInputs inputs = inputs_of(inputs_, point);
  RunSetup setup;
  ensemble::agree(comm_, [&] { setup = build_setup(inputs); });
  const RunOutcome outcome = execute(comm_, setup, options_, invocation_);
  on_first_rank(comm_, [&] { note(outcome, inputs, setup.config.run.n_traj); });
  return outcome;
}

void Sweep::note(const RunOutcome& outcome, const RunInputs& inputs, std::int64_t n_traj) {
  states_[done_] = state_of(outcome, inputs.output);
  const std::string trajectories = fmt::format("{} of {} trajectories", outcome.summary.trajectories, n_traj);
  if (outcome.summary.enough) {
    enough_ = true;
    print_notice(fmt::format("{}: target error {:g} reached after {}", points_[done_].name,
                             *options_.target_error, trajectories));
  } else if (outcome.summary.stopped) {
    stopped_in_ = fmt::format(", and {} of {}", trajectories, points_[done_].name);
  }
}

void Sweep::tell(const validate::SweepRecord& record) const {
  if (!options_.quiet) print(fmt::format("\n{}", analysis::to_text(record, states_)));
  if (stopped_) {
    print_notice(fmt::format("stopped after {} of {} points{}; go on with: {}", done_, points_.size(),
                             stopped_in_, resume_command(options_, inputs_, Target::kept)));
  } else if (enough_) {
    print_notice(fmt::format("more with: {}", resume_command(options_, inputs_, Target::dropped)));
  }
}

void print_configurations(const RunInputs& inputs, const Points& points) {
  for (const config::SweepPoint& point : points) {
    print(fmt::format("---\n# point: {}\n{}", point.name,
                      print_config_text(build_setup(inputs_of(inputs, point)))));
  }
}

}  // namespace

int run_sweep(const Communicator& comm, const RunOptions& options, const Invocation& invocation) {
  const RunInputs inputs = read_inputs(comm, options);
  const Points points = config::sweep_points(options.sweep);
  const validate::SweepRecord record = record_of(options, points, invocation.command);
  // Every rank would find the same.
  on_first_rank(comm, [&] {
    const std::vector<std::string> warnings = check_sweep(inputs, options, points);
    if (!options.quiet) {
      for (const std::string& warning : warnings) print_warning(warning);
    }
    if (options.print_config) print_configurations(inputs, points);
  });
  if (options.print_config) return to_int(ExitStatus::success);
  DirectoryLock lock;
  on_first_rank(comm, [&] { make_directory(inputs.output); });
  lock.acquire(comm, inputs.output);
  on_first_rank(comm, [&] {
    // Looked at again: another sweep may have been here since the checks.
    write_record(inputs.output, record, earlier_points(inputs.output, options));
  });
  Sweep sweep(comm, options, invocation, inputs, points);
  const int status = sweep.run();
  on_first_rank(comm, [&] { sweep.tell(record); });
  return status;
}

}  // namespace hopmc::cli
