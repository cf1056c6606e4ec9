#include "hopmc/analysis/analysed_run.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <system_error>

#include "hopmc/analysis/unwrap.hpp"
#include "hopmc/config/frame_count.hpp"
#include "hopmc/energy/model.hpp"
#include "hopmc/ensemble/checkpoint.hpp"
#include "hopmc/lattice/hop_table.hpp"
#include "hopmc/lattice/poscar.hpp"
#include "hopmc/trajectory/columns.hpp"
#include "hopmc/units/units.hpp"
#include "hopmc/validate/run_record.hpp"
#include "hopmc/validate/stored_configuration.hpp"

namespace hopmc::analysis {
namespace {

namespace fs = std::filesystem;
using trajectory::Column;

[[noreturn]] void refuse(const std::string& place, const std::string& message) {
  throw InputError(Problem{place, 0, "", message});
}

/// Files and overrides that describe a run.
struct Description {
  config::CaseFiles files;
  std::vector<config::Override> overrides;
};

Description description_of(const trajectory::RunMetadata& metadata, const std::string& place) {
  validate::StoredConfiguration stored = validate::stored_configuration(metadata);
  if (!stored.problem.empty()) refuse(place, stored.problem);
  return {std::move(stored.files), std::move(stored.overrides)};
}

std::vector<CarrierGroup> carrier_groups(const config::RunConfig& run, const lattice::Crystal& crystal) {
  std::vector<CarrierGroup> groups;
  Eigen::Index first = 0;
  for (const config::Species& species : run.material.species) {
    if (species.count == 0) continue;
    CarrierGroup group{species.name, species.charge, first, species.count, {}};
    for (const std::string& element : species.elements) {
      const std::vector<int> sites = crystal.sites_of(crystal.find_element(element));
      group.basis.insert(group.basis.end(), sites.begin(), sites.end());
    }
    std::sort(group.basis.begin(), group.basis.end());
    first += species.count;
    groups.push_back(std::move(group));
  }
  return groups;
}

/// Where it is doped: the kinds of dopants, and the shells of hops among the sites of their hosts.
void describe_doping(const config::LoadedConfig& loaded, const lattice::HopTable& hops, AnalysedRun& run) {
  for (const config::DopantKind& given : loaded.run.doping.kinds) {
    energy::DopantKind kind;
    kind.given = given;
    kind.host = run.crystal.find_element(given.host);
    kind.reach = energy::reach_of(given);
    run.dopant_kinds.push_back(kind);
    if (given.count == 0 || run.dopant_shells.contains(kind.host)) continue;
    run.dopant_shells.emplace(kind.host, lattice::ShellMap(run.crystal, run.supercell, hops, kind.host));
  }
}

void describe_hops(const config::LoadedConfig& loaded, AnalysedRun& run) {
  Problems problems;
  const lattice::HopTable hops = lattice::build_hop_table(run.crystal, loaded, problems);
  if (!loaded.run.doping.kinds.empty()) {
    problems.throw_if_any();
    describe_doping(loaded, hops, run);
  }
  const lattice::ImageSearch images = period_images(run.crystal, run.supercell);
  for (const CarrierGroup& group : run.species) {
    const lattice::Hop* hop = lattice::find_ambiguous_hop(hops, group.basis, images);
    if (hop != nullptr && !run.ambiguous_hop) run.ambiguous_hop = hop->vector.norm();
  }
}

void describe(const Description& description, std::span<const config::Override> msd_overrides,
              AnalysedRun& run) {
  std::vector<config::Override> overrides = description.overrides;
  overrides.insert(overrides.end(), msd_overrides.begin(), msd_overrides.end());
  Problems problems;
  const config::LoadedConfig loaded = config::load(description.files, overrides, problems);
  problems.throw_if_any();
  run.crystal = lattice::read_crystal(description.files.poscar, loaded, problems);
  problems.throw_if_any();
  run.config = loaded.run;
  run.supercell = lattice::Supercell(run.config.system_size, run.config.periodic, run.crystal.n_basis());
  run.field = energy::field_vector(run.config.field, run.crystal.lattice);
  run.kT = run.config.temperature * units::kelvin_in_hartree;
  run.species = carrier_groups(run.config, run.crystal);
  for (const CarrierGroup& group : run.species) run.n_carriers += group.count;
  run.n_frames = config::frame_count(run.config);
  describe_hops(loaded, run);
}

void open_hdf5(const fs::path& file, std::span<const config::Override> overrides, AnalysedRun& run) {
  auto reader = trajectory::Hdf5Reader::open(file);
  const trajectory::RunMetadata metadata = reader->metadata();
  run.place = file.string();
  run.format = "hdf5";
  run.created_on = metadata.created_on;
  describe(description_of(metadata, run.place), overrides, run);
  run.reader = std::move(reader);
}

/// PyCD leaves no record, may have one frame more or less than hopmc would write, and does not say where its
/// dopants are in a way that is read here.
void describe_by_case(const fs::path& directory, std::span<const config::Override> overrides,
                      AnalysedRun& run) {
  std::error_code error;
  if (!fs::exists(directory / "simulation_parameters.yml", error)) {
    throw IoError(
        fmt::format("{}: holds no results that say what they are ({}, or traj<N> directories with "
                    "{} or simulation_parameters.yml)",
                    directory.string(), trajectory::shared_file_name, validate::run_record_name));
  }
  describe({config::read_case_files(directory, {}), {}}, overrides, run);
  run.dopant_kinds.clear();
}

/// Those that were validated, or that the checkpoint has at their end.
std::set<std::int64_t> ended_trajectories(const fs::path& directory, const validate::RunRecord& record,
                                          std::int64_t n_traj) {
  std::set<std::int64_t> ended;
  for (std::int64_t t = 0; t < n_traj; ++t) {
    const std::string prefix = trajectory::directory_name(t) + "/";
    const auto first = record.checksums.lower_bound(prefix);
    if (first != record.checksums.end() && first->first.starts_with(prefix)) ended.insert(t);
  }
  const ensemble::FoundCheckpoint found = ensemble::find_checkpoint(directory);
  if (!found.checkpoint) return ended;
  for (const auto& [number, trajectory] : found.checkpoint->trajectories) {
    if (trajectory.complete) ended.insert(number);
  }
  return ended;
}

void open_npy(const fs::path& directory, std::span<const config::Override> overrides, AnalysedRun& run) {
  run.place = directory.string();
  run.format = "npy";
  const fs::path record_file = directory / validate::run_record_name;
  std::error_code error;
  const bool has_record = fs::exists(record_file, error);
  if (has_record) {
    const validate::RunRecord record = validate::read_run_record(record_file);
    run.created_on = record.metadata.created_on;
    describe(description_of(record.metadata, record_file.string()), overrides, run);
    if (run.config.output.write_every_step) {
      run.ended = ended_trajectories(directory, record, run.config.n_traj);
    }
  } else {
    describe_by_case(directory, overrides, run);
  }
  run.reader = trajectory::open_npy(directory, trajectory::make_layout(run.config.output, run.n_carriers,
                                                                       run.n_frames, run.supercell.n_sites())
                                                   .columns);
  const auto found = run.reader->trajectories();
  if (has_record || found.empty() || run.config.output.write_every_step) return;
  const auto column = positions_column(run, found.front());
  if (!column) return;
  const auto stored = run.reader->find(found.front(), *column);
  if (stored && !stored->shape.empty()) run.n_frames = stored->shape.front();
}

/// Whether all frames are there.
bool is_complete(const AnalysedRun& run, std::int64_t trajectory, std::int64_t rows) {
  const auto* hdf5 = dynamic_cast<const trajectory::Hdf5Reader*>(run.reader.get());
  if (hdf5 != nullptr && hdf5->attributes(trajectory).status != "complete") return false;
  if (run.config.output.write_every_step) return !run.ended || run.ended->contains(trajectory);
  return rows == run.n_frames;
}

}  // namespace

AnalysedRun open_run(const fs::path& path, Format format, std::span<const config::Override> msd_overrides) {
  std::error_code error;
  const fs::file_status status = fs::status(path, error);
  if (!fs::exists(status)) throw IoError(fmt::format("{}: no such file or directory", path.string()));
  const bool is_file = !fs::is_directory(status);
  const fs::path file = is_file ? path : path / trajectory::shared_file_name;
  const fs::path directory = is_file ? path.parent_path() : path;
  AnalysedRun run;
  if (format == Format::hdf5 || (format == Format::any && fs::exists(fs::symlink_status(file, error)))) {
    open_hdf5(file, msd_overrides, run);
  } else {
    open_npy(directory.empty() ? fs::path(".") : directory, msd_overrides, run);
  }
  return run;
}

std::optional<Column> positions_column(const AnalysedRun& run, std::int64_t trajectory) {
  for (const Column column : {Column::unwrapped, Column::wrapped}) {
    if (run.reader->find(trajectory, column)) return column;
  }
  return std::nullopt;
}

void require_positions(const AnalysedRun& run, std::int64_t trajectory, Column column,
                       const trajectory::StoredColumn& stored) {
  const std::int64_t width = 3 * run.n_carriers;
  if (stored.dtype == "<f8" && stored.shape.size() == 2 && stored.shape[1] == width) return;
  throw IoError(fmt::format("{}: is not an array of [frames, {}] numbers of type <f8",
                            run.reader->place(trajectory, column), width));
}

std::vector<std::int64_t> complete_trajectories(const AnalysedRun& run, bool skip_incomplete) {
  const std::vector<std::int64_t> found = run.reader->trajectories();
  std::vector<std::int64_t> complete;
  std::string first_incomplete;
  for (const std::int64_t t : found) {
    if (t >= run.config.n_traj) continue;  // left over from a longer run
    const auto column = positions_column(run, t);
    if (!column) {
      refuse(run.reader->place(t, Column::unwrapped),
             "is not there; the analysis needs unwrapped or wrapped coordinates "
             "(output_data.unwrapped_traj.write)");
    }
    const auto stored = run.reader->find(t, *column);
    require_positions(run, t, *column, *stored);
    if (is_complete(run, t, stored->shape.front())) {
      complete.push_back(t);
    } else if (first_incomplete.empty()) {
      first_incomplete = fmt::format("; trajectory {} has {} frames of {}", t + 1, stored->shape.front(),
                                     run.config.output.write_every_step ? "a hop each, and is not at its end"
                                                                        : std::to_string(run.n_frames));
    }
  }
  if (complete.empty()) refuse(run.place, "there is no complete trajectory" + first_incomplete);
  const auto n = static_cast<std::int64_t>(complete.size());
  if (n < run.config.n_traj && !skip_incomplete) {
    refuse(run.place,
           fmt::format("{} of {} trajectories are complete{}; finish the run (hopmc run --resume), or leave "
                       "the others out (--skip-incomplete)",
                       n, run.config.n_traj, first_incomplete));
  }
  return complete;
}

}  // namespace hopmc::analysis
