#include "analyze_exact.hpp"

#include <fmt/format.h>

#include "console.hpp"
#include "hopmc/analysis/exact_msd.hpp"
#include "hopmc/analysis/exact_occupation.hpp"
#include "hopmc/analysis/report.hpp"
#include "hopmc/energy/model.hpp"
#include "hopmc/kmc/dopings.hpp"
#include "run_setup.hpp"

namespace hopmc::cli {
namespace {

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

}  // namespace

void analyze_exactly(const AnalyzeOptions& options) {
  require_no_analysis(options, options.output, analysis::exact_file_name);
  const config::CaseFiles files = config::read_case_files(options.path, options.overrides);
  Problems problems;
  const config::LoadedConfig loaded = config::load(files, options.overrides, problems);
  problems.throw_if_any();
  const energy::Model model = energy::build_model(files, loaded, problems);
  problems.throw_if_any();
  require_exact(model, files.simulation_parameters.path);
  if (!options.quiet) {
    for (const std::string& warning : warnings_of(loaded, model)) print_warning(warning);
  }
  const int species = model.carrier_species.front();
  const auto dopings = kmc::draw_dopings(model, loaded.run, loaded.sources);
  const energy::Doping doping = dopings.empty() ? energy::Doping{} : dopings.front();
  const energy::Species& about = model.species[static_cast<std::size_t>(species)];
  const config::MsdConfig& msd = loaded.run.msd;
  analysis::ExactResult exact;
  exact.name = about.name;
  exact.charge = about.charge;
  exact.kT = model.kT;
  exact.volume = analysis::supercell_volume(model.crystal, model.supercell);
  exact.field = model.field;
  exact.lags =
      analysis::plan_lags(msd, model.n_frames, model.time_interval, files.simulation_parameters.path);
  exact.transport = analysis::exact_transport(model, species, doping);
  exact.occupation = analysis::exact_class_occupation(model, species, doping, exact.transport);
  exact.shells = analysis::exact_shell_occupation(model, species, doping, exact.transport);
  exact.msd = analysis::exact_msd(model, species, model.time_interval, exact.lags.n_lags, doping);
  analysis::write_exact(options.output, exact, msd);
  if (!options.quiet) {
    print(analysis::to_text(exact, msd) + fmt::format("\nwritten to {}\n", options.output.string()));
  }
}

}  // namespace hopmc::cli
