#include "output_size.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <limits>
#include <system_error>

#include "hopmc/ensemble/progress.hpp"
#include "output_directory.hpp"

namespace hopmc::cli {
namespace {

namespace fs = std::filesystem;
using ensemble::byte_size;

/// Of compressed frames, as good as they get.
constexpr double best_compression = 0.1;

std::size_t row_bytes(const trajectory::Layout& layout, trajectory::Axis axis) {
  std::size_t bytes = 0;
  for (const trajectory::ColumnSpec& spec : layout.columns) {
    if (trajectory::info(spec.column).axis == axis) bytes += spec.row_bytes();
  }
  return bytes;
}

/// Bytes of all frames in one format, before compression; 0 where their number is not known.
double frame_bytes(const RunSetup& setup, const trajectory::Layout& layout) {
  if (setup.n_frames() < 0) return 0;
  return static_cast<double>(row_bytes(layout, trajectory::Axis::frame)) *
         static_cast<double>(setup.n_frames()) * static_cast<double>(setup.config.run.n_traj);
}

bool is_compressed(const config::OutputConfig& output) {
  return output.compression != config::Compression::none;
}

double bytes_of(const fs::path& path) {
  std::error_code error;
  if (!fs::is_directory(fs::symlink_status(path, error))) {
    const auto size = fs::file_size(path, error);
    return error ? 0 : static_cast<double>(size);
  }
  double bytes = 0;
  for (const auto& entry : fs::directory_iterator(path, error)) bytes += bytes_of(entry.path());
  return bytes;
}

/// Bytes that can be written; infinite where the file system does not tell.
double free_bytes(const fs::path& output, bool overwrite) {
  std::error_code error;
  fs::path existing = fs::absolute(output, error);
  while (!fs::exists(existing, error) && existing.has_relative_path()) existing = existing.parent_path();
  const fs::space_info space = fs::space(existing, error);
  if (error || space.capacity == 0) return std::numeric_limits<double>::infinity();
  auto bytes = static_cast<double>(space.available);
  if (!overwrite || !fs::is_directory(output, error)) return bytes;
  for (const fs::path& path : existing_results(output)) bytes += bytes_of(path);
  return bytes;
}

}  // namespace

std::string output_size_text(const RunSetup& setup, const trajectory::Layout& layout) {
  const config::OutputConfig& output = setup.config.run.output;
  if (setup.n_frames() < 0) return "";
  std::string text = fmt::format("{} of frames", byte_size(frame_bytes(setup, layout)));
  const std::size_t hop = row_bytes(layout, trajectory::Axis::hop);
  if (hop > 0) text += fmt::format(" and {} bytes a hop", hop);
  if (output.npy && output.hdf5) {
    text += is_compressed(output) ? " in npy, less in HDF5" : " in npy, as much in HDF5";
  } else if (output.hdf5 && is_compressed(output)) {
    text += ", less when compressed";
  }
  return text;
}

void require_space(const RunSetup& setup, const trajectory::Layout& layout, bool overwrite) {
  const double needed = frame_bytes(setup, layout);
  const double free = free_bytes(setup.output, overwrite);
  if (!setup.config.run.output.npy || needed <= free) return;
  throw IoError(
      fmt::format("{}: {} of frames in npy do not fit: {} are free there; a longer --time-interval makes "
                  "fewer frames, --formats hdf5 compresses them",
                  setup.output.string(), byte_size(needed), byte_size(free)));
}

std::string space_warning(const RunSetup& setup, const trajectory::Layout& layout, bool overwrite) {
  const config::OutputConfig& output = setup.config.run.output;
  const double frames = frame_bytes(setup, layout);
  const double in_hdf5 = frames * (is_compressed(output) ? best_compression : 1.0);
  const double needed = (output.npy ? frames : 0.0) + (output.hdf5 ? in_hdf5 : 0.0);
  const double free = free_bytes(setup.output, overwrite);
  if (needed <= free) return "";
  return fmt::format("{}: only {} are free there for {}", setup.output.string(), byte_size(free),
                     output_size_text(setup, layout));
}

}  // namespace hopmc::cli
