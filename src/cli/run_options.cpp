#include "run_options.hpp"

#include <fmt/format.h>

#include <array>
#include <cstdlib>
#include <sstream>

#include "hopmc/config/shorthand.hpp"

namespace hopmc::cli {
namespace {

namespace po = boost::program_options;

/// Options that stand for one key of the input files.
struct KeyOption {
  const char* name;
  const char* key;
  const char* value_name;
  const char* about;
};
constexpr std::array<KeyOption, 5> key_options{{
    {"n-traj", "n_traj", "N", "number of trajectories"},
    {"seed", "random_seed", "N", "random seed"},
    {"t-final", "t_final", "S", "simulated time of a trajectory in seconds"},
    {"time-interval", "time_interval", "S", "time between frames in seconds"},
    {"replay", "replay", "pycd", "reproduce PyCD hop for hop"},
}};

po::options_description shown_options() {
  const auto text = [](const char* name) { return po::value<std::string>()->value_name(name); };
  po::options_description options("Options");
  auto add = options.add_options();
  add("output", text("DIR"), "where to write (default: the case directory)");
  add("formats", text("hdf5,npy"), "what to write, one or both (default: both)");
  for (const KeyOption& option : key_options) add(option.name, text(option.value_name), option.about);
  add("compression", text("none|lzf|gzip|blosc"),
      "of HDF5 datasets; also gzip:LEVEL and blosc[:zstd|:lz4][:LEVEL], LEVEL 0-9 (default: gzip:1)");
  add("set", po::value<std::vector<std::string>>()->value_name("KEY=VALUE")->composing(),
      "override any key of either input file, e.g. --set temp=400; may be repeated");
  add("sweep", po::value<std::vector<std::string>>()->value_name("KEY=VALUES")->composing(),
      "a run for each value of a numeric key, START:STOP:STEP or a list, e.g. temp=200:400:50 or "
      "temp=250,300; given again: for each combination");
  add("overwrite", "replace existing results; without it they are never touched");
  add("resume", "go on with a run that ended early, or extend one (larger --t-final or --n-traj)");
  add("time-limit", text("SECONDS"), "stop in good order after this time, to be resumed (exit status 75)");
  add("target-error", text("X"),
      "stop in good order once the relative standard error of every species' diffusivity is below X, "
      "e.g. 0.05 (exit status 0)");
  add("quiet", "print nothing but errors");
  add("progress", text("auto|on|off"), "whether to print progress lines (default: auto)");
  add("print-config", "show every value in force and where it came from, and stop");
  add("help,h", "this text");
  return options;
}

po::options_description hidden_options() {
  po::options_description options;
  options.add_options()("case", po::value<std::string>());
  return options;
}

std::string text_of(const po::variables_map& values, const char* name) {
  return values.count(name) > 0 ? values[name].as<std::string>() : std::string();
}

Progress progress_of(const std::string& text, Problems& problems) {
  if (text == "on") return Progress::on;
  if (text == "off") return Progress::off;
  if (text != "auto") {
    problems.add("command line", 0, "--progress", fmt::format("'{}' is none of auto, on, off", text));
  }
  return Progress::automatic;
}

std::optional<double> target_error_of(const std::string& text, Problems& problems) {
  char* end = nullptr;
  const double value = std::strtod(text.c_str(), &end);
  if (!text.empty() && *end == '\0' && value > 0 && value < 1) return value;
  problems.add("command line", 0, "--target-error",
               fmt::format("'{}' is no relative error; expected a number between 0 and 1, e.g. 0.05", text));
  return std::nullopt;
}

std::vector<config::Override> overrides_of(const po::variables_map& values, Problems& problems) {
  constexpr auto origin = config::Origin::command_line;
  std::vector<config::Override> overrides;
  const auto append = [&](const std::vector<config::Override>& more) {
    overrides.insert(overrides.end(), more.begin(), more.end());
  };
  // --set comes first, so that an option of its own wins over it.
  if (values.count("set") > 0) {
    append(set_overrides(values["set"].as<std::vector<std::string>>(), problems));
  }
  for (const KeyOption& option : key_options) {
    if (values.count(option.name) == 0) continue;
    const std::string value = text_of(values, option.name);
    const std::string shown = fmt::format("--{}", option.name);
    if (value.empty()) problems.add("command line", 0, shown, "needs a value");
    overrides.push_back({option.key, value, origin, shown});
  }
  if (values.count("formats") > 0) {
    append(config::formats_override(text_of(values, "formats"), origin, "--formats", problems));
  }
  if (values.count("compression") > 0) {
    append(config::compression_override(text_of(values, "compression"), origin, "--compression", problems));
  }
  return overrides;
}

/// A swept key cannot be set as well.
void require_free_keys(const RunOptions& options, Problems& problems) {
  for (const config::SweepAxis& axis : options.sweep) {
    for (const config::Override& o : options.overrides) {
      if (o.key != axis.key) continue;
      problems.add("command line", 0, o.shown_as, fmt::format("'{}' is swept (--sweep)", axis.key));
    }
  }
}

/// The options that decide on the configuration, as they were given.
std::vector<std::string> settings_of(const po::variables_map& values) {
  std::vector<std::string> settings;
  for (const char* name : {"sweep", "set"}) {
    if (values.count(name) == 0) continue;
    for (const std::string& text : values[name].as<std::vector<std::string>>()) {
      settings.insert(settings.end(), {fmt::format("--{}", name), text});
    }
  }
  std::vector<const char*> names{"formats", "compression"};
  for (const KeyOption& option : key_options) names.push_back(option.name);
  for (const char* name : names) {
    if (values.count(name) == 0) continue;
    settings.insert(settings.end(), {fmt::format("--{}", name), text_of(values, name)});
  }
  return settings;
}

}  // namespace

RunOptions parse_run_options(Arguments arguments) {
  po::positional_options_description positional;
  positional.add("case", 1);
  const po::variables_map values = parse_options(arguments, shown_options(), hidden_options(), positional);
  RunOptions options;
  options.help = values.count("help") > 0;
  if (options.help) return options;
  Problems problems;
  options.case_directory = text_of(values, "case");
  if (options.case_directory.empty()) {
    problems.add("command line", 0, "", "no case directory given (see hopmc run --help)");
  }
  options.output = output_of(values, "", problems);
  options.overwrite = values.count("overwrite") > 0;
  options.resume = values.count("resume") > 0;
  if (options.resume && options.overwrite) {
    problems.add("command line", 0, "--resume", "cannot be given together with --overwrite");
  }
  if (values.count("time-limit") > 0) {
    options.time_limit = number_not_negative("--time-limit", text_of(values, "time-limit"));
  }
  if (values.count("target-error") > 0) {
    options.target_error = target_error_of(text_of(values, "target-error"), problems);
  }
  options.quiet = values.count("quiet") > 0;
  options.print_config = values.count("print-config") > 0;
  if (values.count("progress") > 0) options.progress = progress_of(text_of(values, "progress"), problems);
  options.overrides = overrides_of(values, problems);
  if (values.count("sweep") > 0) {
    options.sweep = config::parse_sweep(values["sweep"].as<std::vector<std::string>>(), problems);
  }
  require_free_keys(options, problems);
  options.settings = settings_of(values);
  problems.throw_if_any();
  return options;
}

std::string run_help() {
  std::ostringstream options;
  options << shown_options();
  return "Usage: hopmc run CASE [options]\n"
         "       mpirun -n N hopmc run CASE [options]\n\n"
         "Simulates the trajectories of a case directory, writes them, and validates what was written.\n"
         "The results depend on the case and the seed alone, not on the number of processes.\n"
         "A sweep makes a run for every point, one after another, each in a directory of its own "
         "(DIR/temp=200);\n"
         "hopmc analyze DIR compares them.\n\n" +
         options.str() + "\n" +
         help_section(
             "Files",
             {{"CASE/simulation_parameters.yml", "the run"},
              {"CASE/InputFiles/sys_config.yml", "the material"},
              {"CASE/InputFiles/POSCAR", "the unit cell"},
              {"DIR/trajectory_data.h5", "every trajectory (docs/file_format.md)"},
              {"DIR/trajectory_data.parts/", "its part files, with io.ranks_per_file"},
              {"DIR/traj<N>/*.npy", "the same numbers"},
              {"DIR/run_metadata.json", "what the npy files belong to, and their checksums"},
              {"DIR/checkpoint.json", "what --resume needs"},
              {"DIR/validation.json", "the comparison of both formats"},
              {"DIR/sweep.json, DIR/KEY=VALUE/", "of a sweep: its points, and all of the above of each"}}) +
         "\n" +
         help_section("Environment (stronger than the input files, weaker than options)",
                      {{"HOPMC_FORMATS", "as --formats"},
                       {"HOPMC_COMPRESSION", "as --compression"},
                       {"HOPMC_OUTPUT", "as --output"}}) +
         "\n" + exit_status_help();
}

}  // namespace hopmc::cli
