#pragma once
/// One outcome for all ranks: a failure on any is thrown on every one.

#include <mpi.h>

#include <exception>
#include <string>

namespace hopmc::trajectory {

/// Tells all ranks whether any of them failed, and throws IoError with the message of the first (lowest) that
/// did on every rank. `message` is empty where all is well. Collective.
void throw_if_any_failed(MPI_Comm comm, const std::string& message);

/// Runs `action` on every rank; if it throws on any, every rank throws IoError. Collective; the action itself
/// may be collective or local.
template <class Action>
void agreed(MPI_Comm comm, Action&& action) {
  std::string failure;
  try {
    action();
  } catch (const std::exception& error) {
    failure = error.what();
    if (failure.empty()) failure = "unknown error";
  }
  throw_if_any_failed(comm, failure);
}

}  // namespace hopmc::trajectory
