// Columns, chunks, names, and the block that holds rows.
#include <gtest/gtest.h>

#include <cstring>

#include "hopmc/config/errors.hpp"
#include "made_up.hpp"

namespace {

using namespace made_up;
using tr::Column;

std::vector<Column> columns_of(const tr::Layout& layout) {
  std::vector<Column> columns;
  for (const auto& spec : layout.columns) columns.push_back(spec.column);
  return columns;
}

hopmc::config::OutputConfig nothing() {
  hopmc::config::OutputConfig output;
  output.unwrapped.write = output.time.write = false;
  return output;
}

TEST(Layout, FrameTimesAreAlwaysThere) {
  const tr::Layout layout = tr::make_layout(nothing(), 3, 100, 1);
  EXPECT_EQ(columns_of(layout), std::vector<Column>{Column::time});
  EXPECT_EQ(layout.columns[0].npy_name, "time.npy");
  EXPECT_EQ(layout.find(Column::energy), nullptr);
}

TEST(Layout, FollowsOutputDataInOrderOfTheEnum) {
  auto output = nothing();
  output.time = {true, "times_of_hops.npy"};
  output.occupancy.write = output.wrapped.write = true;
  const tr::Layout layout = tr::make_layout(output, 3, 100, 1);
  EXPECT_EQ(columns_of(layout),
            (std::vector<Column>{Column::wrapped, Column::time, Column::occupancy, Column::hop_time}));
  EXPECT_EQ(layout.find(Column::wrapped)->width, 9U);
  EXPECT_EQ(layout.find(Column::occupancy)->width, 3U);
  EXPECT_EQ(layout.find(Column::hop_time)->width, 1U);
  EXPECT_EQ(layout.find(Column::hop_time)->npy_name, "times_of_hops.npy");
  EXPECT_EQ(layout.chunk_hops, 32768);
}

TEST(Layout, OccupancyMayTellOfEverySite) {
  auto output = nothing();
  output.occupancy.write = output.energy.write = true;
  output.occupancy_of_every_site = true;
  const tr::Layout layout = tr::make_layout(output, 3, 100, 120);
  EXPECT_EQ(layout.n_states, 120);
  EXPECT_EQ(layout.find(Column::occupancy)->width, 120U);
  EXPECT_EQ(layout.find(Column::energy)->width, 1U);
}

TEST(Layout, LongRowsMakeShortChunks) {
  constexpr std::int64_t most_bytes = std::int64_t{1} << 30;
  auto output = nothing();
  output.occupancy.write = output.occupancy_of_every_site = true;
  constexpr std::int64_t n_sites = 50'000'000;
  const tr::Layout layout = tr::make_layout(output, 1, 1'000'000, n_sites);
  EXPECT_EQ(layout.chunk_frames, most_bytes / (4 * n_sites + 8));
  EXPECT_LE(layout.block_bytes(), static_cast<std::size_t>(most_bytes));
  EXPECT_THROW((void)tr::make_layout(output, 1, 1'000'000, most_bytes), hopmc::InputError);
  EXPECT_THROW((void)tr::make_layout(output, 1, 1, most_bytes), hopmc::InputError);
}

TEST(Layout, RefusesOneFileForTwoColumns) {
  auto output = nothing();
  output.time = {true, "time.npy"};
  EXPECT_THROW((void)tr::make_layout(output, 1, 1, 1), hopmc::InputError);
}

TEST(Layout, ChunksAreAboutAMebibyte) {
  const auto chunk = [](std::int64_t n_carriers, std::int64_t n_frames) {
    return tr::make_layout({}, n_carriers, n_frames, 1).chunk_frames;
  };
  EXPECT_EQ(chunk(1, -1), 32768);  // 24 + 8 bytes a frame: exactly 1 MiB
  EXPECT_EQ(chunk(2, -1), 16384);
  EXPECT_EQ(chunk(100'000, -1), 64);
  EXPECT_EQ(chunk(1, 1000), 1000);
  EXPECT_EQ(chunk(1, 1), 1);
  EXPECT_EQ(chunk(1, 100'000'000), 32768);
  hopmc::config::OutputConfig output;
  output.chunk_frames = 12;
  EXPECT_EQ(tr::make_layout(output, 1, 1000, 1).chunk_frames, 12);
}

TEST(Layout, AGivenChunkIsNoLongerThanTheTrajectoryNorLargerThanMemoryAllows) {
  hopmc::config::OutputConfig output;
  output.chunk_frames = 1'000'000'000;
  EXPECT_EQ(tr::make_layout(output, 1, 11, 1).chunk_frames, 11);
  EXPECT_THROW((void)tr::make_layout(output, 1, 2'000'000'000, 1), hopmc::InputError);
}

TEST(Layout, BlockBytesAreThoseOfAFullBlock) {
  const tr::Layout layout = full_layout(2, 10, 20);
  EXPECT_EQ(layout.block_bytes(), 10U * (48 + 48 + 8 + 8 + 8 + 8 + 8) + 20U * 8);
}

TEST(Names, HaveAsManyDigitsAsNeeded) {
  EXPECT_EQ(tr::group_name(0, 1), "traj_001");
  EXPECT_EQ(tr::group_name(998, 999), "traj_999");
  EXPECT_EQ(tr::group_name(6, 1000), "traj_0007");
  EXPECT_EQ(tr::directory_name(6), "traj7");
}

TEST(FrameBlock, HandsOutWhatIsWantedAndRemembersRows) {
  auto output = nothing();
  output.wrapped.write = true;
  output.chunk_frames = 4;
  const tr::Layout layout = tr::make_layout(output, 1, -1, 1);
  tr::FrameBlock block(layout, 3, 8, 0);
  EXPECT_EQ(block.trajectory(), 3);
  EXPECT_EQ(block.first_row(tr::Axis::frame), 8);
  auto columns = block.frame_columns();
  EXPECT_EQ(columns.capacity, 4U);
  EXPECT_EQ(columns.unwrapped, nullptr);
  EXPECT_EQ(block.hop_columns().time, nullptr);
  const double first[] = {1, 2, 3, 4, 5, 6, 7, 8, 9};
  std::memcpy(columns.wrapped, first, sizeof first);
  block.add({3, 5, false}, 17);
  EXPECT_FALSE(block.full());
  EXPECT_EQ(block.rows(tr::Axis::frame), 3);
  EXPECT_EQ(block.rows(tr::Axis::hop), 0);
  columns = block.frame_columns();
  EXPECT_EQ(columns.capacity, 1U);
  const double last[] = {10, 11, 12};
  std::memcpy(columns.wrapped, last, sizeof last);
  block.add({1, 0, true}, 18);
  EXPECT_TRUE(block.full());
  EXPECT_TRUE(block.finished());
  EXPECT_EQ(block.total_hops(), 18);
  EXPECT_EQ(block.bytes(), 4U * (24 + 8));
  const auto data = block.data(Column::wrapped);
  ASSERT_EQ(data.size(), sizeof first + sizeof last);
  EXPECT_EQ(std::memcmp(data.data(), first, sizeof first), 0);
  EXPECT_EQ(std::memcmp(data.data() + sizeof first, last, sizeof last), 0);
  EXPECT_TRUE(block.data(Column::energy).empty());
  EXPECT_THROW(block.add({1, 0, true}, 18), std::logic_error);
}

TEST(FrameBlock, IsFullWhenEitherAxisIs) {
  const tr::Layout layout = full_layout(1, 4, 6);
  tr::FrameBlock block(layout, 0, 0, 0);
  block.add({1, 5, false}, 4);
  EXPECT_FALSE(block.full());
  block.add({1, 1, false}, 5);
  EXPECT_TRUE(block.full());
  EXPECT_EQ(block.frame_columns().capacity, 2U);
  EXPECT_EQ(block.hop_columns().capacity, 0U);
}

}  // namespace
