// What goes in by collective appends comes out bit for bit, for any spread of trajectories over ranks.
#include <gtest/gtest.h>

#include <map>
#include <optional>
#include <span>

#include "hopmc/trajectory/hdf5_writer.hpp"
#include "hopmc/trajectory/npy_writer.hpp"
#include "hopmc/trajectory/reader.hpp"
#include "made_up.hpp"

namespace {

using namespace made_up;

/// What is written in a test, and how it is spread.
struct Plan {
  std::int64_t n_traj = 1;
  std::size_t blocks_per_append = 1;
  bool rank_0_idle = false;
  tr::Hdf5Options options = {};
};

/// Neither a whole number of chunks nor the same for all.
Length length_of(std::int64_t trajectory) {
  return {37 + 5 * (trajectory % 4), 61 + 16 * (trajectory % 3)};
}

int owner_of(std::int64_t trajectory, const Plan& plan) {
  const int size = size_of();
  if (!plan.rank_0_idle || size == 1) return static_cast<int>(trajectory % size);
  return 1 + static_cast<int>(trajectory % (size - 1));
}

/// All blocks of this rank's trajectories, in order.
std::vector<std::unique_ptr<tr::FrameBlock>> my_blocks(const tr::Layout& layout, const Plan& plan) {
  std::vector<std::unique_ptr<tr::FrameBlock>> mine;
  for (std::int64_t trajectory = 0; trajectory < plan.n_traj; ++trajectory) {
    if (owner_of(trajectory, plan) != rank_of()) continue;
    for (auto& block : blocks(layout, trajectory, length_of(trajectory))) mine.push_back(std::move(block));
  }
  return mine;
}

/// Writes everything; ranks that have run out go on taking part with nothing.
tr::WriteStatistics write_all(const SharedDirectory& directory, const tr::Layout& layout, const Plan& plan,
                              bool npy) {
  tr::Hdf5Writer writer(MPI_COMM_WORLD, directory.file(), metadata(plan.n_traj), layout, plan.n_traj,
                        plan.options);
  tr::NpyWriter npy_writer(directory.path(), layout);
  const auto mine = my_blocks(layout, plan);
  std::size_t next = 0;
  int left = 1;
  while (left != 0) {
    std::vector<const tr::FrameBlock*> batch;
    while (next < mine.size() && batch.size() < plan.blocks_per_append) batch.push_back(mine[next++].get());
    writer.append(batch);
    if (npy) {
      for (const tr::FrameBlock* block : batch) npy_writer.append(*block);
    }
    left = next < mine.size() ? 1 : 0;
    MPI_Allreduce(MPI_IN_PLACE, &left, 1, MPI_INT, MPI_MAX, MPI_COMM_WORLD);
  }
  writer.close();
  return writer.statistics();
}

void expect_column(const tr::Reader& reader, std::int64_t trajectory, const tr::ColumnSpec& spec,
                   std::int64_t n_rows, bool hdf5) {
  SCOPED_TRACE(reader.place(trajectory, spec.column));
  const auto stored = reader.find(trajectory, spec.column);
  ASSERT_TRUE(stored.has_value());
  std::vector<std::int64_t> shape{n_rows};
  if (tr::n_dimensions(spec.column) == 2) shape.push_back(static_cast<std::int64_t>(spec.width));
  EXPECT_EQ(stored->shape, shape);
  EXPECT_EQ(stored->dtype, tr::info(spec.column).type == tr::ElementType::f64 ? "<f8" : "<i4");
  const auto expected = rows(trajectory, spec, 0, n_rows);
  std::vector<std::byte> found(expected.size());
  reader.read(trajectory, spec.column, 0, n_rows, found);
  EXPECT_TRUE(found == expected);
  if (hdf5) {
    EXPECT_EQ(stored->crc32, tr::crc32(0, expected));
  }
  // Part of the rows, across a chunk border.
  const std::int64_t first = 13;
  const auto part = rows(trajectory, spec, first, 9);
  std::vector<std::byte> found_part(part.size());
  reader.read(trajectory, spec.column, first, 9, found_part);
  EXPECT_TRUE(found_part == part);
}

void expect_everything(const tr::Reader& reader, const tr::Layout& layout, const Plan& plan, bool hdf5) {
  ASSERT_EQ(reader.trajectories().size(), static_cast<std::size_t>(plan.n_traj));
  for (const std::int64_t trajectory : reader.trajectories()) {
    const Length length = length_of(trajectory);
    for (const tr::ColumnSpec& spec : layout.columns) {
      const bool hop = tr::info(spec.column).axis == tr::Axis::hop;
      expect_column(reader, trajectory, spec, hop ? length.hop_rows : length.frames, hdf5);
    }
  }
}

void round_trip(const Plan& plan) {
  const SharedDirectory directory;
  const tr::Layout layout = full_layout();
  const tr::WriteStatistics statistics = write_all(directory, layout, plan, true);
  EXPECT_EQ(statistics.broken_collective, 0);
  // A rank with a part of its own has nothing to do where it brings nothing.
  if (plan.options.ranks_per_file == 0) {
    EXPECT_GT(statistics.collective_writes, 0);
  }
  MPI_Barrier(MPI_COMM_WORLD);
  const auto reader = tr::Hdf5Reader::open(directory.file());
  expect_everything(*reader, layout, plan, true);
  expect_everything(*tr::open_npy(directory.path(), layout.columns), layout, plan, false);
  for (const std::int64_t trajectory : reader->trajectories()) {
    const auto attributes = reader->attributes(trajectory);
    EXPECT_EQ(attributes.trajectory, trajectory);
    EXPECT_EQ(attributes.status, "complete");
    EXPECT_EQ(attributes.frames, length_of(trajectory).frames);
    EXPECT_EQ(attributes.hops, length_of(trajectory).hop_rows - 1);
    EXPECT_NE(attributes.stream.find("philox"), std::string::npos);
  }
}

TEST(Hdf5RoundTrip, FewerTrajectoriesThanRanks) {
  round_trip({.n_traj = 1});
}
TEST(Hdf5RoundTrip, MoreTrajectoriesThanRanks) {
  round_trip({.n_traj = 9});
}
TEST(Hdf5RoundTrip, SeveralBlocksAnAppend) {
  round_trip({.n_traj = 7, .blocks_per_append = 3});
}
TEST(Hdf5RoundTrip, EverythingInOneAppend) {
  round_trip({.n_traj = 7, .blocks_per_append = 1000});
}
TEST(Hdf5RoundTrip, RankThatBringsNothing) {
  round_trip({.n_traj = 5, .rank_0_idle = true});
}

TEST(Hdf5RoundTrip, APartFileForEachRank) {
  round_trip({.n_traj = 7, .blocks_per_append = 2, .options = {.ranks_per_file = 1}});
}
TEST(Hdf5RoundTrip, APartFileForTwoRanks) {
  round_trip({.n_traj = 7, .options = {.ranks_per_file = 2}});
}
TEST(Hdf5RoundTrip, PartFilesWithARankThatBringsNothing) {
  round_trip({.n_traj = 3, .rank_0_idle = true, .options = {.ranks_per_file = 1}});
}

class Hdf5Filters : public testing::TestWithParam<tr::Hdf5Options> {};
TEST_P(Hdf5Filters, ComeBackBitForBit) {
  round_trip({.n_traj = 5, .blocks_per_append = 2, .options = GetParam()});
}
using hopmc::config::BloscCodec;
using hopmc::config::Compression;
INSTANTIATE_TEST_SUITE_P(
    All, Hdf5Filters,
    testing::Values(tr::Hdf5Options{.compression = Compression::none}, tr::Hdf5Options{.level = 0},
                    tr::Hdf5Options{.level = 9}, tr::Hdf5Options{.level = 1, .shuffle = true},
                    tr::Hdf5Options{.level = 1, .shuffle = true, .fletcher32 = true},
                    tr::Hdf5Options{.compression = Compression::none, .fletcher32 = true},
                    tr::Hdf5Options{.compression = Compression::lzf},
                    tr::Hdf5Options{.compression = Compression::lzf, .shuffle = true, .fletcher32 = true},
                    tr::Hdf5Options{.compression = Compression::blosc, .level = 0},
                    tr::Hdf5Options{.compression = Compression::blosc, .level = 5},
                    tr::Hdf5Options{.compression = Compression::blosc, .level = 9, .shuffle = true},
                    tr::Hdf5Options{.compression = Compression::blosc,
                                    .level = 1,
                                    .shuffle = true,
                                    .fletcher32 = true,
                                    .blosc_codec = BloscCodec::lz4}));

}  // namespace
