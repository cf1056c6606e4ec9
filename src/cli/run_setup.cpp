#include "run_setup.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <boost/mpi/collectives.hpp>
#include <chrono>
#include <cstdlib>
#include <tuple>
#include <utility>

#include "build_info.hpp"
#include "doping_note.hpp"
#include "hopmc/config/shorthand.hpp"
#include "hopmc/ensemble/communicator.hpp"
#include "hopmc/kmc/dopings.hpp"
#include "hopmc/lattice/hop_table.hpp"
#include "hopmc/lattice/poscar.hpp"
#include "hopmc/validate/run_record.hpp"

namespace hopmc::cli {
namespace {

/// PyCD has no releases to name.
constexpr const char* replayed_pycd_version = "unreleased";

void broadcast(const boost::mpi::communicator& comm, std::vector<config::Override>& overrides) {
  auto count = overrides.size();
  boost::mpi::broadcast(comm, count, 0);
  overrides.resize(count);
  for (config::Override& o : overrides) {
    auto origin = static_cast<int>(o.origin);
    boost::mpi::broadcast(comm, origin, 0);
    o.origin = static_cast<config::Origin>(origin);
    for (std::string* text : {&o.key, &o.value, &o.shown_as}) boost::mpi::broadcast(comm, *text, 0);
  }
}

/// Where results go, and what said so.
std::pair<std::string, std::string> output_of(const RunOptions& options) {
  if (!options.output.empty()) return {options.output, "--output"};
  const char* variable = std::getenv(config::output_variable);
  if (variable != nullptr && *variable != '\0') return {variable, config::output_variable};
  return {options.case_directory, "default"};
}

}  // namespace

std::int64_t RunSetup::n_frames() const {
  return config.run.output.write_every_step ? -1 : model.n_frames;
}

std::string utc_now() {
  return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(std::chrono::system_clock::now()));
}

RunInputs read_inputs(const boost::mpi::communicator& comm, const RunOptions& options) {
  RunInputs inputs;
  std::string output;
  // Launchers need not pass the environment on to other nodes: that of rank 0 counts.
  ensemble::agree(comm, [&] {
    if (comm.rank() != 0) return;
    inputs.overrides = config::environment_overrides();
    inputs.overrides.insert(inputs.overrides.end(), options.overrides.begin(), options.overrides.end());
    std::tie(output, inputs.output_source) = output_of(options);
    inputs.files = config::read_case_files(options.case_directory, inputs.overrides);
  });
  broadcast(comm, inputs.overrides);
  boost::mpi::broadcast(comm, output, 0);
  inputs.output = output;
  ensemble::broadcast(comm, inputs.files);
  return inputs;
}

RunSetup build_setup(const RunInputs& inputs) {
  RunSetup setup;
  setup.files = inputs.files;
  setup.output = inputs.output;
  setup.output_source = inputs.output_source;
  Problems problems;
  setup.config = config::load(setup.files, inputs.overrides, problems);
  if (!problems.empty()) lattice::check_poscar(setup.files.poscar, problems);
  problems.throw_if_any();
  setup.model = energy::build_model(setup.files, setup.config, problems);
  problems.throw_if_any();
  setup.dopings = kmc::draw_dopings(setup.model, setup.config.run, setup.config.sources);
  return setup;
}

std::vector<std::string> warnings_of(const config::LoadedConfig& config, const energy::Model& model) {
  std::vector<std::string> warnings;
  for (const Problem& warning : config.warnings) warnings.push_back(warning.text());
  for (const auto& sentence : lattice::irreversible_hops(model.crystal, model.hops)) {
    warnings.push_back(sentence);
  }
  return warnings;
}

trajectory::RunMetadata metadata_of(const boost::mpi::communicator& comm, const RunSetup& setup,
                                    const std::string& command_line) {
  trajectory::RunMetadata m;
  const bool replay = setup.config.run.replay_pycd;
  validate::describe_input(setup.files, setup.config, setup.model.crystal, m);
  m.n_frames = setup.n_frames();
  m.version = program_version();
  m.created_on = utc_now();
  if (replay) m.pycd_version = replayed_pycd_version;
  m.command_line = command_line;
  m.git_commit = git_commit();
  m.build_type = build_type();
  m.compiler = compiler();
  m.mpi_version = mpi_version();
  m.hdf5_version = hdf5_version();
  m.rng = replay ? "MT19937 as in CPython, seeded in PyCD's order"
                 : "Philox4x64-10 keyed by (random_seed, trajectory)";
  m.ranks = comm.size();
  if (!setup.dopings.empty()) {
    m.note = [&setup](std::int64_t trajectory) {
      return doping_note(setup.model, setup.dopings.at(static_cast<std::size_t>(trajectory)));
    };
  }
  boost::mpi::broadcast(comm, m.created_on, 0);
  boost::mpi::broadcast(comm, m.command_line, 0);
  return m;
}

std::string print_config_text(const RunSetup& setup) {
  std::size_t width = 0;
  std::vector<std::pair<std::string, std::string>> lines{
      {"# output: " + setup.output.string(), setup.output_source}};
  for (const config::ResolvedKey& key : setup.config.keys) {
    lines.emplace_back(fmt::format("{}: {}", key.key, key.value), key.source);
    width = std::max(width, std::min<std::size_t>(lines.back().first.size(), 70));
  }
  std::string text;
  for (const auto& [line, source] : lines) {
    text += source.empty() ? line + "\n" : fmt::format("{:<{}}  # {}\n", line, width, source);
  }
  return text;
}

}  // namespace hopmc::cli
