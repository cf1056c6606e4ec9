#pragma once
/// Options of `hopmc run`.

#include <optional>
#include <string>
#include <vector>

#include "hopmc/config/errors.hpp"
#include "hopmc/config/override.hpp"
#include "hopmc/config/sweep.hpp"
#include "options.hpp"

namespace hopmc::cli {

enum class Progress { automatic, on, off };

struct RunOptions {
  bool help = false;
  std::string case_directory;
  std::string output;  ///< empty: not given
  bool overwrite = false;
  bool resume = false;
  std::optional<double> time_limit;    ///< s
  std::optional<double> target_error;  ///< relative, of the diffusivity
  bool quiet = false;
  bool print_config = false;
  Progress progress = Progress::automatic;
  std::vector<config::SweepAxis> sweep;     ///< empty: a single run
  std::vector<config::Override> overrides;  ///< in the order of the command line's options
  /// The arguments behind `sweep` and `overrides`: what has to be said again to resume.
  std::vector<std::string> settings;
};

/// Throws InputError for what cannot be understood; values of keys are judged with the configuration.
[[nodiscard]] RunOptions parse_run_options(Arguments arguments);
[[nodiscard]] std::string run_help();

}  // namespace hopmc::cli
