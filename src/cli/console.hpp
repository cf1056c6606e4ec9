#pragma once
/// What the user gets to read, from one rank only.

#include <boost/mpi/communicator.hpp>
#include <exception>
#include <functional>
#include <string>

#include "hopmc/config/errors.hpp"

namespace hopmc::cli {

/// Rank of this process as the launcher (mpirun, srun) gave it; 0 without one. Works before MPI_Init.
[[nodiscard]] int launcher_rank();
/// Whether a launcher started more than this process.
[[nodiscard]] bool launched_with_others();

/// Standard output, at once. Throws IoError if it cannot be written.
void print(const std::string& text);
/// One line "hopmc: ..." on standard error.
void print_notice(const std::string& message);
/// One line "hopmc: warning: ..." on standard error.
void print_warning(const std::string& message);
/// A line "hopmc: error: ..." on standard error for every line of the message.
void print_error(const std::string& message);

/// The exit status an exception leads to; what is no hopmc::Error counts as an input/output failure.
[[nodiscard]] int exit_status(const std::exception& error);

/// Runs `action` on the launcher's rank 0, telling its error there; other ranks have nothing to do and
/// succeed. Returns the exit status.
int on_one_process(const std::function<int()>& action);

/// Runs `action` on all ranks. An error of ours, which all ranks throw alike, is told by rank 0; anything
/// else may leave other ranks waiting, and ends them. Returns the exit status. Collective.
int guarded(const boost::mpi::communicator& comm, const std::function<int()>& action);

[[nodiscard]] constexpr int to_int(ExitStatus status) {
  return static_cast<int>(status);
}

}  // namespace hopmc::cli
