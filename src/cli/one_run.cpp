#include "one_run.hpp"

#include <fmt/format.h>

#include <boost/mpi/collectives.hpp>
#include <chrono>
#include <memory>
#include <utility>

#include "all_ranks.hpp"
#include "console.hpp"
#include "directory_lock.hpp"
#include "hopmc/analysis/online_diffusion.hpp"
#include "hopmc/analysis/report.hpp"
#include "hopmc/ensemble/communicator.hpp"
#include "hopmc/kmc/propagator.hpp"
#include "hopmc/validate/run_record.hpp"
#include "hopmc/validate/validate.hpp"
#include "output_directory.hpp"
#include "output_size.hpp"
#include "resume.hpp"

namespace hopmc::cli {
namespace {

using Communicator = boost::mpi::communicator;

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

/// Notes beside the results what the validation found. For rank 0.
void note_report(const RunSetup& setup, const trajectory::RunMetadata& metadata,
                 const trajectory::Layout& layout, const validate::Report& report) {
  validate::write_report(setup.output, report);
  if (!setup.config.run.output.npy || !report.ok()) return;
  validate::RunRecord record{metadata, {}};
  for (const validate::ColumnReport& column : report.columns) {
    const trajectory::ColumnSpec* spec = layout.find(column.column);
    if (spec == nullptr || !column.npy_crc32) continue;
    record.checksums[validate::checksum_name(column.trajectory, *spec)] = *column.npy_crc32;
  }
  validate::write_run_record(setup.output, record);
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

/// What is written, what is observed meanwhile, and what makes the hops.
struct Design {
  trajectory::Layout layout;
  std::optional<analysis::OnlineDiffusion> online;
  std::unique_ptr<kmc::PropagatorFactory> factory;  ///< of execute() alone: it may take memory and time
};

Design design_of(const RunSetup& setup, const RunOptions& options) {
  Design design;
  design.layout = trajectory::make_layout(setup.config.run.output, setup.model.n_carriers(), setup.n_frames(),
                                          setup.model.supercell.n_sites());
  design.online = online_diffusion_of(setup, design.layout, options);
  return design;
}

/// The diffusivities found on the way.
std::string online_text(const std::optional<trajectory::Results>& results) {
  std::string text;
  if (!results) return text;
  for (const std::string& line : analysis::online_lines(*results)) text += line + "\n";
  return text;
}

/// Tells all there is to tell of a run at its end. For rank 0.
void tell(const RunSetup& setup, const RunOptions& options, const validate::Report& report,
          double validate_seconds, const RunOutcome& outcome) {
  print_report(report, options.quiet);
  if (options.quiet) return;
  print(fmt::format("\n{}{}", ensemble::to_text(outcome.summary, validate_seconds),
                    online_text(outcome.online)));
  const std::string warning = analysis::dimension_warning(setup.config.run);
  if (outcome.online && !warning.empty()) print_warning("D: " + warning);
}

/// Validates what was written, notes it beside the results, and tells it. Collective.
void validate_and_tell(const Communicator& comm, const RunSetup& setup, const RunOptions& options,
                       const trajectory::RunMetadata& metadata, const trajectory::Layout& layout,
                       RunOutcome& outcome) {
  const auto start = std::chrono::steady_clock::now();
  const validate::Report report = validate::validate(comm, setup.output, std::nullopt);
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
  on_first_rank(comm, [&] {
    note_report(setup, metadata, layout, report);
    tell(setup, options, report, seconds.count(), outcome);
    outcome.valid = report.ok();
  });
  boost::mpi::broadcast(comm, outcome.valid, 0);
}

/// Writes, validates and sums up.
RunOutcome simulate(const Communicator& comm, const RunSetup& setup, const RunOptions& options,
                    const Resumption& resumption, Design design, const Invocation& invocation) {
  const trajectory::Layout& layout = design.layout;
  trajectory::RunMetadata metadata = metadata_of(comm, setup, invocation.command);
  if (!resumption.created_on.empty()) metadata.created_on = resumption.created_on;
  ensemble::RunPlan plan = plan_of(setup, options);
  plan.checkpoint = checkpoint_of(setup, metadata.created_on);
  plan.observer = design.online ? &*design.online : nullptr;
  plan.stop = &invocation.stop;
  on_first_rank(comm, [&] {
    // First of all: --resume does not trust results without a checkpoint.
    ensemble::write_checkpoint(setup.output, *plan.checkpoint);
    if (setup.config.run.output.npy) validate::write_run_record(setup.output, {metadata, {}});
  });
  if (!resumption.created_on.empty()) {
    plan.order = ensemble::resume_order(plan.n_traj, resumption.stored);
    plan.stored_fraction = ensemble::stored_fraction(plan.n_traj, plan.t_final, resumption.stored);
    plan.after_checkpoint = [&](const ensemble::Checkpoint& now) { remove_superseded(resumption, now); };
  }
  RunOutcome outcome;
  outcome.summary = ensemble::run(comm, ensemble::ResumingFactory(*design.factory, layout, resumption.stored),
                                  layout, metadata, plan);
  if (design.online) outcome.online = design.online->results();
  if (!outcome.summary.stopped) {
    on_first_rank(comm, [&] { remove_all_old(setup.output); });
    validate_and_tell(comm, setup, options, metadata, layout, outcome);
    return outcome;
  }
  on_first_rank(comm, [&] {
    if (!options.quiet) print(online_text(outcome.online));
    if (outcome.summary.hops_made == 0 && !resumption.stored.empty()) {
      print_warning(
          "stopped while what was simulated before was being read back: this run has gained nothing, "
          "and needs more time than it had");
    }
  });
  return outcome;
}

}  // namespace

int RunOutcome::status() const {
  if (!valid) return to_int(ExitStatus::validation_mismatch);
  const bool interrupted = summary.stopped && !summary.enough;
  return to_int(interrupted ? ExitStatus::interrupted : ExitStatus::success);
}

void check_run(const RunSetup& setup, const RunOptions& options) {
  const Design design = design_of(setup, options);
  if (options.resume) {
    require_same_run(setup);
  } else {
    require_space(setup, design.layout, options.overwrite);
  }
}

RunOutcome execute(const Communicator& comm, const RunSetup& setup, const RunOptions& options,
                   const Invocation& invocation) {
  Design design;
  ensemble::agree(comm, [&] {
    design = design_of(setup, options);
    design.factory = kmc::make_propagator_factory(setup.model, setup.config.run, setup.dopings);
  });
  // Nothing is looked at before the lock: of two runs that begin at once only one may find no results.
  on_first_rank(comm, [&] {
    if (!options.resume) require_space(setup, design.layout, options.overwrite);
    make_directory(setup.output);
  });
  DirectoryLock lock;
  lock.acquire(comm, setup.output);
  Resumption resumption;
  if (options.resume) resumption = prepare_resumption(comm, setup, design.layout);
  if (resumption.nothing_to_do) {
    on_first_rank(comm, [&] {
      if (!options.quiet) print(setup.output.string() + ": complete; nothing to resume\n");
    });
    RunOutcome outcome;
    outcome.found_complete = true;
    return outcome;
  }
  on_first_rank(comm, [&] {
    const std::string shortage = space_warning(setup, design.layout, options.overwrite);
    if (resumption.created_on.empty()) {
      if (options.resume) require_space(setup, design.layout, options.overwrite);
      prepare_output_directory(setup.output, options.overwrite, npy_file_names(setup.config.run.output));
    }
    if (!options.quiet) {
      if (!shortage.empty()) print_warning(shortage);
      print(header_text(setup, design.layout, comm.size(), resumption_text(resumption, setup.config.run)));
    }
  });
  return simulate(comm, setup, options, resumption, std::move(design), invocation);
}

}  // namespace hopmc::cli
