#pragma once
/// `hopmc run --sweep`: one run for every point, each in a directory of its own below the output directory.

#include <boost/mpi/communicator.hpp>

#include "one_run.hpp"
#include "run_options.hpp"

namespace hopmc::cli {

/// Judges the points, all before anything is touched, then runs them one after another (collective). Returns
/// the exit status, the same on every rank. Throws InputError with the problems of all points, or IoError.
[[nodiscard]] int run_sweep(const boost::mpi::communicator& comm, const RunOptions& options,
                            const Invocation& invocation);

}  // namespace hopmc::cli
