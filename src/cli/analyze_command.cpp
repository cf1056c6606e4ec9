#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <boost/mpi/collectives.hpp>
#include <boost/mpi/communicator.hpp>
#include <boost/mpi/environment.hpp>
#include <filesystem>
#include <sstream>
#include <system_error>

#include "all_ranks.hpp"
#include "commands.hpp"
#include "console.hpp"
#include "hopmc/analysis/analyze.hpp"
#include "hopmc/analysis/exact_msd.hpp"
#include "hopmc/analysis/exact_occupation.hpp"
#include "hopmc/analysis/report.hpp"
#include "hopmc/analysis/unwrap.hpp"
#include "hopmc/energy/model.hpp"
#include "hopmc/ensemble/communicator.hpp"
#include "hopmc/kmc/dopings.hpp"

namespace hopmc::cli {
namespace {

namespace fs = std::filesystem;
namespace po = boost::program_options;
using Communicator = boost::mpi::communicator;

struct AnalyzeOptions {
  fs::path path;
  fs::path output;  ///< directory of the results of the analysis
  analysis::Format format = analysis::Format::any;
  bool exact = false;
  bool overwrite = false;
  bool skip_incomplete = false;
  bool msd_data = false;
  bool quiet = false;
  std::vector<config::Override> overrides;
};

po::options_description shown_options() {
  const auto text = [](const char* name) { return po::value<std::string>()->value_name(name); };
  po::options_description options("Options");
  auto add = options.add_options();
  add("from", text("h5|npy"), "what to read (default: trajectory_data.h5 if it is there)");
  add("set", po::value<std::vector<std::string>>()->value_name("KEY=VALUE")->composing(),
      "override a key of the analysis: msd_t_final, trim_length, n_dim, repr_time, repr_dist, "
      "display_error_bars (with --exact any key); may be repeated");
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

std::string help_text() {
  std::ostringstream options;
  options << shown_options();
  return "Usage: hopmc analyze DIR [options]\n"
         "       mpirun -n N hopmc analyze DIR [options]\n"
         "       hopmc analyze --exact CASE [options]\n\n"
         "Mean square displacements, diffusivities and mobilities with their errors, the Haven ratio, "
         "drift,\n"
         "distances between carriers and occupation of sites, from the results of a run: a table here, and\n"
         "files (plotted by scripts/plot_msd.py). The results do not depend on the number of processes.\n\n" +
         options.str() + "\n" +
         help_section("Files", {{"DIR/trajectory_data.h5, DIR/traj<N>/*.npy", "what is read"},
                                {"OUT/analysis.json", "every number of the table"},
                                {"OUT/msd_<species>.csv", "mean square displacements"},
                                {"OUT/distances.csv", "mean distances between carriers"},
                                {"OUT/exact.json, OUT/exact_msd_<species>.csv", "the same of --exact"}}) +
         "\n" + exit_status_help();
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

AnalyzeOptions options_of(const po::variables_map& values) {
  AnalyzeOptions options;
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
  const fs::path directory = fs::is_directory(options.path) ? options.path : options.path.parent_path();
  options.output = values.count("output") > 0 ? fs::path(values["output"].as<std::string>())
                                              : directory / analysis::default_analysis_directory;
  require_analysis_keys(options, problems);
  problems.throw_if_any();
  return options;
}

void require_no_results(const AnalyzeOptions& options, std::string_view name) {
  std::error_code error;
  const fs::path file = options.output / name;
  if (options.overwrite || !fs::exists(fs::symlink_status(file, error))) return;
  throw InputError(Problem{file.string(), 0, "",
                           "is there already; --overwrite replaces it, --output OUT writes elsewhere"});
}

void analyze_run(const Communicator& comm, const AnalyzeOptions& options) {
  analysis::AnalysedRun run;
  std::vector<std::int64_t> trajectories;
  ensemble::agree(comm, [&] {
    run = analysis::open_run(options.path, options.format, options.overrides);
    if (comm.rank() > 0) return;
    require_no_results(options, analysis::analysis_file_name);
    trajectories = analysis::complete_trajectories(run, options.skip_incomplete);
  });
  auto count = static_cast<int>(trajectories.size());
  boost::mpi::broadcast(comm, count, 0);
  trajectories.resize(static_cast<std::size_t>(count));
  boost::mpi::broadcast(comm, trajectories.data(), count, 0);

  const analysis::Analysis result = analysis::analyze(comm, run, trajectories);
  ensemble::agree(comm, [&] {
    if (comm.rank() > 0) return;
    analysis::write_analysis(options.output, result, run);
    if (options.msd_data) {
      static_cast<void>(analysis::write_msd_data(options.output, result, run.config.msd));
    }
    if (options.quiet) return;
    if (result.ambiguous_steps > 0) print_warning(analysis::ambiguity_warning(result.ambiguous_steps));
    if (count < run.config.n_traj) {
      print_warning(fmt::format("{} of {} trajectories are not complete and left out",
                                run.config.n_traj - count, run.config.n_traj));
    }
    print(analysis::to_text(result, run) + fmt::format("\nwritten to {}\n", options.output.string()));
  });
}

/// Refuses what has no exact answer here.
void require_exact(const energy::Model& model, const std::string& place) {
  const auto refuse = [&](const char* key, const std::string& message) {
    throw InputError(
        Problem{place, 0, key, message + "; --exact is for a lone carrier in a periodic crystal"});
  };
  if (model.n_carriers() != 1) {
    refuse("species_count", fmt::format("asks for {} carriers", model.n_carriers()));
  }
  if (!model.supercell.fully_periodic()) refuse("pbc", "the system is not periodic in all directions");
  if (model.replay_pycd && model.field.squaredNorm() > 0) {
    throw InputError(
        Problem{place, 0, "external_field.electric",
                "acts on either charge alike in PyCD's rates, which replay: pycd follows; --exact "
                "gives the drift of hopmc's own rates only"});
  }
}

void analyze_exactly(const AnalyzeOptions& options) {
  require_no_results(options, analysis::exact_file_name);
  const config::CaseFiles files = config::read_case_files(options.path, options.overrides);
  Problems problems;
  const config::LoadedConfig loaded = config::load(files, options.overrides, problems);
  problems.throw_if_any();
  const energy::Model model = energy::build_model(files, loaded, problems);
  problems.throw_if_any();
  require_exact(model, files.simulation_parameters.path);
  const int species = model.carrier_species.front();
  const auto dopings = kmc::draw_dopings(model, loaded.run, loaded.sources);
  const energy::Doping doping = dopings.empty() ? energy::Doping{} : dopings.front();
  const energy::Species& about = model.species[static_cast<std::size_t>(species)];
  const config::MsdConfig& msd = loaded.run.msd;
  analysis::ExactResult exact;
  exact.name = about.name;
  exact.charge = about.charge;
  exact.kT = model.kT;
  exact.field = model.field;
  exact.transport = analysis::exact_transport(model, species, doping);
  exact.occupation = analysis::exact_class_occupation(model, species, doping, exact.transport);
  exact.shells = analysis::exact_shell_occupation(model, species, doping, exact.transport);
  exact.lags =
      analysis::plan_lags(msd, model.n_frames, model.time_interval, files.simulation_parameters.path);
  exact.msd = analysis::exact_msd(model, species, model.time_interval, exact.lags.n_lags, doping);
  analysis::write_exact(options.output, exact, msd);
  if (!options.quiet) {
    print(analysis::to_text(exact, msd) + fmt::format("\nwritten to {}\n", options.output.string()));
  }
}

}  // namespace

int analyze_command(Arguments arguments) {
  const po::variables_map values = parse_path_and_options(arguments, "analyze", shown_options());
  if (values.count("help") > 0) {
    if (launcher_rank() == 0) print(help_text());
    return to_int(ExitStatus::success);
  }
  const AnalyzeOptions options = options_of(values);
  if (options.exact) {
    return on_one_process([&] {
      analyze_exactly(options);
      return to_int(ExitStatus::success);
    });
  }
  const boost::mpi::environment environment(false);
  const Communicator world;
  return guarded(world, [&] {
    analyze_run(world, options);
    return to_int(ExitStatus::success);
  });
}

}  // namespace hopmc::cli
