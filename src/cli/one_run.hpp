#pragma once
/// One run of an ensemble from its set-up to its end: output directory, simulation, validation.

#include <boost/mpi/communicator.hpp>
#include <optional>
#include <string>

#include "hopmc/ensemble/run.hpp"
#include "hopmc/ensemble/stop.hpp"
#include "hopmc/ensemble/summary.hpp"
#include "hopmc/trajectory/results.hpp"
#include "run_setup.hpp"

namespace hopmc::cli {

/// How the program was called, and whether it is to stop.
struct Invocation {
  std::string command;
  const ensemble::StopRequest& stop;
};

/// What came of a run. The same on every rank, but for `online`.
struct RunOutcome {
  bool found_complete = false;  ///< resumed, and nothing was left to do: no file was touched
  bool valid = true;            ///< no mismatch was found
  ensemble::RunSummary summary;
  std::optional<trajectory::Results> online;  ///< diffusivities found on the way

  /// The exit status this leads to.
  [[nodiscard]] int status() const;
};

/// Throws InputError for what execute() would refuse: --target-error without a diffusivity, results to be
/// resumed that are of another configuration. Local; for rank 0. Nothing is touched.
void check_run(const RunSetup& setup, const RunOptions& options);

/// Simulates or resumes, validates and tells (collective). Throws InputError or IoError on all ranks alike.
[[nodiscard]] RunOutcome execute(const boost::mpi::communicator& comm, const RunSetup& setup,
                                 const RunOptions& options, const Invocation& invocation);

}  // namespace hopmc::cli
