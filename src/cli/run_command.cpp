#include <fmt/format.h>

#include <boost/mpi/communicator.hpp>
#include <boost/mpi/environment.hpp>
#include <chrono>
#include <string>

#include "all_ranks.hpp"
#include "commands.hpp"
#include "console.hpp"
#include "hopmc/ensemble/communicator.hpp"
#include "one_run.hpp"
#include "run_command_line.hpp"
#include "run_setup.hpp"
#include "sweep_run.hpp"

namespace hopmc::cli {
namespace {

using Communicator = boost::mpi::communicator;

void tell_stop(const ensemble::RunSummary& summary, std::int64_t n_traj, const RunInputs& inputs,
               const RunOptions& options) {
  const std::string after = fmt::format("{} of {} trajectories", summary.trajectories, n_traj);
  if (summary.enough) {
    print_notice(fmt::format("target error {:g} reached after {}; more with: {}", *options.target_error,
                             after, resume_command(options, inputs, Target::dropped)));
  } else {
    print_notice(fmt::format("stopped after {}; go on with: {}", after,
                             resume_command(options, inputs, Target::kept)));
  }
}

int run_once(const Communicator& comm, const RunOptions& options, const Invocation& invocation) {
  const RunInputs inputs = read_inputs(comm, options);
  RunSetup setup;
  ensemble::agree(comm, [&] { setup = build_setup(inputs); });
  on_first_rank(comm, [&] {
    if (!options.quiet) {
      for (const std::string& warning : warnings_of(setup.config, setup.model)) print_warning(warning);
    }
    if (options.print_config) print(print_config_text(setup));
  });
  if (options.print_config) return to_int(ExitStatus::success);
  const RunOutcome outcome = execute(comm, setup, options, invocation);
  if (outcome.summary.stopped) {
    on_first_rank(comm, [&] { tell_stop(outcome.summary, setup.config.run.n_traj, inputs, options); });
  }
  return outcome.status();
}

}  // namespace

int run_command(Arguments arguments) {
  const auto start = std::chrono::steady_clock::now();
  const RunOptions options = parse_run_options(arguments);
  if (options.help) {
    if (launcher_rank() == 0) print(run_help());
    return to_int(ExitStatus::success);
  }
  // Before MPI starts, which takes a while: a signal that comes meanwhile counts as well. One rank that is to
  // stop is enough.
  const ensemble::StopRequest stop(options.time_limit, start);
  const boost::mpi::environment environment(false);
  const Communicator world;
  const Invocation invocation{command_text(arguments), stop};
  return guarded(world, [&] {
    return options.sweep.empty() ? run_once(world, options, invocation)
                                 : run_sweep(world, options, invocation);
  });
}

}  // namespace hopmc::cli
