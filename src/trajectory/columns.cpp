#include "hopmc/trajectory/columns.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <stdexcept>

#include "hopmc/config/errors.hpp"

namespace hopmc::trajectory {

namespace {

constexpr std::size_t largest_block_bytes = std::size_t{1} << 30;

constexpr std::size_t block_target_bytes = std::size_t{1} << 20;
constexpr std::size_t hop_chunk_target_bytes = std::size_t{256} << 10;
/// Below this the cost of a collective write outweighs that of its bytes.
constexpr std::int64_t least_chunk_frames = 64;
constexpr std::string_view frame_time_file = "time.npy";
constexpr std::string_view about_states =
    "state of each site: 0 empty, 1 a carrier of the first species, 2 of the second, ...";

void add_if(Layout& layout, Column column, const config::OutputItem& item) {
  if (!item.write) return;
  const int per_carrier = info(column).values_per_carrier;
  const std::size_t width = per_carrier > 0 ? static_cast<std::size_t>(per_carrier * layout.n_carriers) : 1;
  layout.columns.push_back({column, width, item.file_name, info(column).about});
}

void refuse_shared_files(const std::vector<ColumnSpec>& columns) {
  for (auto a = columns.begin(); a != columns.end(); ++a) {
    const auto twin = std::find_if(std::next(a), columns.end(),
                                   [&](const ColumnSpec& b) { return b.npy_name == a->npy_name; });
    if (twin == columns.end()) continue;
    throw InputError({"", 0, "output_data",
                      fmt::format("{} and {} would be written to the same file {}", info(a->column).path,
                                  info(twin->column).path, a->npy_name)});
  }
}

std::int64_t choose_chunk_frames(std::size_t frame_bytes, std::int64_t n_frames, std::int64_t most) {
  const auto target =
      static_cast<std::int64_t>(std::bit_floor(std::max(block_target_bytes / frame_bytes, std::size_t{1})));
  const std::int64_t chosen = std::min(std::max(target, least_chunk_frames), most);
  return n_frames < 0 ? chosen : std::clamp<std::int64_t>(n_frames, 1, chosen);
}

/// The chunk that was asked for, no longer than the trajectory and no larger than a block may be; else a
/// chosen one.
std::int64_t chunk_frames(const config::OutputConfig& output, std::size_t frame_bytes,
                          std::int64_t n_frames) {
  const auto most = static_cast<std::int64_t>(largest_block_bytes / frame_bytes);
  if (most == 0) {
    throw InputError(
        Problem{"", 0, "output_data",
                fmt::format("a frame would take {:.3g} GB; expected 1 GiB at most: write less of "
                            "each carrier, or not the occupancy of every site",
                            static_cast<double>(frame_bytes) / 1e9)});
  }
  if (!output.chunk_frames) return choose_chunk_frames(frame_bytes, n_frames, most);
  const std::int64_t frames = n_frames < 0 ? *output.chunk_frames : std::min(*output.chunk_frames, n_frames);
  if (frames > most) {
    throw InputError(
        Problem{"", 0, "output_config.hdf5_options.chunks",
                fmt::format("a chunk of {} frames would take more than 1 GiB of memory on every rank; "
                            "expected true or at most {} frames",
                            frames, most)});
  }
  return frames;
}

}  // namespace

const ColumnSpec* Layout::find(Column column) const {
  const auto found =
      std::find_if(columns.begin(), columns.end(), [&](const ColumnSpec& c) { return c.column == column; });
  return found == columns.end() ? nullptr : &*found;
}

std::size_t Layout::block_bytes() const {
  std::size_t bytes = 0;
  for (const ColumnSpec& spec : columns) {
    bytes += spec.row_bytes() * static_cast<std::size_t>(chunk_rows(info(spec.column).axis));
  }
  return bytes;
}

Layout make_layout(const config::OutputConfig& output, std::int64_t n_carriers, std::int64_t n_frames,
                   std::int64_t n_sites) {
  if (n_carriers < 1) throw std::invalid_argument("make_layout: there must be at least one carrier");
  Layout layout;
  layout.n_carriers = n_carriers;
  add_if(layout, Column::unwrapped, output.unwrapped);
  add_if(layout, Column::wrapped, output.wrapped);
  add_if(layout, Column::time, {true, std::string(frame_time_file)});
  add_if(layout, Column::energy, output.energy);
  add_if(layout, Column::delg_0, output.delg_0);
  add_if(layout, Column::potential, output.potential);
  add_if(layout, Column::occupancy, output.occupancy);
  if (output.occupancy.write && output.occupancy_of_every_site) {
    layout.n_states = n_sites;
    layout.columns.back().width = static_cast<std::size_t>(n_sites);
    layout.columns.back().about = about_states;
  }
  add_if(layout, Column::hop_time, output.time);
  refuse_shared_files(layout.columns);

  std::size_t frame_bytes = 0;
  std::size_t hop_bytes = 0;
  for (const ColumnSpec& spec : layout.columns) {
    (info(spec.column).axis == Axis::frame ? frame_bytes : hop_bytes) += spec.row_bytes();
  }
  layout.chunk_frames = chunk_frames(output, frame_bytes, n_frames);
  if (hop_bytes > 0) layout.chunk_hops = static_cast<std::int64_t>(hop_chunk_target_bytes / hop_bytes);
  return layout;
}

std::string group_name(std::int64_t trajectory, std::int64_t n_traj) {
  const std::size_t digits = std::max<std::size_t>(3, fmt::formatted_size("{}", n_traj));
  return fmt::format("traj_{:0{}}", trajectory + 1, digits);
}

std::string directory_name(std::int64_t trajectory) {
  return fmt::format("traj{}", trajectory + 1);
}

}  // namespace hopmc::trajectory
