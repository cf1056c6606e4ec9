#include "kmc/vector_math.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <vector>

namespace {

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

}  // namespace
