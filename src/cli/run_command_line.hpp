#pragma once
/// Command lines of `hopmc run` as text, to be kept with the results or to be typed again.

#include <filesystem>
#include <string>

#include "run_options.hpp"

namespace hopmc::cli {

/// The command line as a shell takes it.
[[nodiscard]] std::string command_text(Arguments arguments);

enum class Target { kept, dropped };

/// What goes on with results in `output`: the same case, sweep and settings, with or without --target-error.
[[nodiscard]] std::string resume_command(const RunOptions& options, const std::filesystem::path& output,
                                         Target target);

}  // namespace hopmc::cli
