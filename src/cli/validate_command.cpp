#include <fmt/format.h>

#include <fstream>
#include <optional>
#include <sstream>

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
         "that all of it is there, and that it agrees with the run's own parameters.\n\n" +
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

}  // namespace

int validate_command(Arguments arguments) {
  const po::variables_map values = parse_path_and_options(arguments, "validate", shown_options());
  std::optional<double> tolerance;
  if (values.count("tolerance") > 0) {
    tolerance = number_not_negative("--tolerance", values["tolerance"].as<std::string>());
  }
  return on_one_process([&] {
    if (values.count("help") > 0) {
      print(help_text());
      return to_int(ExitStatus::success);
    }
    const bool quiet = values.count("quiet") > 0;
    const auto& path = values["path"].as<std::string>();
    const validate::Report report = validate::validate(path, tolerance);
    if (values.count("json") > 0) {
      write_json(values["json"].as<std::string>(), validate::to_json(report));
    } else {
      write_beside(path, report, quiet);
    }
    print_report(report, quiet);
    return to_int(report.ok() ? ExitStatus::success : ExitStatus::validation_mismatch);
  });
}

}  // namespace hopmc::cli
