#include "hopmc/bench/workload.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>

namespace hopmc::bench {
namespace {

using trajectory::Column;

constexpr double spacing = 7.25;  // bohr
constexpr double cell = 12 * spacing;
constexpr double screening = 25;

std::vector<double> rows_of(const Blocks& blocks, Column column) {
  std::vector<double> values;
  for (const auto& block : blocks) {
    const auto bytes = block->data(column);
    const std::size_t old = values.size();
    values.resize(old + bytes.size() / sizeof(double));
    if (!bytes.empty()) std::memcpy(values.data() + old, bytes.data(), bytes.size());
  }
  return values;
}

TEST(Workload, IsTheSameWhateverTheChunks) {
  const TrajectoryShape shape{1000, 3, true, true};
  const auto whole = layout_of(shape, 1000);
  const auto cut = layout_of(shape, 64);
  const Blocks one = make_trajectory(shape, whole, 5);
  const Blocks many = make_trajectory(shape, cut, 5);
  EXPECT_EQ(one.size(), 1u);
  EXPECT_EQ(many.size(), 16u);
  for (const auto& spec : whole.columns) {
    const auto rows = rows_of(one, spec.column);
    EXPECT_EQ(rows.size(), 1000 * spec.width);
    EXPECT_EQ(rows, rows_of(many, spec.column));
  }
  for (const auto& block : many) EXPECT_EQ(block->finished(), block == many.back());
  EXPECT_NE(rows_of(one, Column::unwrapped), rows_of(make_trajectory(shape, whole, 6), Column::unwrapped));
}

TEST(Workload, HoldsOnlyTheColumnsAskedFor) {
  EXPECT_EQ(layout_of({100, 3, true, true}, 0).columns.size(), 4u);
  const auto pair = layout_of({100, 3, false, false}, 0);
  ASSERT_EQ(pair.columns.size(), 2u);
  EXPECT_EQ(pair.columns[0].column, Column::unwrapped);
  EXPECT_EQ(pair.columns[1].column, Column::time);
}

TEST(Workload, CarriersHopOnALattice) {
  const TrajectoryShape shape{2000, 2, true, true};
  const auto layout = layout_of(shape, 0);
  const Blocks blocks = make_trajectory(shape, layout, 1);
  const auto unwrapped = rows_of(blocks, Column::unwrapped);
  const auto wrapped = rows_of(blocks, Column::wrapped);
  const auto energy = rows_of(blocks, Column::energy);
  const auto time = rows_of(blocks, Column::time);
  double most_hops = 0;
  for (std::size_t frame = 0; frame < 2000; ++frame) {
    double hops = 0;
    double square = 0;
    for (std::size_t i = 0; i < 6; ++i) {
      const std::size_t at = 6 * frame + i;
      ASSERT_EQ(std::remainder(unwrapped[at], spacing), 0);
      ASSERT_GE(wrapped[at], 0);
      ASSERT_LT(wrapped[at], cell);
      ASSERT_EQ(std::remainder(wrapped[at] - unwrapped[at] - wrapped[i], cell), 0) << "starts at zero";
      if (frame > 0) hops += std::abs(unwrapped[at] - unwrapped[at - 6]) / spacing;
      if (i < 3) square += std::pow(std::remainder(wrapped[at] - wrapped[at + 3], cell), 2);
    }
    most_hops = std::max(most_hops, hops);
    const double distance = std::max(std::sqrt(square), spacing);
    ASSERT_NEAR(energy[frame], 1 / (screening * distance), 1e-12);
    if (frame > 1) {
      ASSERT_DOUBLE_EQ(time[frame] - time[frame - 1], time[1]);
    }
  }
  EXPECT_EQ(most_hops, 7);
}

}  // namespace
}  // namespace hopmc::bench
