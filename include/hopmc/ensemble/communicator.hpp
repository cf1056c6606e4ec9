#pragma once
/// The group of ranks that make an ensemble. A single process is a group of one (MPI_COMM_SELF): the local
/// twin.

#include <boost/mpi/communicator.hpp>
#include <functional>
#include <string>

#include "hopmc/config/case_files.hpp"
#include "hopmc/config/errors.hpp"

namespace hopmc::ensemble {

/// A private duplicate of a communicator. Collective construction.
[[nodiscard]] boost::mpi::communicator duplicate(const boost::mpi::communicator& comm);

/// Runs `action` on every rank; if it throws on any, every rank throws the first (lowest) failing rank's
/// error with its status and message. Collective.
void agree(const boost::mpi::communicator& comm, const std::function<void()>& action);

/// Rank 0's files on every rank. Collective.
void broadcast(const boost::mpi::communicator& comm, config::CaseFiles& files);

}  // namespace hopmc::ensemble
