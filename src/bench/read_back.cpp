#include "read_back.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <random>
#include <span>

#include "hopmc/config/errors.hpp"
#include "hopmc/ensemble/patience.hpp"
#include "hopmc/trajectory/reader.hpp"

namespace hopmc::bench {
namespace {

using trajectory::Column;

constexpr std::size_t most_trajectories = 4;
constexpr std::int64_t single_frames = 64;

std::int64_t frames_of(const Blocks& blocks) {
  const trajectory::FrameBlock& last = *blocks.back();
  return last.first_row(trajectory::Axis::frame) + last.rows(trajectory::Axis::frame);
}

/// Where in the block a frame is, and which block.
struct Expected {
  const Blocks& blocks;
  const trajectory::Layout& layout;

  [[nodiscard]] std::span<const std::byte> frame(const trajectory::ColumnSpec& spec,
                                                 std::int64_t number) const {
    const auto& block = blocks[static_cast<std::size_t>(number / layout.chunk_frames)];
    return block->data(spec.column)
        .subspan(static_cast<std::size_t>(number % layout.chunk_frames) * spec.row_bytes(), spec.row_bytes());
  }
};

class Reading {
 public:
  Reading(const std::filesystem::path& directory, bool hdf5, const trajectory::Layout& layout)
      : layout_(layout) {
    if (hdf5) {
      reader_ = trajectory::Hdf5Reader::open(directory / trajectory::shared_file_name);
    } else {
      reader_ = trajectory::open_npy(directory, layout.columns);
    }
  }

  /// Each returns the seconds that reading took.
  double whole(const Blocks& blocks) {
    double seconds = 0;
    const Expected expected{blocks, layout_};
    const std::int64_t frames = frames_of(blocks);
    for (const trajectory::ColumnSpec& spec : layout_.columns) {
      bytes_.resize(static_cast<std::size_t>(frames) * spec.row_bytes());
      const auto start = ensemble::Clock::now();
      reader_->read(number_of(blocks), spec.column, 0, frames, bytes_);
      seconds += ensemble::seconds_since(start);
      for (std::int64_t frame = 0; frame < frames; ++frame) {
        require_same(std::span(bytes_).subspan(static_cast<std::size_t>(frame) * spec.row_bytes()),
                     expected.frame(spec, frame), number_of(blocks), spec.column, frame);
      }
    }
    return seconds;
  }

  double frames(const Blocks& blocks, std::int64_t count) {
    double seconds = 0;
    const Expected expected{blocks, layout_};
    const trajectory::ColumnSpec& spec = *layout_.find(Column::unwrapped);
    std::mt19937_64 random(1);
    for (std::int64_t i = 0; i < count; ++i) {
      const auto frame = static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(frames_of(blocks)));
      bytes_.resize(spec.row_bytes());
      const auto start = ensemble::Clock::now();
      reader_->read(number_of(blocks), spec.column, frame, 1, bytes_);
      seconds += ensemble::seconds_since(start);
      require_same(bytes_, expected.frame(spec, frame), number_of(blocks), spec.column, frame);
    }
    return seconds;
  }

  double carrier(const Blocks& blocks) {
    const Expected expected{blocks, layout_};
    const trajectory::ColumnSpec& spec = *layout_.find(Column::unwrapped);
    const std::int64_t frames = frames_of(blocks);
    const auto part = spec.row_bytes() / static_cast<std::size_t>(layout_.n_carriers);
    const std::int64_t carrier = layout_.n_carriers / 2;
    bytes_.resize(static_cast<std::size_t>(frames) * part);
    const auto start = ensemble::Clock::now();
    reader_->read_carrier(number_of(blocks), spec.column, carrier, 0, frames, bytes_);
    const double seconds = ensemble::seconds_since(start);
    for (std::int64_t frame = 0; frame < frames; ++frame) {
      require_same(std::span(bytes_).subspan(static_cast<std::size_t>(frame) * part),
                   expected.frame(spec, frame).subspan(static_cast<std::size_t>(carrier) * part, part),
                   number_of(blocks), spec.column, frame);
    }
    return seconds;
  }

 private:
  static std::int64_t number_of(const Blocks& blocks) { return blocks.front()->trajectory(); }

  void require_same(std::span<const std::byte> read, std::span<const std::byte> expected,
                    std::int64_t trajectory, Column column, std::int64_t frame) const {
    if (std::memcmp(read.data(), expected.data(), expected.size()) == 0) return;
    throw IoError(fmt::format("{}: frame {} reads back differently from what was written",
                              reader_->place(trajectory, column), frame));
  }

  const trajectory::Layout& layout_;
  std::unique_ptr<trajectory::Reader> reader_;
  std::vector<std::byte> bytes_;
};

}  // namespace

ReadAmounts read_amounts(const TrajectoryShape& shape, std::int64_t trajectories) {
  const auto read = std::min<std::int64_t>(trajectories, most_trajectories);
  const trajectory::Layout layout = layout_of(shape, 0);
  std::int64_t frame_bytes = 0;
  for (const auto& spec : layout.columns) frame_bytes += static_cast<std::int64_t>(spec.row_bytes());
  const auto all = static_cast<std::int64_t>(layout.find(Column::unwrapped)->row_bytes());
  return {read * shape.frames * frame_bytes, read * single_frames,
          read * shape.frames * all / shape.n_carriers};
}

void read_back(const std::filesystem::path& directory, bool hdf5, const trajectory::Layout& layout,
               const std::vector<const Blocks*>& trajectories, Measurement& measurement) {
  Reading reading(directory, hdf5, layout);
  for (std::size_t i = 0; i < std::min(trajectories.size(), most_trajectories); ++i) {
    const Blocks& blocks = *trajectories[i];
    measurement.read_trajectories += reading.whole(blocks);
    measurement.read_frames += reading.frames(blocks, single_frames);
    measurement.read_carrier += reading.carrier(blocks);
  }
}

}  // namespace hopmc::bench
