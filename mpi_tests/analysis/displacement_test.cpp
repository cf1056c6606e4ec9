// Mean square displacements by Fourier transform against the direct sum.

#include "hopmc/analysis/displacement.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

namespace {

using namespace hopmc::analysis;
using Eigen::Index;

Positions random_walk(Index n_frames, Index n_carriers, double start) {
  std::mt19937_64 generator(n_frames);
  std::normal_distribution<double> step;
  Positions p = Positions::Constant(n_frames, 3 * n_carriers, start);
  for (Index t = 1; t < n_frames; ++t) {
    for (Index k = 0; k < p.cols(); ++k)
      p(t, k) = p(t - 1, k) + step(generator) * (1 + static_cast<double>(k));
  }
  return p;
}

Eigen::Array<double, 1, 6> direct_sum(const Positions& p, Index lag) {
  Eigen::Array<long double, 1, 6> sum = Eigen::Array<long double, 1, 6>::Zero();
  for (Index t = 0; t + lag < p.rows(); ++t) {
    for (Index c = 0; c < p.cols() / 3; ++c) {
      const Eigen::RowVector3d d = p.block<1, 3>(t + lag, 3 * c) - p.block<1, 3>(t, 3 * c);
      for (std::size_t k = 0; k < 6; ++k) {
        sum[static_cast<Index>(k)] += d[tensor_components[k].first] * d[tensor_components[k].second];
      }
    }
  }
  return (sum / static_cast<long double>((p.rows() - lag) * (p.cols() / 3))).cast<double>();
}

TensorCurve by_windows(const Positions& p, Index n_lags, Index origins) {
  DisplacementMoments moments(n_lags, origins);
  for (Index start = 0; start < p.rows(); start += origins) {
    const Index n_origins = std::min(origins, p.rows() - start);
    const Index rows = std::min(n_origins + n_lags - 1, p.rows() - start);
    moments.add(p.middleRows(start, rows), n_origins);
  }
  return moments.mean();
}

void expect_direct_sum(const Positions& p, Index n_lags, Index origins) {
  const TensorCurve curve = by_windows(p, n_lags, origins);
  for (Index lag = 0; lag < n_lags; lag += lag < 64 ? 1 : 1 + n_lags / 100) {
    const auto expected = direct_sum(p, lag);
    // Components off the diagonal are sums that nearly cancel: the size of the diagonal is theirs too.
    const double size = expected.head<3>().maxCoeff();
    for (Index k = 0; k < 6; ++k) {
      EXPECT_NEAR(curve(lag, k), expected[k], 1e-12 * (k < 3 ? expected[k] : size)) << lag << " " << k;
    }
  }
}

TEST(DisplacementMoments, EqualTheDirectSumInOneWindow) {
  expect_direct_sum(random_walk(2000, 3, 0), 1500, 2000);
}
TEST(DisplacementMoments, EqualTheDirectSumInManyWindows) {
  expect_direct_sum(random_walk(5003, 2, 0), 400, 700);
  expect_direct_sum(random_walk(5003, 2, 0), 400, 1001);
}
TEST(DisplacementMoments, EqualTheDirectSumOfFewLags) {
  expect_direct_sum(random_walk(3000, 1, 0), 10, 503);
}
TEST(DisplacementMoments, EqualTheDirectSumAtEveryLagOfAShortTrajectory) {
  expect_direct_sum(random_walk(200, 2, 0), 200, 200);
}
TEST(DisplacementMoments, DoNotLoseDigitsOnALongWayFromAFarOrigin) {
  expect_direct_sum(random_walk(40000, 1, 1e4), 4000, origins_of_window(4000, 40000, 1));
}

TEST(DisplacementMoments, OfSteadyMotionAreQuadratic) {
  Positions p(100, 3);
  for (Index t = 0; t < 100; ++t) p.row(t) << static_cast<double>(t), 2.0 * static_cast<double>(t), 0.0;
  const TensorCurve curve = by_windows(p, 60, 100);
  for (Index m = 0; m < 60; ++m) {
    EXPECT_NEAR(curve(m, 0), static_cast<double>(m * m), 1e-9);
    EXPECT_NEAR(curve(m, 3), static_cast<double>(2 * m * m), 1e-9);
    EXPECT_NEAR(curve(m, 2), 0, 1e-9);
  }
}

}  // namespace
