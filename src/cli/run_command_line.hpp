#pragma once
/// Command lines of `hopmc run` as text, to be kept with the results or to be typed again.

#include <string>

#include "run_options.hpp"
#include "run_setup.hpp"

namespace hopmc::cli {

/// The command line as a shell takes it.
[[nodiscard]] std::string command_text(Arguments arguments);

enum class Target { kept, dropped };

/// What goes on with the results of a run in a shell without its variables: the same case, output, sweep and
/// settings, with or without --target-error.
[[nodiscard]] std::string resume_command(const RunOptions& options, const RunInputs& inputs, Target target);

}  // namespace hopmc::cli
