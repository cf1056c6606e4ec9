#include "hopmc/bench/statistics.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace hopmc::bench {
namespace {

void expect_spread(const std::vector<double>& values, double median, double least, double most) {
  const Spread spread = spread_of(values);
  EXPECT_EQ(spread.median, median);
  EXPECT_EQ(spread.least, least);
  EXPECT_EQ(spread.most, most);
}

TEST(Spread, IsMedianLeastAndMost) {
  expect_spread({}, 0, 0, 0);
  expect_spread({3}, 3, 3, 3);
  expect_spread({9, 1, 2}, 2, 1, 9);
  expect_spread({9, 1, 2, 4}, 3, 1, 9);
}

}  // namespace
}  // namespace hopmc::bench
