#pragma once
/// The program `hopmc`: subcommands, their options and exit statuses.

namespace hopmc::cli {

/// Runs the program: what main() does. Returns the exit status (see ExitStatus).
///
/// Initialises MPI only for commands that compute. Under mpirun every rank calls it with the same arguments;
/// only rank 0 prints, and all ranks return the same status. No exception leaves it.
int command_line(int argc, char** argv);

}  // namespace hopmc::cli
