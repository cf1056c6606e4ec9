#include "kmc/vector_math.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>
#include <vector>

namespace {

using hopmc::kmc::marcus_rates;
using hopmc::kmc::negative_log;

/// |value - exact| in units of the last place of `exact`.
double error_in_ulp(double value, long double exact) {
  const double rounded = static_cast<double>(exact);
  const double ulp = std::nextafter(std::abs(rounded), INFINITY) - std::abs(rounded);
  return static_cast<double>(std::abs(static_cast<long double>(value) - exact) / ulp);
}

TEST(VectorMath, NegativeLogIsAccurate) {
  std::mt19937_64 random(1);
  std::vector<double> x{0x1p-53, 1 - 0x1p-53, 1 - 0x1p-40, 0.5, 0.70710678118654752, 0.7071067811865476,
                        0.99,    1e-300};
  for (int i = 0; i < 200000; ++i) x.push_back(std::ldexp(static_cast<double>(random() >> 11) + 0.5, -53));
  for (int i = 0; i < 50000; ++i) x.push_back(1 - std::ldexp(static_cast<double>(random() >> 11) + 0.5, -60));
  std::vector<double> result = x;
  negative_log(result.data(), result.size());
  double worst = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    worst = std::max(worst, error_in_ulp(result[i], -std::log(static_cast<long double>(x[i]))));
  }
  EXPECT_LT(worst, 2.0);
}

TEST(VectorMath, MarcusRatesAreAccurate) {
  std::mt19937_64 random(2);
  std::uniform_real_distribution<double> exponent(-700, 100);
  const std::size_t n = 100000;
  std::vector<double> zero(n, 0.0), c0(n), one(n, 1.0), k(n);
  for (double& c : c0) c = exponent(random);
  marcus_rates(zero.data(), zero.data(), c0.data(), one.data(), k.data(), n);
  double worst = 0;
  for (std::size_t i = 0; i < n; ++i)
    worst = std::max(worst, error_in_ulp(k[i], std::exp(static_cast<long double>(c0[i]))));
  EXPECT_LT(worst, 2.0);
}

TEST(VectorMath, MarcusRatesFollowTheFormula) {
  // lambda 1.7 eV, kT 25.85 meV in hartree: k = exp(c0 - (lambda + dG)^2 / (4 lambda kT)).
  const double lambda = 0.0625, kT = 0.00095;
  const std::vector<double> base{lambda, lambda, lambda + 0.001, 0};
  const std::vector<double> pair{0, 0.002, -0.004, 0};
  const std::vector<double> c0{3, 3, 3, -std::numeric_limits<double>::infinity()};
  const std::vector<double> c1(4, 1 / (4 * lambda * kT));
  std::vector<double> k(4);
  marcus_rates(base.data(), pair.data(), c0.data(), c1.data(), k.data(), 4);
  EXPECT_DOUBLE_EQ(k[0], std::exp(3 - lambda / (4 * kT)));
  EXPECT_NEAR(k[1] / std::exp(3 - std::pow(lambda + 0.002, 2) / (4 * lambda * kT)), 1, 1e-13);
  EXPECT_NEAR(k[2] / std::exp(3 - std::pow(lambda - 0.003, 2) / (4 * lambda * kT)), 1, 1e-13);
  EXPECT_EQ(k[3], 0.0) << "padding never happens";
}

TEST(VectorMath, TinyRatesAreExactlyZero) {
  const double zero = 0, c0 = -709, c1 = 0;
  double k = 1;
  marcus_rates(&zero, &zero, &c0, &c1, &k, 1);
  EXPECT_EQ(k, 0.0);
}

}  // namespace
