#include "kmc/rate_kernels.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>
#include <vector>

namespace {

using namespace hopmc::kmc;

constexpr double infinity = std::numeric_limits<double>::infinity();

TEST(RateKernels, PowersOfTwoAreAccurate) {
  std::mt19937_64 random(2);
  std::uniform_real_distribution<double> exponent(-1021, 1022);
  std::uniform_real_distribution<double> small(-2, 2);
  std::vector<double> y{0, 0.5, -0.5, 1, -1022, 1e-300, -1e-17, 1022};
  for (int i = 0; i < 100000; ++i) y.push_back(exponent(random));
  for (int i = 0; i < 100000; ++i) y.push_back(small(random));
  double worst = 0;
  for (const double v : y) {
    const long double exact = std::exp2(static_cast<long double>(v));
    const double rounded = static_cast<double>(exact);
    const double ulp = std::nextafter(rounded, infinity) - rounded;
    worst =
        std::max(worst, static_cast<double>(std::abs(static_cast<long double>(exp2_of(v)) - exact) / ulp));
  }
  EXPECT_LT(worst, 2.0);
  EXPECT_EQ(exp2_of(0), 1.0);
}

TEST(RateKernels, TinyPowersAreExactlyZero) {
  EXPECT_EQ(exp2_of(std::nextafter(-1022.0, -infinity)), 0.0);
  for (const double y : {-1023.5, -2000.0, -1e9, -1e300, -infinity}) EXPECT_EQ(exp2_of(y), 0.0) << y;
}

TEST(RateKernels, MarcusRatesFollowTheFormula) {
  // lambda 1.7 eV, kT 25.85 meV in hartree: k = exp(3 - (lambda + dG0)^2 / (4 lambda kT)).
  const double lambda = 0.0625, kT = 0.00095;
  const double reduced = std::sqrt(std::log2(std::exp(1.0)) / (4 * lambda * kT));
  const std::vector<double> delta_g0{0, 0.002, -0.003, 0.01, -0.02, 10, 1000, 0};
  std::vector<double> c0(block, 3 * std::log2(std::exp(1.0))), x(block), k(block);
  c0.back() = -infinity;
  for (std::size_t i = 0; i < block; ++i) x[i] = (lambda + delta_g0[i]) * reduced;
  marcus_rates(c0.data(), x.data(), k.data(), block);
  for (std::size_t i = 0; i < 5; ++i) {
    const double exact = std::exp(3 - std::pow(lambda + delta_g0[i], 2) / (4 * lambda * kT));
    EXPECT_NEAR(k[i] / exact, 1, 1e-13) << i;
  }
  EXPECT_EQ(k[5], 0.0) << "an occupied site";
  EXPECT_EQ(k[6], 0.0);
  EXPECT_EQ(k[7], 0.0) << "padding never happens";
}

TEST(RateKernels, TheProcessIsTheFirstWhoseCumulativeRateIsAboveU) {
  // 19 carriers of 8 hops; whole numbers, so that every sum is exact. Some carriers cannot hop at all.
  constexpr std::size_t carriers = 19, width = 2 * lanes;
  std::mt19937_64 random(3);
  std::vector<double> rate(carriers * width), before(padded(carriers), infinity);
  for (double& r : rate) r = random() % 3 == 0 ? 0.0 : static_cast<double>(random() % 5);
  for (const std::size_t c : {0, 7, 8, 18}) std::fill_n(&rate[c * width], width, 0.0);
  const double sum = add_up(rate.data(), before.data(), carriers, width);
  std::vector<std::size_t> expected;  // process by floor(u)
  for (std::size_t i = 0; i < rate.size(); ++i)
    expected.insert(expected.end(), static_cast<std::size_t>(rate[i]), i);
  ASSERT_EQ(sum, static_cast<double>(expected.size()));
  for (std::size_t i = 0; i < expected.size(); ++i) {
    for (const double u : {static_cast<double>(i), static_cast<double>(i) + 0.75}) {
      const std::size_t c = interval_of(u, before.data(), before.size());
      const std::size_t h = hop_of(u - before[c], &rate[c * width], width);
      ASSERT_EQ(c * width + h, expected[i]) << u;
    }
  }
  EXPECT_EQ(interval_of(sum, before.data(), before.size()), carriers - 1) << "u rounded up to the sum";
}

TEST(RateKernels, RowsAreReplacedAndAdded) {
  constexpr std::size_t width = 2 * lanes;
  std::vector<double> table(5 * width), row(width, 1000.0);
  for (std::size_t i = 0; i < table.size(); ++i) table[i] = static_cast<double>(i);
  const std::vector<std::uint32_t> start{0, 2 * width, 4 * width};
  add_rows(row.data(), table.data(), start.data(), start.size(), width);
  for (std::size_t h = 0; h < width; ++h) EXPECT_EQ(row[h], 1000.0 + 6 * width + 3 * static_cast<double>(h));
  replace_row(row.data(), &table[width], &table[3 * width], width);
  for (std::size_t h = 0; h < width; ++h) EXPECT_EQ(row[h], 1000.0 + 4 * width + 3 * static_cast<double>(h));
}

}  // namespace
