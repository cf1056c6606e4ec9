#include "hopmc/validate/run_record.hpp"

#include <fmt/format.h>
#include "hopmc/config/frame_count.hpp"

#include <cmath>
#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>
#include <system_error>
#include <vector>

#include "hopmc/units/units.hpp"
#include "hopmc/validate/text_output.hpp"

namespace hopmc::validate {
namespace {

using nlohmann::json;

constexpr const char* record_format = "hopmc-run-record";
constexpr int record_version = 1;

template <class Matrix>
json rows_of(const Matrix& m) {
  json rows = json::array();
  for (int r = 0; r < 3; ++r) rows.push_back({m(r, 0), m(r, 1), m(r, 2)});
  return rows;
}

json to_json(const trajectory::RunMetadata& m) {
  return {
      {"simulation_info",
       {{"version", m.version}, {"created_on", m.created_on}, {"pycd_version", m.pycd_version}}},
      {"system_info",
       {{"lattice_matrix", rows_of(m.lattice_matrix)},
        {"pbc", m.pbc},
        {"system_size", m.system_size},
        {"species_count", m.species_count},
        {"species_types", m.species_types},
        {"temperature", m.temperature}}},
      {"simulation_params",
       {{"time_interval", m.time_interval},
        {"t_final", m.t_final},
        {"n_traj", m.n_traj},
        {"random_seed", m.random_seed},
        {"n_frames", m.n_frames}}},
      {"provenance",
       {{"command_line", m.command_line},
        {"git_commit", m.git_commit},
        {"build_type", m.build_type},
        {"compiler", m.compiler},
        {"mpi_version", m.mpi_version},
        {"hdf5_version", m.hdf5_version},
        {"rng", m.rng},
        {"ranks", m.ranks},
        {"effective_config", m.effective_config},
        {"simulation_parameters_yml", m.simulation_parameters_yml},
        {"sys_config_yml", m.sys_config_yml},
        {"poscar", m.poscar}}},
  };
}

void read_input_part(const json& j, trajectory::RunMetadata& m) {
  const json& system = j.at("system_info");
  for (int r = 0; r < 3; ++r) {
    for (int c = 0; c < 3; ++c) {
      m.lattice_matrix(r, c) = system.at("lattice_matrix")
                                   .at(static_cast<std::size_t>(r))
                                   .at(static_cast<std::size_t>(c))
                                   .get<double>();
    }
  }
  system.at("pbc").get_to(m.pbc);
  system.at("system_size").get_to(m.system_size);
  system.at("species_count").get_to(m.species_count);
  system.at("species_types").get_to(m.species_types);
  system.at("temperature").get_to(m.temperature);
  const json& parameters = j.at("simulation_params");
  parameters.at("time_interval").get_to(m.time_interval);
  parameters.at("t_final").get_to(m.t_final);
  parameters.at("n_traj").get_to(m.n_traj);
  parameters.at("random_seed").get_to(m.random_seed);
  parameters.at("n_frames").get_to(m.n_frames);
}

void read_provenance(const json& j, trajectory::RunMetadata& m) {
  const json& info = j.at("simulation_info");
  info.at("version").get_to(m.version);
  info.at("created_on").get_to(m.created_on);
  info.at("pycd_version").get_to(m.pycd_version);
  const json& p = j.at("provenance");
  p.at("command_line").get_to(m.command_line);
  p.at("git_commit").get_to(m.git_commit);
  p.at("build_type").get_to(m.build_type);
  p.at("compiler").get_to(m.compiler);
  p.at("mpi_version").get_to(m.mpi_version);
  p.at("hdf5_version").get_to(m.hdf5_version);
  p.at("rng").get_to(m.rng);
  p.at("ranks").get_to(m.ranks);
  p.at("effective_config").get_to(m.effective_config);
  p.at("simulation_parameters_yml").get_to(m.simulation_parameters_yml);
  p.at("sys_config_yml").get_to(m.sys_config_yml);
  p.at("poscar").get_to(m.poscar);
}

/// The number as the input has it; a way through atomic units and back could change its last bit.
double input_number(const config::LoadedConfig& config, const std::string& key, double otherwise) {
  for (const auto& k : config.keys) {
    if (k.key != key) continue;
    char* end = nullptr;
    const double value = std::strtod(k.value.c_str(), &end);
    if (end != k.value.c_str() && *end == '\0') return value;
  }
  return otherwise;
}

}  // namespace

std::string checksum_name(std::int64_t trajectory, const trajectory::ColumnSpec& spec) {
  return fmt::format("{}/{}", trajectory::directory_name(trajectory), spec.npy_name);
}

void write_run_record(const std::filesystem::path& directory, const RunRecord& record) {
  json document = {{"format", record_format}, {"format_version", record_version}};
  document.update(to_json(record.metadata));
  document["checksums"] = record.checksums;
  // Comments of input files need not be UTF-8; what is not is replaced, which changes no key and no number.
  write_text(directory / run_record_name,
             document.dump(1, ' ', false, json::error_handler_t::replace) + "\n");
}

RunRecord read_run_record(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) throw IoError(fmt::format("{}: cannot be read", file.string()));
  try {
    const json document = json::parse(in);
    if (document.at("format") != record_format || document.at("format_version") != record_version) {
      throw IoError(fmt::format("{}: not a run record of this version", file.string()));
    }
    RunRecord record;
    read_input_part(document, record.metadata);
    read_provenance(document, record.metadata);
    document.at("checksums").get_to(record.checksums);
    return record;
  } catch (const json::exception&) {
    throw IoError(fmt::format("{}: damaged, or not a run record", file.string()));
  }
}

std::int64_t expected_frames(const config::RunConfig& run) {
  if (run.output.write_every_step || run.time_interval <= 0) return -1;
  return config::frame_count(run);
}

void describe_input(const config::CaseFiles& files, const config::LoadedConfig& config,
                    const lattice::Crystal& crystal, trajectory::RunMetadata& metadata) {
  const config::RunConfig& run = config.run;
  metadata.lattice_matrix = crystal.lattice;
  for (std::size_t d = 0; d < 3; ++d) {
    metadata.pbc[d] = run.periodic[d] ? 1 : 0;
    metadata.system_size[d] = run.system_size[static_cast<Eigen::Index>(d)];
  }
  metadata.species_count.clear();
  metadata.species_types.clear();
  for (const auto& species : run.material.species) {
    metadata.species_count.push_back(species.count);
    metadata.species_types.push_back(species.name);
  }
  metadata.temperature = run.temperature;
  metadata.time_interval = input_number(config, "time_interval", run.time_interval * units::atomic_time);
  metadata.t_final = input_number(config, "t_final", run.t_final * units::atomic_time);
  metadata.n_traj = run.n_traj;
  metadata.random_seed = run.random_seed;
  metadata.n_frames = expected_frames(run);
  metadata.effective_config = config.effective_yaml();
  metadata.simulation_parameters_yml = files.simulation_parameters.text;
  metadata.sys_config_yml = files.sys_config.text;
  metadata.poscar = files.poscar.text;
}

}  // namespace hopmc::validate
