#include <fmt/format.h>

#include <boost/mpi/collectives.hpp>
#include <boost/mpi/communicator.hpp>
#include <boost/mpi/environment.hpp>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <functional>
#include <span>
#include <sstream>
#include <string_view>
#include <system_error>

#include "all_ranks.hpp"
#include "commands.hpp"
#include "console.hpp"
#include "hopmc/analysis/unwrap.hpp"
#include "hopmc/ensemble/checkpoint.hpp"
#include "hopmc/ensemble/communicator.hpp"
#include "hopmc/trajectory/npy_header.hpp"
#include "hopmc/validate/run_record.hpp"
#include "hopmc/validate/text_output.hpp"

namespace hopmc::cli {
namespace {

namespace fs = std::filesystem;
namespace po = boost::program_options;
using Communicator = boost::mpi::communicator;
using trajectory::Column;

struct UnwrapOptions {
  fs::path path;
  fs::path results;  ///< directory of what is read
  fs::path output;
  analysis::Format format = analysis::Format::any;
  bool overwrite = false;
  bool quiet = false;
};

po::options_description shown_options() {
  const auto text = [](const char* name) { return po::value<std::string>()->value_name(name); };
  po::options_description options("Options");
  auto add = options.add_options();
  add("from", text("h5|npy"), "what to read (default: trajectory_data.h5 if it is there)");
  add("output", text("OUT"), "where to write (default: unwrapped/ in DIR)");
  add("overwrite", "replace files of an earlier unwrap; those of a run never");
  add("quiet", "print nothing but errors and warnings");
  add("help,h", "this text");
  return options;
}

std::string help_text() {
  std::ostringstream options;
  options << shown_options();
  return "Usage: hopmc unwrap DIR [options]\n"
         "       mpirun -n N hopmc unwrap DIR [options]\n\n"
         "Continuous displacements from wrapped coordinates: every step between frames is the shortest "
         "image\n"
         "across the periodic faces of the supercell. Carriers must move less than half a supercell between\n"
         "frames; steps about as long as that are counted in a warning, and there is one where the supercell "
         "is so\n"
         "small that a single hop is not told from another.\n\n" +
         options.str() + "\n" +
         help_section("Files",
                      {{"DIR/trajectory_data.h5, DIR/traj<N>/*.npy", "what is read"},
                       {"OUT/traj<N>/unwrapped_traj.npy", "displacements, [frames, 3 carriers] in bohr"}}) +
         "\n" + exit_status_help();
}

UnwrapOptions options_of(const po::variables_map& values) {
  UnwrapOptions options;
  Problems problems;
  options.path = values["path"].as<std::string>();
  if (values.count("from") > 0) options.format = format_of(values["from"].as<std::string>(), problems);
  options.results = results_directory(options.path);
  options.output = output_of(values, options.results / analysis::unwrapped_directory, problems);
  options.overwrite = values.count("overwrite") > 0;
  options.quiet = values.count("quiet") > 0;
  problems.throw_if_any();
  return options;
}

fs::path file_of(const UnwrapOptions& options, std::int64_t trajectory) {
  return options.output / trajectory::directory_name(trajectory) / analysis::unwrapped_file_name;
}

/// Whether a directory is that of the results, or holds those of another run.
bool holds_a_run(const UnwrapOptions& options) {
  std::error_code error;
  const auto holds = [&](std::string_view name) {
    return fs::exists(fs::symlink_status(options.output / name, error));
  };
  return fs::equivalent(options.output, options.results, error) || holds(trajectory::shared_file_name) ||
         holds(validate::run_record_name) || holds(ensemble::checkpoint_name);
}

/// A run's own arrays have the names of those that are written here.
void require_other_directory(const UnwrapOptions& options, const std::vector<std::int64_t>& trajectories) {
  constexpr const char* refusal =
      "holds the results of a run, which are not to be replaced; --output OUT writes elsewhere";
  if (holds_a_run(options)) throw InputError(Problem{options.output.string(), 0, "", refusal});
  Problems problems;
  for (const std::int64_t t : trajectories) {
    const std::string name = trajectory::directory_name(t);
    std::error_code error;
    if (!fs::equivalent(options.output / name, options.results / name, error)) continue;
    problems.add((options.output / name).string(), 0, "", refusal);
  }
  problems.throw_if_any();
}

void require_no_files(const UnwrapOptions& options, const std::vector<std::int64_t>& trajectories) {
  Problems problems;
  std::error_code error;
  for (const std::int64_t t : trajectories) {
    const fs::path file = file_of(options, t);
    if (options.overwrite || !fs::exists(fs::symlink_status(file, error))) continue;
    problems.add(file.string(), 0, "",
                 "is there already; --overwrite replaces it, --output OUT writes elsewhere");
  }
  problems.throw_if_any();
}

/// Under another name until it is whole. Returns the number of ambiguous steps.
std::int64_t write_unwrapped(const analysis::AnalysedRun& run, std::int64_t trajectory,
                             const fs::path& file) {
  std::error_code error;
  fs::create_directories(file.parent_path(), error);
  if (error) throw IoError(fmt::format("{}: {}", file.parent_path().string(), error.message()));
  const fs::path unfinished = file.string() + ".part";
  const auto rows = run.reader->find(trajectory, Column::wrapped)->shape.front();
  const trajectory::ColumnSpec spec{Column::unwrapped, static_cast<std::size_t>(3 * run.n_carriers),
                                    analysis::unwrapped_file_name};
  std::int64_t ambiguous = 0;
  try {
    errno = 0;
    std::ofstream out(unfinished, std::ios::binary);
    if (!out) validate::fail_to_write(file, errno);
    out << trajectory::npy_header(spec, rows);
    ambiguous =
        analysis::for_each_unwrapped(run, trajectory, [&](std::int64_t, const analysis::Positions& block) {
          const auto bytes = std::as_bytes(std::span(block.data(), static_cast<std::size_t>(block.size())));
          errno = 0;
          out.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
          if (!out) validate::fail_to_write(file, errno);
        });
    errno = 0;
    out.close();
    if (!out) validate::fail_to_write(file, errno);
    fs::rename(unfinished, file, error);
    if (error) throw IoError(fmt::format("{}: {}", file.string(), error.message()));
  } catch (const Error&) {
    fs::remove(unfinished, error);
    throw;
  }
  return ambiguous;
}

void unwrap(const Communicator& comm, const UnwrapOptions& options) {
  analysis::AnalysedRun run;
  std::vector<std::int64_t> trajectories;
  ensemble::agree(comm, [&] {
    run = analysis::open_run(options.path, options.format, {});
    trajectories = run.reader->trajectories();
    if (trajectories.empty()) throw IoError(run.place + ": holds no trajectories");
    for (const std::int64_t t : trajectories) {
      const auto stored = run.reader->find(t, Column::wrapped);
      if (!stored) {
        throw InputError(Problem{run.reader->place(t, Column::wrapped), 0, "",
                                 "is not there; unwrapping needs output_data.wrapped_traj.write"});
      }
      analysis::require_positions(run, t, Column::wrapped, *stored);
    }
    if (comm.rank() > 0) return;
    require_other_directory(options, trajectories);
    require_no_files(options, trajectories);
  });
  std::int64_t ambiguous = 0;
  ensemble::agree(comm, [&] {
    for (auto i = static_cast<std::size_t>(comm.rank()); i < trajectories.size();
         i += static_cast<std::size_t>(comm.size())) {
      ambiguous += write_unwrapped(run, trajectories[i], file_of(options, trajectories[i]));
    }
  });
  std::int64_t sum = 0;
  boost::mpi::reduce(comm, ambiguous, sum, std::plus<>(), 0);
  on_first_rank(comm, [&] {
    const std::string warning = analysis::ambiguity_warning(run, sum);
    if (!warning.empty()) print_warning(warning);
    if (!options.quiet) {
      print(fmt::format("{} trajectories unwrapped, written to {}\n", trajectories.size(),
                        options.output.string()));
    }
  });
}

}  // namespace

int unwrap_command(Arguments arguments) {
  const po::variables_map values = parse_path_and_options(arguments, "unwrap", shown_options());
  if (values.count("help") > 0) {
    if (launcher_rank() == 0) print(help_text());
    return to_int(ExitStatus::success);
  }
  const UnwrapOptions options = options_of(values);
  const boost::mpi::environment environment(false);
  const Communicator world;
  return guarded(world, [&] {
    unwrap(world, options);
    return to_int(ExitStatus::success);
  });
}

}  // namespace hopmc::cli
