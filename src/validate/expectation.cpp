#include "expectation.hpp"

#include <fmt/format.h>

#include <Eigen/LU>
#include <algorithm>
#include <utility>

#include "hopmc/config/load.hpp"
#include "hopmc/lattice/poscar.hpp"
#include "hopmc/validate/run_record.hpp"
#include "hopmc/validate/stored_configuration.hpp"

namespace hopmc::validate {
namespace {

std::int64_t carriers_of(const config::RunConfig& run) {
  std::int64_t n = 0;
  for (const auto& species : run.material.species) n += species.count;
  return n;
}

Geometry geometry_of(const config::RunConfig& run, lattice::Crystal crystal) {
  Geometry g;
  g.crystal = std::move(crystal);
  g.supercell = lattice::Supercell(run.system_size, run.periodic, g.crystal.n_basis());
  g.cell = run.system_size.cast<double>().asDiagonal() * g.crystal.lattice;
  g.inverse_cell = g.cell.inverse();
  for (const auto& species : run.material.species) {
    std::vector<bool> allowed(g.crystal.basis.size(), false);
    for (const auto& element : species.elements) {
      const int index = g.crystal.find_element(element);
      if (index < 0) continue;
      for (const int b : g.crystal.sites_of(index)) allowed[static_cast<std::size_t>(b)] = true;
    }
    g.carrier_species.insert(g.carrier_species.end(), static_cast<std::size_t>(species.count),
                             static_cast<int>(g.basis_allowed.size()));
    g.basis_allowed.push_back(std::move(allowed));
  }
  return g;
}

Expectation expectation_of(const config::CaseFiles& files, const config::LoadedConfig& loaded,
                           lattice::Crystal crystal) {
  const config::RunConfig& run = loaded.run;
  Expectation e;
  e.n_traj = run.n_traj;
  e.n_frames = expected_frames(run);
  e.layout =
      trajectory::make_layout(run.output, carriers_of(run), e.n_frames,
                              lattice::Supercell(run.system_size, run.periodic, crystal.n_basis()).n_sites());
  e.time_interval = run.time_interval;
  e.every_step = run.output.write_every_step;
  e.replay_pycd = run.replay_pycd;
  e.doping = run.doping;
  e.hdf5 = run.output.hdf5;
  e.npy = run.output.npy;
  e.compare_formats = run.output.cross_format_check;
  e.tolerance = run.output.tolerance;
  e.described.emplace();
  describe_input(files, loaded, crystal, *e.described);
  e.geometry = geometry_of(run, std::move(crystal));
  return e;
}

std::optional<Expectation> build(const config::CaseFiles& files,
                                 const std::vector<config::Override>& overrides, Problems& problems) {
  const config::LoadedConfig loaded = config::load(files, overrides, problems);
  if (!problems.empty()) return std::nullopt;
  lattice::Crystal crystal = lattice::read_crystal(files.poscar, loaded, problems);
  if (!problems.empty()) return std::nullopt;
  return expectation_of(files, loaded, std::move(crystal));
}

}  // namespace

std::optional<Expectation> expectation_from(const trajectory::RunMetadata& metadata, const std::string& place,
                                            MismatchLog& log) {
  const StoredConfiguration stored = stored_configuration(metadata);
  Problems problems;
  if (!stored.problem.empty()) {
    log.add("stored configuration", place, stored.problem);
    return std::nullopt;
  }
  auto result = build(stored.files, stored.overrides, problems);
  for (const Problem& problem : problems.list()) {
    log.add("stored configuration", place, "the stored input is not usable: " + problem.text());
  }
  return result;
}

std::optional<Expectation> expectation_from_case(const std::filesystem::path& directory) {
  try {
    Problems problems;
    return build(config::read_case_files(directory, {}), {}, problems);
  } catch (const Error&) {
    return std::nullopt;  // no case directory: the results must speak for themselves
  }
}

std::vector<trajectory::ColumnSpec> default_npy_columns() {
  config::OutputConfig output;
  output.wrapped.write = output.energy.write = output.delg_0.write = true;
  output.potential.write = output.occupancy.write = true;
  return trajectory::make_layout(output, 1, -1, 1).columns;
}

std::vector<trajectory::ColumnSpec> npy_columns_of(const std::filesystem::path& directory) {
  try {
    MismatchLog ignored;
    const RunRecord record = read_run_record(directory / run_record_name);
    if (const auto e = expectation_from(record.metadata, "", ignored)) return e->layout.columns;
  } catch (const Error&) {
    // no record, or a damaged one: the usual names are the best guess
  }
  return default_npy_columns();
}

Expectation guessed_expectation(const trajectory::Reader& reader) {
  Expectation e;
  const std::vector<trajectory::ColumnSpec> candidates = default_npy_columns();
  e.layout.columns.clear();
  e.layout.chunk_frames = e.layout.chunk_hops = 4096;
  const auto found = reader.trajectories();
  for (trajectory::ColumnSpec spec : candidates) {
    for (const std::int64_t t : found) {
      std::optional<trajectory::StoredColumn> stored;
      try {
        stored = reader.find(t, spec.column);
      } catch (const Error&) {
        continue;  // reported when the trajectory itself is looked at
      }
      if (!stored) continue;
      spec.width = stored->shape.size() > 1 ? static_cast<std::size_t>(stored->shape[1]) : 1;
      e.layout.columns.push_back(spec);
      const int per_carrier = trajectory::info(spec.column).values_per_carrier;
      if (per_carrier > 0 && e.layout.n_carriers == 0) {
        e.layout.n_carriers = std::max<std::int64_t>(1, static_cast<std::int64_t>(spec.width) / per_carrier);
      }
      break;
    }
  }
  return e;
}

}  // namespace hopmc::validate
