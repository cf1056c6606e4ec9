#pragma once
/// The subcommands. Each parses its own options, throws hopmc::Error for what ends it before it has begun,
/// and returns the exit status.

#include <span>
#include <string_view>

#include "options.hpp"

namespace hopmc::cli {

struct Command {
  std::string_view name;
  std::string_view about;  ///< one line
  int (*run)(Arguments arguments);
};

[[nodiscard]] std::span<const Command> commands();

int run_command(Arguments arguments);
int validate_command(Arguments arguments);
int info_command(Arguments arguments);
int analyze_command(Arguments arguments);
int unwrap_command(Arguments arguments);
int bench_command(Arguments arguments);

}  // namespace hopmc::cli
