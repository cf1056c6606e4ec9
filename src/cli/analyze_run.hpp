#pragma once
/// `hopmc analyze` of the results of runs: of one, or of all points of a sweep.

#include <boost/mpi/communicator.hpp>

#include "analyze_options.hpp"
#include "hopmc/analysis/analyze.hpp"

namespace hopmc::cli {

/// A run and what was found (the latter on rank 0).
struct RunAnalysis {
  analysis::AnalysedRun run;
  analysis::Analysis result;
};

/// Analyses the results of one run and writes what it finds; warns, but tells nothing else. Throws InputError
/// or IoError on all ranks alike. Collective.
[[nodiscard]] RunAnalysis analyze_and_write(const boost::mpi::communicator& comm,
                                            const AnalyzeOptions& options);

/// The same for every point of a sweep that is complete and long enough, with tables against the swept keys.
/// Collective.
void analyze_sweep(const boost::mpi::communicator& comm, const AnalyzeOptions& options);

}  // namespace hopmc::cli
