#include "analyze_options.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <sstream>
#include <system_error>

#include "hopmc/analysis/report.hpp"
#include "hopmc/config/run_config.hpp"

namespace hopmc::cli {
namespace {

namespace fs = std::filesystem;
namespace po = boost::program_options;

po::options_description shown_options() {
  const auto text = [](const char* name) { return po::value<std::string>()->value_name(name); };
  po::options_description options("Options");
  auto add = options.add_options();
  add("from", text("h5|npy"), "what to read (default: trajectory_data.h5 if it is there)");
  add("set", po::value<std::vector<std::string>>()->value_name("KEY=VALUE")->composing(),
      "override a key of the analysis: msd_t_final, trim_length, n_dim, equilibration_time, repr_time, "
      "repr_dist, display_error_bars (with --exact any key); may be repeated");
  add("output", text("OUT"), "where to write (default: analysis/ in DIR or CASE)");
  add("overwrite", "replace the results of an earlier analysis");
  add("skip-incomplete", "leave out trajectories that are not complete, instead of refusing");
  add("msd-data", "write PyCD's MSD_Data_*.npy too");
  add("exact",
      "of a CASE with a lone carrier: the exact answer from its rate matrix (doped: for the first "
      "trajectory's "
      "dopants)");
  add("quiet", "print nothing but errors");
  add("help,h", "this text");
  return options;
}

/// What decided on the results of a run can no longer be changed.
void require_analysis_keys(const AnalyzeOptions& options, Problems& problems) {
  const auto& keys = config::analysis_keys;
  for (const config::Override& o : options.overrides) {
    if (options.exact || std::find(keys.begin(), keys.end(), o.key) != keys.end()) continue;
    problems.add("command line", 0, o.shown_as,
                 fmt::format("'{}' belongs to the run; expected one of {}", o.key, fmt::join(keys, ", ")));
  }
}

}  // namespace

std::string analyze_help() {
  std::ostringstream options;
  options << shown_options();
  return "Usage: hopmc analyze DIR [options]\n"
         "       mpirun -n N hopmc analyze DIR [options]\n"
         "       hopmc analyze --exact CASE [options]\n\n"
         "Mean square displacements, diffusivities and mobilities with their errors, the Haven ratio, "
         "drift,\n"
         "distances between carriers and occupation of sites, from the results of a run: a table here, and\n"
         "files (plotted by scripts/plot_msd.py). The results do not depend on the number of processes.\n"
         "Of a sweep, every point that is complete is analysed, and tables against the swept keys are made, "
         "of\n"
         "temp with Arrhenius' law (plotted by scripts/plot_sweep.py).\n\n" +
         options.str() + "\n" +
         help_section("Files", {{"DIR/trajectory_data.h5, DIR/traj<N>/*.npy", "what is read"},
                                {"DIR/sweep.json", "of a sweep: its points, which are read"},
                                {"OUT/analysis.json", "every number of the table"},
                                {"OUT/msd_<species>.csv", "mean square displacements"},
                                {"OUT/distances.csv", "mean distances between carriers"},
                                {"OUT/sweep_analysis.json, OUT/sweep.csv", "of a sweep: the tables"},
                                {"OUT/exact.json, OUT/exact_msd_<species>.csv", "the same of --exact"}}) +
         "\n" + exit_status_help();
}

AnalyzeOptions parse_analyze_options(Arguments arguments) {
  const po::variables_map values = parse_path_and_options(arguments, "analyze", shown_options());
  AnalyzeOptions options;
  options.help = values.count("help") > 0;
  if (options.help) return options;
  Problems problems;
  options.path = values["path"].as<std::string>();
  if (values.count("from") > 0) options.format = format_of(values["from"].as<std::string>(), problems);
  if (values.count("set") > 0) {
    options.overrides = set_overrides(values["set"].as<std::vector<std::string>>(), problems);
  }
  options.exact = values.count("exact") > 0;
  options.overwrite = values.count("overwrite") > 0;
  options.skip_incomplete = values.count("skip-incomplete") > 0;
  options.msd_data = values.count("msd-data") > 0;
  options.quiet = values.count("quiet") > 0;
  options.output =
      output_of(values, results_directory(options.path) / analysis::default_analysis_directory, problems);
  require_analysis_keys(options, problems);
  problems.throw_if_any();
  return options;
}

void require_no_analysis(const AnalyzeOptions& options, const fs::path& output, std::string_view name) {
  std::error_code error;
  const fs::path file = output / name;
  if (options.overwrite || !fs::exists(fs::symlink_status(file, error))) return;
  throw InputError(Problem{file.string(), 0, "",
                           "is there already; --overwrite replaces it, --output OUT writes elsewhere"});
}

}  // namespace hopmc::cli
