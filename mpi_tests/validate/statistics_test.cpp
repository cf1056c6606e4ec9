// Private headers are tested from their place in the source tree.
#include "../../src/validate/statistics.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

namespace hopmc::validate {
namespace {

TEST(Statistics, KnownMoments) {
  const std::vector<double> values{1, 2, 3, 4};
  const BlockStatistics s = statistics_of(values);
  EXPECT_EQ(s.non_finite, 0);
  EXPECT_EQ(s.finite.count, 4);
  EXPECT_DOUBLE_EQ(s.finite.mean, 2.5);
  EXPECT_DOUBLE_EQ(s.finite.variance, 1.25);
  EXPECT_EQ(s.finite.minimum, 1);
  EXPECT_EQ(s.finite.maximum, 4);
}

TEST(Statistics, NonFiniteValuesAreCountedAndLeftOut) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const double infinity = std::numeric_limits<double>::infinity();
  const BlockStatistics s = statistics_of(std::vector<double>{5, nan, 7, -infinity});
  EXPECT_EQ(s.non_finite, 2);
  EXPECT_EQ(s.first_non_finite, 1);
  EXPECT_EQ(s.finite.count, 2);
  EXPECT_DOUBLE_EQ(s.finite.mean, 6);
  EXPECT_EQ(s.finite.minimum, 5);
}

TEST(Statistics, BlocksMergeToTheWhole) {
  std::vector<double> all;
  for (int i = 0; i < 1000; ++i) all.push_back(1e9 + std::sin(i));
  const ColumnStatistics whole = statistics_of(all).finite;
  ColumnStatistics merged;
  for (const std::size_t size : {std::size_t{1}, std::size_t{299}, std::size_t{700}}) {
    const std::size_t first = static_cast<std::size_t>(merged.count);
    merged.merge(statistics_of(std::span(all).subspan(first, size)).finite);
  }
  EXPECT_EQ(merged.count, whole.count);
  EXPECT_NEAR(merged.mean - 1e9, whole.mean - 1e9, 1e-6);
  EXPECT_NEAR(merged.variance, whole.variance, 1e-6);
  EXPECT_EQ(merged.minimum, whole.minimum);
  EXPECT_EQ(merged.maximum, whole.maximum);
}

TEST(Statistics, AnEmptyPartChangesNothing) {
  ColumnStatistics s = statistics_of(std::vector<double>{1, 3}).finite;
  s.merge({});
  EXPECT_EQ(s.count, 2);
  EXPECT_DOUBLE_EQ(s.mean, 2);
}

TEST(Differences, OneBitIsSeen) {
  const std::vector<double> a{1, 2, 3};
  std::vector<double> b = a;
  b[1] = std::nextafter(b[1], 3);
  const Differences d = differences_of(a, b);
  EXPECT_EQ(d.count, 1);
  EXPECT_EQ(d.first, 1);
  EXPECT_GT(d.largest_absolute, 0);
  EXPECT_LT(d.largest_relative, 1e-15);
}

TEST(Differences, ZerosOfBothSignsDiffer) {
  const Differences d = differences_of(std::vector<double>{0.0}, std::vector<double>{-0.0});
  EXPECT_EQ(d.count, 1);
  EXPECT_EQ(d.largest_absolute, 0);
}

TEST(Differences, TheSameNanIsEqualAndAnotherValueIsInfinitelyFar) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_EQ(differences_of(std::vector<double>{nan}, std::vector<double>{nan}).count, 0);
  const Differences d = differences_of(std::vector<double>{nan}, std::vector<double>{1});
  EXPECT_EQ(d.count, 1);
  EXPECT_TRUE(std::isinf(d.largest_absolute));
}

TEST(Differences, Integers) {
  const Differences d =
      differences_of(std::vector<std::int32_t>{1, 5, 9}, std::vector<std::int32_t>{1, 4, 8});
  EXPECT_EQ(d.count, 2);
  EXPECT_EQ(d.first, 1);
  EXPECT_DOUBLE_EQ(d.largest_absolute, 1);
  EXPECT_DOUBLE_EQ(d.largest_relative, 0.2);
}

}  // namespace
}  // namespace hopmc::validate
