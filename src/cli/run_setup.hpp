#pragma once
/// From options to everything a run needs, the same on every rank.

#include <boost/mpi/communicator.hpp>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "hopmc/config/case_files.hpp"
#include "hopmc/config/load.hpp"
#include "hopmc/energy/model.hpp"
#include "hopmc/trajectory/columns.hpp"
#include "hopmc/trajectory/run_metadata.hpp"
#include "run_options.hpp"

namespace hopmc::cli {

/// What a run is made from: input texts, and all that wins over them.
struct RunInputs {
  config::CaseFiles files;
  std::vector<config::Override> overrides;  ///< of the environment and the command line
  std::filesystem::path output;
  std::string output_source;  ///< what named it: "--output", the variable, "default" (rank 0 only)
};

struct RunSetup {
  config::CaseFiles files;
  config::LoadedConfig config;
  energy::Model model;
  std::vector<energy::Doping> dopings;  ///< by trajectory; empty: nothing is doped
  std::filesystem::path output;
  std::string output_source;  ///< what named it: "--output", the variable, "default" (rank 0 only)

  /// Frames of a trajectory, -1 where a hop is a frame.
  [[nodiscard]] std::int64_t n_frames() const;
};

/// Rank 0 reads environment and files; all ranks get them (collective). Throws InputError or IoError on all
/// ranks alike.
[[nodiscard]] RunInputs read_inputs(const boost::mpi::communicator& comm, const RunOptions& options);

/// Parses and builds (local, the same on every rank). Throws InputError with every problem found.
[[nodiscard]] RunSetup build_setup(const RunInputs& inputs);

/// What a user should know of the input: keys given twice or without effect, hops without a way back. Local.
[[nodiscard]] std::vector<std::string> warnings_of(const config::LoadedConfig& config,
                                                   const energy::Model& model);

/// What the results say about this run; refers to `setup`. Collective: rank 0's time and command line count.
[[nodiscard]] trajectory::RunMetadata metadata_of(const boost::mpi::communicator& comm, const RunSetup& setup,
                                                  const std::string& command_line);

/// Now as ISO 8601 in UTC, as results note it.
[[nodiscard]] std::string utc_now();

/// Every key in force, its value and where it came from, as YAML with comments.
[[nodiscard]] std::string print_config_text(const RunSetup& setup);

/// The lines that introduce a run: case, cell, carriers, hops, Ewald sum, frames, output, and what it goes on
/// with (empty: nothing).
[[nodiscard]] std::string header_text(const RunSetup& setup, const trajectory::Layout& layout, int ranks,
                                      const std::string& earlier_run);

}  // namespace hopmc::cli
