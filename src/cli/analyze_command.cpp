#include <fmt/format.h>

#include <boost/mpi/collectives.hpp>
#include <boost/mpi/communicator.hpp>
#include <boost/mpi/environment.hpp>
#include <system_error>

#include "all_ranks.hpp"
#include "analyze_exact.hpp"
#include "analyze_options.hpp"
#include "analyze_run.hpp"
#include "commands.hpp"
#include "console.hpp"
#include "hopmc/analysis/report.hpp"
#include "hopmc/validate/sweep_record.hpp"

namespace hopmc::cli {
namespace {

void analyze_run(const boost::mpi::communicator& comm, const AnalyzeOptions& options) {
  const RunAnalysis about = analyze_and_write(comm, options);
  on_first_rank(comm, [&] {
    if (options.quiet) return;
    print(analysis::to_text(about.result, about.run) +
          fmt::format("\nwritten to {}\n", options.output.string()));
  });
}

/// Rank 0 looks.
bool is_sweep(const boost::mpi::communicator& comm, const std::filesystem::path& path) {
  std::error_code error;
  bool found = comm.rank() == 0 && std::filesystem::exists(path / validate::sweep_record_name, error);
  boost::mpi::broadcast(comm, found, 0);
  return found;
}

}  // namespace

int analyze_command(Arguments arguments) {
  const AnalyzeOptions options = parse_analyze_options(arguments);
  if (options.help) {
    if (launcher_rank() == 0) print(analyze_help());
    return to_int(ExitStatus::success);
  }
  if (options.exact) {
    return on_one_process([&] {
      analyze_exactly(options);
      return to_int(ExitStatus::success);
    });
  }
  const boost::mpi::environment environment(false);
  const boost::mpi::communicator world;
  return guarded(world, [&] {
    if (is_sweep(world, options.path)) {
      analyze_sweep(world, options);
    } else {
      analyze_run(world, options);
    }
    return to_int(ExitStatus::success);
  });
}

}  // namespace hopmc::cli
