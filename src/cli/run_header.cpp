#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <set>

#include "build_info.hpp"
#include "doping_note.hpp"
#include "hopmc/ensemble/progress.hpp"
#include "hopmc/units/units.hpp"
#include "output_size.hpp"
#include "run_setup.hpp"

namespace hopmc::cli {
namespace {

std::string line(const char* name, const std::string& value) {
  return fmt::format("  {:<13}{}\n", name, value);
}

std::string counted(std::int64_t count, const std::string& one, const std::string& many) {
  return fmt::format("{} {}", count, count == 1 ? one : many);
}

std::string supercell_text(const energy::Model& model) {
  const lattice::Supercell& cell = model.supercell;
  std::string along;
  for (std::size_t d = 0; d < 3; ++d) {
    if (cell.periodic()[d]) along += (along.empty() ? "" : ", ") + std::string(1, "abc"[d]);
  }
  const Eigen::Vector3i& size = cell.size();
  return fmt::format("{} x {} x {} unit cells, {} sites, {}", size[0], size[1], size[2], cell.n_sites(),
                     along.empty() ? "not periodic" : "periodic along " + along);
}

std::string carriers_text(const config::RunConfig& run) {
  std::vector<std::string> parts;
  for (const config::Species& species : run.material.species) {
    if (species.count == 0) continue;
    parts.push_back(fmt::format("{} on {}", counted(species.count, species.name, species.name + "s"),
                                fmt::join(species.elements, ", ")));
  }
  return fmt::format("{}, {:g} K", fmt::join(parts, "; "), run.temperature);
}

/// Numbers of hops out of the sites of a species: "9", or "6 to 8" where sites differ.
std::string hops_text(const energy::Model& model) {
  std::vector<std::string> parts;
  for (const energy::Species& species : model.species) {
    if (species.count == 0) continue;
    std::set<std::size_t> counts;
    for (const int b : species.basis) counts.insert(model.hops[static_cast<std::size_t>(b)].size());
    const std::string range = counts.size() == 1 ? fmt::format("{}", *counts.begin())
                                                 : fmt::format("{} to {}", *counts.begin(), *counts.rbegin());
    parts.push_back(fmt::format("{} from every site of the {}", range, species.name));
  }
  return fmt::format("{}", fmt::join(parts, "; "));
}

std::string ewald_text(const energy::EwaldParameters& ewald) {
  return fmt::format(
      "alpha {:.4g} bohr^-2, r_cut {:.4g} bohr, k_cut {:.4g} bohr^-1, error of a hop energy about {:.1g} eV",
      ewald.alpha, ewald.r_cut, ewald.k_cut, ewald.error_estimate / units::ev_in_hartree);
}

std::string frames_text(const RunSetup& setup, int ranks) {
  const config::RunConfig& run = setup.config.run;
  const std::string frames =
      setup.n_frames() < 0 ? "a frame a hop"
                           : fmt::format("{}, one every {}", counted(setup.n_frames(), "frame", "frames"),
                                         ensemble::short_time(run.time_interval * units::atomic_time));
  return fmt::format("{} of {} ({}) on {}", counted(run.n_traj, "trajectory", "trajectories"),
                     ensemble::short_time(run.t_final * units::atomic_time), frames,
                     counted(ranks, "rank", "ranks"));
}

std::string compression_text(const config::OutputConfig& output) {
  switch (output.compression) {
    case config::Compression::none:
      break;
    case config::Compression::gzip:
      return fmt::format("gzip {}", output.compression_level);
    case config::Compression::lzf:
      return "lzf";
    case config::Compression::blosc:
      return fmt::format("blosc {} {}", output.blosc_codec == config::BloscCodec::lz4 ? "lz4" : "zstd",
                         output.compression_level);
  }
  return "not compressed";
}

std::string output_text(const RunSetup& setup) {
  const config::OutputConfig& output = setup.config.run.output;
  std::vector<std::string> formats;
  if (output.hdf5) {
    formats.push_back(fmt::format("HDF5, {}", compression_text(output)));
  }
  if (output.npy) formats.emplace_back("npy");
  return fmt::format("{} ({})", setup.output.string(), fmt::join(formats, "; "));
}

std::string doping_text(const RunSetup& setup) {
  if (setup.dopings.empty()) return "";
  std::string text = line("doping", dopant_kinds_text(setup.model));
  const auto shown = std::min<std::size_t>(setup.dopings.size(), dopings_shown);
  for (std::size_t t = 0; t < shown; ++t) {
    text += line(
        "", fmt::format("trajectory {}: {}", t + 1, doping_line(doping_note(setup.model, setup.dopings[t]))));
  }
  return text;
}

}  // namespace

std::string header_text(const RunSetup& setup, const trajectory::Layout& layout, int ranks,
                        const std::string& earlier_run) {
  const config::RunConfig& run = setup.config.run;
  std::vector<std::string_view> columns;
  for (const auto& spec : layout.columns) columns.push_back(trajectory::info(spec.column).path);
  std::string text = fmt::format("hopmc {}\n", program_version());
  text += line("case", fmt::format("{} ({})", setup.files.directory, run.material.name));
  text += line("supercell", supercell_text(setup.model));
  text += line("carriers", carriers_text(run));
  text += line("hops", hops_text(setup.model));
  text += doping_text(setup);
  text += line("Ewald sum", ewald_text(setup.model.ewald));
  text += line("simulation", frames_text(setup, ranks));
  text += line("random seed", run.random_seed_float ? fmt::format("{}", *run.random_seed_float)
                                                    : fmt::format("{}", run.random_seed));
  if (run.replay_pycd) text += line("mode", "replay of PyCD");
  text += line("columns", fmt::format("{}", fmt::join(columns, ", ")));
  text += line("output", output_text(setup));
  const std::string size = output_size_text(setup, layout);
  if (!size.empty()) text += line("size", size);
  if (!earlier_run.empty()) text += line("goes on with", earlier_run);
  return text;
}

}  // namespace hopmc::cli
