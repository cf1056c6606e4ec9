#include "kmc/random_stream.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <cstdint>
#include <set>
#include <vector>

namespace {

using hopmc::kmc::RandomStream;
using hopmc::kmc::to_unit_interval;

TEST(RandomStream, NumbersDependOnSeedTrajectoryAndHopAlone) {
  RandomStream a(7, 3), b(7, 3);
  a.seek(0);
  const std::uint64_t first = a.choice()[5];
  const double wait = a.waiting()[5];
  b.seek(RandomStream::batch);  // another order of work
  const std::uint64_t later = b.choice()[5];
  b.seek(0);
  EXPECT_EQ(b.choice()[5], first);
  EXPECT_EQ(b.waiting()[5], wait);
  a.seek(RandomStream::batch);
  EXPECT_EQ(a.choice()[5], later);
  EXPECT_NE(first, later);
}

TEST(RandomStream, StreamsDiffer) {
  std::set<std::uint64_t> seen;
  for (std::int64_t seed : {0, 1, -1, 1000000}) {
    for (std::int64_t trajectory = 0; trajectory < 50; ++trajectory) {
      RandomStream stream(seed, trajectory);
      stream.seek(0);
      seen.insert(stream.choice()[0]);
      seen.insert(stream.choice()[1]);
    }
  }
  EXPECT_EQ(seen.size(), 400u);
}

TEST(RandomStream, UnitIntervalExcludesItsEnds) {
  EXPECT_GT(to_unit_interval(0), 0.0);
  EXPECT_EQ(to_unit_interval(0), 0x1p-53);
  EXPECT_LT(to_unit_interval(~std::uint64_t{0}), 1.0);
}

TEST(RandomStream, WaitingTimesAreExponentialAndChoicesUniform) {
  RandomStream stream(11, 0);
  const int batches = 2000;
  const double n = batches * static_cast<double>(RandomStream::batch);
  double sum = 0, squares = 0;
  std::array<double, 16> counts{};
  std::array<double, 10> quantiles{};
  for (int b = 0; b < batches; ++b) {
    stream.seek(static_cast<std::int64_t>(b) * static_cast<std::int64_t>(RandomStream::batch));
    for (std::size_t i = 0; i < RandomStream::batch; ++i) {
      const double w = stream.waiting()[i];
      ASSERT_GT(w, 0.0);
      sum += w;
      squares += w * w;
      counts[stream.choice()[i] >> 60] += 1;
      quantiles[static_cast<std::size_t>(std::min(9.0, -std::expm1(-w) * 10))] += 1;
    }
  }
  EXPECT_NEAR(sum / n, 1.0, 5 / std::sqrt(n));
  EXPECT_NEAR(squares / n, 2.0, 5 * std::sqrt(20 / n));
  double chi2 = 0;
  for (const double c : counts) chi2 += (c - n / 16) * (c - n / 16) / (n / 16);
  EXPECT_LT(chi2, 40.0) << "15 degrees of freedom";
  double chi2_waiting = 0;
  for (const double c : quantiles) chi2_waiting += (c - n / 10) * (c - n / 10) / (n / 10);
  EXPECT_LT(chi2_waiting, 30.0) << "9 degrees of freedom";
}

TEST(RandomStream, PlacementIsUnbiased) {
  const RandomStream stream(3, 9);
  std::uint64_t index = 0;
  std::vector<double> counts(7);
  const double n = 70000;
  for (int i = 0; i < 70000; ++i) counts[stream.placement(index, 7)] += 1;
  double chi2 = 0;
  for (const double c : counts) chi2 += (c - n / 7) * (c - n / 7) / (n / 7);
  EXPECT_LT(chi2, 25.0) << "6 degrees of freedom";
}

}  // namespace
