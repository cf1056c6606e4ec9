#include <fmt/format.h>

#include <boost/mpi/collectives.hpp>
#include <boost/mpi/environment.hpp>
#include <fstream>
#include <optional>
#include <sstream>

#include "all_ranks.hpp"
#include "commands.hpp"
#include "console.hpp"
#include "hopmc/validate/validate.hpp"

namespace hopmc::cli {
namespace {

namespace po = boost::program_options;

po::options_description shown_options() {
  po::options_description options("Options");
  auto add = options.add_options();
  add("tolerance", po::value<std::string>()->value_name("X"),
      "relative difference above which a deviation is called large (default: that of the run); any differing "
      "bit is a mismatch");
  add("json", po::value<std::string>()->value_name("FILE"),
      "write the report there (default: DIR/validation.json; of a copy FILE.h5, "
      "FILE.h5.validation.json)");
  add("quiet", "print nothing but mismatches");
  add("help,h", "this text");
  return options;
}

std::string help_text() {
  std::ostringstream options;
  options << shown_options();
  return "Usage: hopmc validate DIR [options]\n"
         "       hopmc validate FILE.h5 [options]\n\n"
         "Reads trajectory_data.h5 and the traj<N> directories of a run and checks that both hold the same "
         "bits,\n"
         "that all of it is there, and that it agrees with the run's own parameters. Under mpirun the ranks\n"
         "deal out the trajectories among them.\n\n" +
         options.str() + "\n" +
         help_section(
             "Files",
             {{"DIR/trajectory_data.h5", "every trajectory"},
              {"DIR/traj<N>/*.npy, DIR/run_metadata.json", "the same numbers, and what they belong to"},
              {"DIR/validation.json", "the report, for programs"},
              {"FILE.h5.validation.json", "the same of a file not called trajectory_data.h5"}}) +
         "\n" + exit_status_help();
}

void write_json(const std::string& file, const std::string& text) {
  std::ofstream out(file, std::ios::binary);
  out << text;
  out.close();
  if (!out) throw IoError(fmt::format("{}: cannot be written", file));
}

/// The report belongs beside the results, but results may well be read-only.
void write_beside(const std::string& results, const validate::Report& report, bool quiet) {
  try {
    validate::write_report(results, report);
  } catch (const IoError& error) {
    if (!quiet) print_warning(error.what());
  }
}

void print_report(const validate::Report& report, bool quiet) {
  if (!quiet) {
    print(validate::to_text(report));
    return;
  }
  for (const auto& m : report.mismatches) print_error(m.place + ": " + m.message);
}

struct ValidateOptions {
  std::string path;
  std::string json;  ///< empty: beside the results
  std::optional<double> tolerance;
  bool quiet = false;
};

/// Writes and prints what was found; the exit status.
int tell(const ValidateOptions& options, const validate::Report& report) {
  if (options.json.empty()) {
    write_beside(options.path, report, options.quiet);
  } else {
    write_json(options.json, validate::to_json(report));
  }
  print_report(report, options.quiet);
  return to_int(report.ok() ? ExitStatus::success : ExitStatus::validation_mismatch);
}

int validate_together(const ValidateOptions& options) {
  const boost::mpi::environment environment(false);
  const boost::mpi::communicator world;
  return guarded(world, [&] {
    const validate::Report report = validate::validate(world, options.path, options.tolerance);
    int status = to_int(ExitStatus::success);
    on_first_rank(world, [&] { status = tell(options, report); });
    boost::mpi::broadcast(world, status, 0);
    return status;
  });
}

}  // namespace

int validate_command(Arguments arguments) {
  const po::variables_map values = parse_path_and_options(arguments, "validate", shown_options());
  if (values.count("help") > 0) {
    return on_one_process([] {
      print(help_text());
      return to_int(ExitStatus::success);
    });
  }
  ValidateOptions options;
  options.path = values["path"].as<std::string>();
  options.quiet = values.count("quiet") > 0;
  if (values.count("json") > 0) options.json = values["json"].as<std::string>();
  if (values.count("tolerance") > 0) {
    options.tolerance = number_not_negative("--tolerance", values["tolerance"].as<std::string>());
  }
  // Alone it does without MPI, which some machines start within a batch job only.
  if (launched_with_others()) return validate_together(options);
  return on_one_process([&] { return tell(options, validate::validate(options.path, options.tolerance)); });
}

}  // namespace hopmc::cli
