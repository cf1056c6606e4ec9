#include "hopmc/cli/command_line.hpp"

#include <fmt/format.h>

#include <array>
#include <boost/mpi/communicator.hpp>
#include <boost/mpi/environment.hpp>
#include <csignal>
#include <cstdlib>
#include <exception>
#include <string>
#include <vector>

#include "build_info.hpp"
#include "commands.hpp"
#include "console.hpp"

namespace hopmc::cli {
namespace {

constexpr std::array<Command, 6> all_commands{{
    {"run", "simulate an ensemble of trajectories", run_command},
    {"validate", "compare the results of a run with each other and with its parameters", validate_command},
    {"analyze", "diffusivity, mobility and correlations from the results of a run", analyze_command},
    {"unwrap", "continuous trajectories from wrapped coordinates", unwrap_command},
    {"info", "tell what results hold", info_command},
    {"bench", "measure this machine (hopmc bench io: writing and reading)", bench_command},
}};

std::string help_text() {
  std::vector<HelpEntry> entries;
  for (const Command& command : commands()) {
    entries.push_back({std::string(command.name), std::string(command.about)});
  }
  return "hopmc: kinetic Monte Carlo of small polarons\n\n"
         "Usage: hopmc COMMAND [options]\n"
         "       mpirun -n N hopmc COMMAND [options]\n\n"
         "Carriers hop from site to site of a crystal. Under mpirun, run, analyze, unwrap and bench share\n"
         "their work among all processes, and all trajectories go to one HDF5 file.\n\n" +
         help_section("Commands", entries) + "\n" +
         help_section("Options",
                      {{"--help", "this text; `hopmc COMMAND --help` tells the options of a command"},
                       {"--version", "version, commit, compiler, libraries"}}) +
         "\n" + exit_status_help();
}

void print_once(const std::string& text) {
  if (launcher_rank() == 0) print(text);
}

int dispatch(const std::vector<std::string>& arguments) {
  if (arguments.empty()) {
    throw InputError(Problem{"command line", 0, "", "no command given; see hopmc --help"});
  }
  const std::string& name = arguments.front();
  if (name == "--help" || name == "-h" || name == "help") {
    print_once(help_text());
    return to_int(ExitStatus::success);
  }
  if (name == "--version") {
    print_once(version_text());
    return to_int(ExitStatus::success);
  }
  std::vector<std::string> names{"--help", "--version"};
  for (const Command& command : commands()) {
    if (command.name == name) return command.run(Arguments(arguments).subspan(1));
    names.emplace_back(command.name);
  }
  const std::string kind = name.starts_with("-") ? "option" : "command";
  throw InputError(Problem{"command line", 0, "", unknown_name(kind, name, names) + " (see hopmc --help)"});
}

/// Tells an error once. Under a launcher the ranks meet first: a rank that ends with an error makes the
/// launcher end the others, which might not have spoken yet.
int fail(const std::exception& error) {
  const int status = exit_status(error);
  if (!launched_with_others() || boost::mpi::environment::finalized()) {
    if (launcher_rank() == 0) print_error(error.what());
    return status;
  }
  const boost::mpi::environment environment(false);
  const boost::mpi::communicator world;
  if (world.rank() == 0) print_error(error.what());
  world.barrier();
  return status;
}

}  // namespace

std::span<const Command> commands() {
  return all_commands;
}

int command_line(int argc, char** argv) {
  // A write beyond the limit for file sizes (ulimit -f) fails like any other instead of killing the process.
  std::signal(SIGXFSZ, SIG_IGN);
  // Shared file pointers are not used. What provides them in OpenMPI 4.1 by default has room for paths of
  // some 220 characters, and aborts at longer ones.
  ::setenv("OMPI_MCA_sharedfp", "^lockedfile", 0);
  try {
    try {
      return dispatch({argv + (argc > 0 ? 1 : 0), argv + argc});
    } catch (const std::exception& error) {
      return fail(error);
    }
  } catch (const std::exception& error) {
    print_error(error.what());
    return to_int(ExitStatus::io_failure);
  }
}

}  // namespace hopmc::cli
