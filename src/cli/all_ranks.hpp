#pragma once
/// Commands that all ranks carry out together: one message and one exit status, whoever fails.

#include <boost/mpi/communicator.hpp>
#include <functional>

namespace hopmc::cli {

/// Runs `action` on rank 0; if it fails there, every rank throws. Collective.
void on_first_rank(const boost::mpi::communicator& comm, const std::function<void()>& action);

/// Runs `action` on all ranks and returns the exit status. What is thrown on all ranks alike (hopmc::Error)
/// is told by rank 0; anything else may leave other ranks waiting and ends them all. Collective.
int guarded(const boost::mpi::communicator& comm, const std::function<int()>& action);

}  // namespace hopmc::cli
