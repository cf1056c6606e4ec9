#include <fmt/format.h>

#include <algorithm>
#include <boost/mpi/collectives.hpp>
#include <boost/mpi/communicator.hpp>
#include <boost/mpi/environment.hpp>
#include <chrono>
#include <optional>
#include <string>
#include <utility>

#include "all_ranks.hpp"
#include "commands.hpp"
#include "console.hpp"
#include "directory_lock.hpp"
#include "hopmc/analysis/online_diffusion.hpp"
#include "hopmc/ensemble/communicator.hpp"
#include "hopmc/ensemble/run.hpp"
#include "hopmc/ensemble/summary.hpp"
#include "hopmc/kmc/propagator.hpp"
#include "hopmc/lattice/hop_table.hpp"
#include "hopmc/validate/run_record.hpp"
#include "hopmc/validate/validate.hpp"
#include "output_directory.hpp"
#include "resume.hpp"
#include "run_setup.hpp"

namespace hopmc::cli {
namespace {

using Communicator = boost::mpi::communicator;

std::string quoted(const std::string& argument) {
  constexpr const char* plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-+=./:,@%";
  if (!argument.empty() && argument.find_first_not_of(plain) == std::string::npos) return argument;
  std::string text = "'";
  for (const char c : argument) text += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return text + "'";
}

std::string command_text(Arguments arguments) {
  std::string text = "hopmc run";
  for (const std::string& argument : arguments) text.append(" ").append(quoted(argument));
  return text;
}

ensemble::RunPlan plan_of(const RunSetup& setup, const RunOptions& options) {
  ensemble::RunPlan plan;
  plan.n_traj = setup.config.run.n_traj;
  plan.n_frames = setup.n_frames();
  plan.t_final = setup.config.run.t_final;
  plan.directory = setup.output;
  plan.output = setup.config.run.output;
  plan.progress =
      options.progress == Progress::on || (options.progress == Progress::automatic && !options.quiet);
  return plan;
}

/// Validates what was written and notes it beside the results. For rank 0.
validate::Report validate_run(const RunSetup& setup, const trajectory::RunMetadata& metadata,
                              const trajectory::Layout& layout) {
  validate::Report report = validate::validate(setup.output, std::nullopt);
  validate::write_report(setup.output, report);
  if (!setup.config.run.output.npy || !report.ok()) return report;
  validate::RunRecord record{metadata, {}};
  for (const validate::ColumnReport& column : report.columns) {
    const trajectory::ColumnSpec* spec = layout.find(column.column);
    if (spec == nullptr || !column.npy_crc32) continue;
    const std::string name =
        fmt::format("{}/{}", trajectory::directory_name(column.trajectory), spec->npy_name);
    record.checksums[name] = *column.npy_crc32;
  }
  validate::write_run_record(setup.output, record);
  return report;
}

void print_report(const validate::Report& report, bool quiet) {
  if (!quiet) print(fmt::format("\n{}", validate::to_text(report)));
  if (quiet && !report.ok()) {
    for (const auto& m : report.mismatches) print_error(m.place + ": " + m.message);
  }
}

/// Observes the run where it can be observed. Throws InputError where --target-error needs it and it cannot.
std::optional<analysis::OnlineDiffusion> online_diffusion_of(const RunSetup& setup,
                                                             const trajectory::Layout& layout,
                                                             const RunOptions& options) {
  analysis::OnlinePlan plan = analysis::plan_online(setup.config.run, layout, setup.n_frames());
  if (plan.obstacle.empty()) return analysis::OnlineDiffusion(std::move(plan), options.target_error);
  if (options.target_error) {
    throw InputError(
        Problem{"command line", 0, "--target-error", "needs the diffusivity of the run: " + plan.obstacle});
  }
  return std::nullopt;
}

/// How the program was called, and when.
struct Invocation {
  std::string command;
  std::chrono::steady_clock::time_point start = std::chrono::steady_clock::now();
};

/// Rank 0 minds the time limit; signals may reach any rank.
ensemble::RunSummary run_or_stop(const Communicator& comm, const ensemble::ResumingFactory& factory,
                                 const trajectory::Layout& layout, const trajectory::RunMetadata& metadata,
                                 ensemble::RunPlan plan, const RunOptions& options,
                                 const Invocation& invocation) {
  const ensemble::StopRequest stop(comm.rank() == 0 ? options.time_limit : std::nullopt, invocation.start);
  plan.stop = &stop;
  return ensemble::run(comm, factory, layout, metadata, plan);
}

std::string resume_command(const RunSetup& setup, const RunOptions& options) {
  const bool elsewhere = setup.output != options.case_directory;
  return fmt::format("hopmc run {} --resume{}", quoted(options.case_directory),
                     elsewhere ? " --output " + quoted(setup.output.string()) : std::string());
}

void tell_stop(const ensemble::RunSummary& summary, const RunSetup& setup, const RunOptions& options) {
  const std::string after =
      fmt::format("{} of {} trajectories", summary.trajectories, setup.config.run.n_traj);
  if (summary.enough) {
    print_notice(fmt::format("target error {:g} reached after {}; more with: {}", *options.target_error,
                             after, resume_command(setup, options)));
  } else {
    print_notice(fmt::format("stopped after {}; go on with: {}", after, resume_command(setup, options)));
  }
}

/// The diffusivities found on the way.
std::string online_text(const std::optional<analysis::OnlineDiffusion>& online) {
  std::string text;
  const auto results = online ? online->results() : std::nullopt;
  if (!results) return text;
  for (const std::string& line : analysis::online_lines(*results)) text += line + "\n";
  return text;
}

/// Writes, validates and sums up. Returns the exit status, the same on every rank.
int simulate(const Communicator& comm, const RunSetup& setup, const RunOptions& options,
             const trajectory::Layout& layout, const Resumption& resumption,
             std::optional<analysis::OnlineDiffusion> online, const Invocation& invocation) {
  trajectory::RunMetadata metadata = metadata_of(comm, setup, invocation.command);
  if (!resumption.created_on.empty()) metadata.created_on = resumption.created_on;
  std::unique_ptr<kmc::PropagatorFactory> factory;
  ensemble::agree(
      comm, [&] { factory = kmc::make_propagator_factory(setup.model, setup.config.run, setup.dopings); });
  ensemble::RunPlan plan = plan_of(setup, options);
  plan.checkpoint = checkpoint_of(setup, metadata.created_on);
  plan.observer = online ? &*online : nullptr;
  on_first_rank(comm, [&] {
    // First of all: --resume does not trust results without a checkpoint.
    ensemble::write_checkpoint(setup.output, *plan.checkpoint);
    if (setup.config.run.output.npy) validate::write_run_record(setup.output, {metadata, {}});
  });
  if (!resumption.created_on.empty()) {
    plan.order = ensemble::resume_order(plan.n_traj, resumption.stored);
    plan.after_checkpoint = [&](const ensemble::Checkpoint& now) { remove_superseded(resumption, now); };
  }
  const ensemble::RunSummary summary =
      run_or_stop(comm, {*factory, layout, resumption.stored}, layout, metadata, plan, options, invocation);
  if (summary.stopped) {
    on_first_rank(comm, [&] {
      if (!options.quiet) print(online_text(online));
      tell_stop(summary, setup, options);
    });
    return to_int(summary.enough ? ExitStatus::success : ExitStatus::interrupted);
  }
  int status = to_int(ExitStatus::success);
  on_first_rank(comm, [&] {
    remove_all_old(setup.output);
    const auto start = std::chrono::steady_clock::now();
    const validate::Report report = validate_run(setup, metadata, layout);
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
    print_report(report, options.quiet);
    if (!options.quiet) {
      print(fmt::format("\n{}{}", ensemble::to_text(summary, seconds.count()), online_text(online)));
    }
    if (!report.ok()) status = to_int(ExitStatus::validation_mismatch);
  });
  boost::mpi::broadcast(comm, status, 0);
  return status;
}

int execute(const Communicator& comm, const RunOptions& options, const Invocation& invocation) {
  const RunSetup setup = set_up(comm, options);
  if (comm.rank() == 0 && !options.quiet) {
    for (const Problem& warning : setup.config.warnings) print_warning(warning.text());
    for (const auto& sentence : lattice::irreversible_hops(setup.model.crystal, setup.model.hops)) {
      print_warning(sentence);
    }
  }
  if (options.print_config) {
    on_first_rank(comm, [&] { print(print_config_text(setup)); });
    return to_int(ExitStatus::success);
  }
  trajectory::Layout layout;
  std::optional<analysis::OnlineDiffusion> online;
  ensemble::agree(comm, [&] {
    layout = trajectory::make_layout(setup.config.run.output, setup.model.n_carriers(), setup.n_frames(),
                                     setup.model.supercell.n_sites());
    online = online_diffusion_of(setup, layout, options);
  });
  DirectoryLock lock;
  lock.acquire(comm, setup.output);
  Resumption resumption;
  if (options.resume) resumption = prepare_resumption(comm, setup, layout);
  if (resumption.nothing_to_do) {
    on_first_rank(comm, [&] {
      if (!options.quiet) print(setup.output.string() + ": complete; nothing to resume\n");
    });
    return to_int(ExitStatus::success);
  }
  on_first_rank(comm, [&] {
    if (resumption.created_on.empty())
      prepare_output_directory(setup.output, options.overwrite, npy_file_names(setup.config.run.output));
    if (!options.quiet) print(header_text(setup, layout, comm.size()));
  });
  lock.acquire(comm, setup.output);  // if it is new
  return simulate(comm, setup, options, layout, resumption, std::move(online), invocation);
}

}  // namespace

int run_command(Arguments arguments) {
  const RunOptions options = parse_run_options(arguments);
  if (options.help) {
    if (launcher_rank() == 0) print(run_help());
    return to_int(ExitStatus::success);
  }
  const Invocation invocation{command_text(arguments)};
  const boost::mpi::environment environment(false);
  const Communicator world;
  return guarded(world, [&] { return execute(world, options, invocation); });
}

}  // namespace hopmc::cli
