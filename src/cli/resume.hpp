#pragma once
/// `hopmc run --resume`: what there is to go on with, and making room for the files of the run that goes on.

#include <boost/mpi/communicator.hpp>
#include <filesystem>
#include <string>
#include <vector>

#include "hopmc/ensemble/checkpoint.hpp"
#include "hopmc/ensemble/stored_run.hpp"
#include "run_setup.hpp"

namespace hopmc::cli {

/// The same on every rank.
struct Resumption {
  bool nothing_to_do = false;                          ///< complete and intact: no file was touched
  std::string created_on;                              ///< of the run that is gone on with; empty: a new run
  ensemble::StoredTrajectories stored;                 ///< rows that need not be simulated again
  std::vector<std::filesystem::path> old_directories;  ///< where they are; to be removed once copied
};

/// Checkpoint of this run without trajectories: what must be the same when it is resumed. Local.
[[nodiscard]] ensemble::Checkpoint checkpoint_of(const RunSetup& setup, const std::string& created_on);

/// Throws InputError, naming every key, where there are results of another configuration than `setup` can go
/// on with. Touches nothing. Local; for rank 0.
void require_same_run(const RunSetup& setup);

/// Looks for results to go on with, checks them, and moves them to a directory of their own below the output
/// directory. Throws InputError, naming every key, where the configuration has changed in what matters: then
/// nothing was touched. Collective.
[[nodiscard]] Resumption prepare_resumption(const boost::mpi::communicator& comm, const RunSetup& setup,
                                            const trajectory::Layout& layout);

/// How much there is to go on with, in words; empty for a new run. Local.
[[nodiscard]] std::string resumption_text(const Resumption& resumption, const config::RunConfig& run);

/// Removes the old directories of which `now` tells of as many rows or more. What other ranks have open may
/// withstand (NFS): it is tried again with the next checkpoint. Local; for rank 0.
void remove_superseded(const Resumption& resumption, const ensemble::Checkpoint& now);

/// Removes the old directories of a run that is complete, whatever is in them, warning of what is left.
/// Local; for rank 0.
void remove_all_old(const std::filesystem::path& output);

/// Directories below `directory` in which a resumed run keeps what it goes on with, oldest first. Local.
[[nodiscard]] std::vector<std::filesystem::path> resumption_directories(
    const std::filesystem::path& directory);

}  // namespace hopmc::cli
