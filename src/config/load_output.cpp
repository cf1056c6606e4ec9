#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>
#include <map>
#include <utility>

#include "loaders.hpp"
#include "scalars.hpp"

namespace hopmc::config {
namespace {

constexpr const char* hdf5_key = "output_config.formats.hdf5";
constexpr const char* pycd_hdf5_key = "output_data.hdf5_output.enabled";
constexpr const char* npy_only_key = "output_config.npy_only_warning";
constexpr const char* frame_times_file = "time.npy";
constexpr int highest_level = 9;

using NamedItem = std::pair<const char*, OutputItem OutputConfig::*>;
constexpr std::array<NamedItem, 7> items{{{"unwrapped_traj", &OutputConfig::unwrapped},
                                          {"wrapped_traj", &OutputConfig::wrapped},
                                          {"time", &OutputConfig::time},
                                          {"energy", &OutputConfig::energy},
                                          {"delg_0", &OutputConfig::delg_0},
                                          {"potential", &OutputConfig::potential},
                                          {"occupancy", &OutputConfig::occupancy}}};

/// What is wrong with the name of an npy file; empty: nothing.
std::string file_name_fault(const std::string& name) {
  const std::string expected = "; expected a plain file name that ends in .npy";
  if (name.find('/') != std::string::npos) return fmt::format("'{}' has a '/'{}", name, expected);
  if (!name.ends_with(".npy") || name == ".npy") return fmt::format("is '{}'{}", name, expected);
  if (name == frame_times_file) return fmt::format("'{}' is the name of the file of frame times", name);
  return "";
}

void load_items(const LoadContext& context, OutputConfig& output) {
  std::map<std::string, std::string> owners;  // of the names of files that are written
  for (const auto& [name, member] : items) {
    const std::string section = fmt::format("output_data.{}", name);
    const std::string name_key = section + ".file_name";
    OutputItem& item = output.*member;
    item.write = context.values.flag(section + ".write").value_or(item.write);
    item.file_name = context.values.text(name_key).value_or(item.file_name);
    if (const std::string fault = file_name_fault(item.file_name); !fault.empty()) {
      context.complain(name_key, fault);
    }
    if (!item.write) continue;
    const auto [owner, is_new] = owners.emplace(item.file_name, section);
    if (!is_new) {
      context.complain(name_key, fmt::format("'{}' is also the file of {}; expected different names",
                                             item.file_name, owner->second));
    }
  }
}

const std::map<std::string, Compression> methods{{"none", Compression::none},
                                                 {"gzip", Compression::gzip},
                                                 {"lzf", Compression::lzf},
                                                 {"blosc", Compression::blosc}};

void load_compression(const LoadContext& context, OutputConfig& output) {
  const Values& values = context.values;
  const std::string level_key = "output_config.hdf5_options.compression_opts";
  if (const auto method = values.text("output_config.hdf5_options.compression")) {
    output.compression = methods.at(*method);
  }
  if (const auto codec = values.text("output_config.hdf5_options.blosc_codec")) {
    output.blosc_codec = *codec == "lz4" ? BloscCodec::lz4 : BloscCodec::zstd;
  }
  const auto level = values.integer(level_key);
  if (level && *level > highest_level) {
    context.complain(level_key, fmt::format("is {}; expected a level from 0 to 9", *level));
  } else if (level) {
    output.compression_level = static_cast<int>(*level);
  }
  output.shuffle = values.flag("output_config.hdf5_options.shuffle").value_or(output.shuffle);
  output.fletcher32 = values.flag("output_config.hdf5_options.fletcher32").value_or(output.fletcher32);
}

void load_chunks(const LoadContext& context, OutputConfig& output) {
  const std::string key = "output_config.hdf5_options.chunks";
  const auto text = context.values.text(key);
  if (!text) return;
  // "1" is a number of frames here, "true" leaves the choice to the program.
  output.chunk_frames = parse_integer(*text);
}

void load_buffers(const LoadContext& context, OutputConfig& output) {
  if (const auto text = context.values.text("io.buffer_memory")) {
    output.buffer_memory = parse_bytes(*text).value_or(output.buffer_memory);
  }
  output.flush_interval = context.values.number("io.flush_interval").value_or(output.flush_interval);
  const auto ranks = context.values.integer("io.ranks_per_file").value_or(output.ranks_per_file);
  output.ranks_per_file = static_cast<int>(std::min<std::int64_t>(ranks, std::numeric_limits<int>::max()));
  output.checkpoint_interval =
      context.values.number("io.checkpoint_interval").value_or(output.checkpoint_interval);
}

void load_formats(const LoadContext& context, OutputConfig& output) {
  output.npy = context.values.flag("output_config.formats.npy").value_or(output.npy);
  output.hdf5 = context.values.flag(key_that_decides_hdf5(context.values)).value_or(output.hdf5);
  if (!output.npy && !output.hdf5) {
    context.complain("output_config.formats", "neither npy nor hdf5 would be written; expected at least one");
  }
  if (output.npy && !output.hdf5 && context.values.flag(npy_only_key).value_or(true)) {
    // The sizes are those of the examples, docs/performance.md.
    context.warn(
        key_that_decides_hdf5(context.values),
        fmt::format("only npy is written; HDF5 keeps all trajectories with units, checksums and the "
                    "input in one file, 65 to 82 % smaller for the examples: --formats hdf5 or hdf5,npy (to "
                    "silence this: --set {}=0)",
                    npy_only_key));
  }
}

}  // namespace

std::string key_that_decides_hdf5(const Values& values) {
  const Value* ours = values.find(hdf5_key);
  const Value* pycd = values.find(pycd_hdf5_key);
  if (ours == nullptr || pycd == nullptr) return hdf5_key;
  const bool pycd_is_stronger = pycd->node.source->origin > ours->node.source->origin;
  return pycd_is_stronger ? pycd_hdf5_key : hdf5_key;
}

void load_output(const LoadContext& context, OutputConfig& output) {
  const Values& values = context.values;
  load_items(context, output);
  output.write_every_step =
      values.flag("output_data.unwrapped_traj.write_every_step").value_or(output.write_every_step);
  output.occupancy_of_every_site =
      values.flag("output_data.occupancy.every_site").value_or(output.occupancy_of_every_site);
  load_formats(context, output);
  load_compression(context, output);
  load_chunks(context, output);
  load_buffers(context, output);
  output.cross_format_check =
      values.flag("output_config.validation.cross_format_check").value_or(output.cross_format_check);
  output.tolerance = values.number("output_config.validation.tolerance").value_or(output.tolerance);
}

}  // namespace hopmc::config
