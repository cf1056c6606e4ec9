// What is computed while a run goes on: sums at multiple-tau lags, weighted means, the plan of lags and line.

#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <vector>

#include "hopmc/analysis/online_diffusion.hpp"
#include "hopmc/trajectory/columns.hpp"

namespace hopmc::analysis {
namespace {

using Eigen::Index;

TEST(MultipleTauLags, AreDenseWhereTheyAreShort) {
  EXPECT_EQ(multiple_tau_lags(1), (std::vector<Index>{1}));
  EXPECT_EQ(multiple_tau_lags(35),
            (std::vector<Index>{1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 14, 16, 20, 24, 28, 32}));
}

/// A random walk of 3 carriers [samples, 9].
Eigen::MatrixXd walk(Index samples) {
  std::mt19937_64 generator(5);
  std::normal_distribution<double> step;
  Eigen::MatrixXd positions = Eigen::MatrixXd::Zero(9, samples);
  for (Index t = 1; t < samples; ++t) {
    for (Index k = 0; k < 9; ++k) positions(k, t) = positions(k, t - 1) + step(generator);
  }
  return positions;
}

TEST(MultipleTau, IsTheDirectSumOverItsOrigins) {
  const Index n = 301;
  const Eigen::MatrixXd positions = walk(n);
  MultipleTau correlator({{0, 1}, {1, 2}}, 3, 100);
  const std::vector<Index> lags = multiple_tau_lags(100);
  for (const bool again : {false, true}) {
    SCOPED_TRACE(again);
    for (Index t = 0; t < n; ++t) correlator.add(positions.col(t).data());
    const Eigen::ArrayXd origins = correlator.origins();
    ASSERT_EQ(correlator.sums().rows(), static_cast<Index>(lags.size()));
    for (Index i = 0; i < origins.size(); ++i) {
      const Index lag = lags[static_cast<std::size_t>(i)];
      const Index every = lag <= 8 ? 1 : lag <= 16 ? 2 : lag <= 32 ? 4 : lag <= 64 ? 8 : 16;
      double count = 0, first = 0, others = 0;
      for (Index t = 0; t + lag < n; t += every, ++count) {
        const Eigen::VectorXd d = positions.col(t + lag) - positions.col(t);
        first += d.head(3).squaredNorm();
        others += d.tail(6).squaredNorm();
      }
      EXPECT_EQ(origins[i], count) << "lag " << lag;
      EXPECT_NEAR(correlator.sums()(i, 0), first, 1e-12 * first) << "lag " << lag;
      EXPECT_NEAR(correlator.sums()(i, 1), others, 1e-12 * others) << "lag " << lag;
    }
    correlator.clear();
    EXPECT_EQ(correlator.samples(), 0);
    EXPECT_EQ(correlator.origins().maxCoeff(), 0);
  }
}

TEST(WeightedMeans, OfEqualWeightsAreOrdinary) {
  WeightedMeans means(2);
  EXPECT_TRUE(std::isnan(means.standard_error(1)));
  means.add(1, 3.0, 2.0);
  EXPECT_EQ(means.mean(1), 2.0);
  EXPECT_TRUE(std::isnan(means.standard_error(1)));
  means.add(1, 3.0, 4.0);
  means.add(1, 3.0, 9.0);
  EXPECT_EQ(means.count(1), 3);
  EXPECT_EQ(means.count(0), 0);
  EXPECT_DOUBLE_EQ(means.mean(1), 5.0);
  EXPECT_DOUBLE_EQ(means.standard_error(1), std::sqrt((9.0 + 1 + 16) / 2 / 3));
}

TEST(WeightedMeans, CountLongerSamplesMore) {
  // 2, weighing 3, and 6, weighing 1: mean 3; deviations -1 and 3.
  WeightedMeans means(1);
  means.add(0, 3.0, 2.0);
  means.add(0, 1.0, 6.0);
  EXPECT_DOUBLE_EQ(means.mean(0), 3.0);
  EXPECT_DOUBLE_EQ(means.standard_error(0), std::sqrt((9.0 + 9.0) * 2) / 4);
}

/// A run of 5 electrons and no hole, `n_frames` frames one atomic time apart.
struct MadeUpRun {
  config::RunConfig run;
  trajectory::Layout layout;
  MadeUpRun() {
    run.material.species.resize(2);
    run.material.species[0].name = "electron";
    run.material.species[0].count = 5;
    run.time_interval = 1;
    layout.columns.resize(1);
    layout.columns[0].column = trajectory::Column::unwrapped;
  }
};

TEST(OnlinePlan, FitsStraightLinesExactly) {
  for (const Index n_frames : {50, 100, 1000, 5001, 1'000'000}) {
    SCOPED_TRACE(n_frames);
    const OnlinePlan plan = plan_online(MadeUpRun().run, MadeUpRun().layout, n_frames);
    ASSERT_EQ(plan.obstacle, "");
    EXPECT_EQ(plan.species, std::vector<std::string>{"electron"});
    EXPECT_EQ(plan.n_carriers, 5);
    EXPECT_EQ(plan.interval, static_cast<double>(plan.stride));
    EXPECT_LE((n_frames - 1) / plan.stride + 1, most_samples);
    EXPECT_LE(plan.shortest, (n_frames - 1) / plan.stride + 1) << "a whole trajectory counts";
    Eigen::ArrayXd line(plan.slope_weights.size());
    for (Index i = 0; i < line.size(); ++i) {
      const double t = static_cast<double>(plan.lags[static_cast<std::size_t>(i)]) * plan.interval;
      line[i] = 7 + 3 * t;
      const bool in_window =
          t >= 0.01 * static_cast<double>(n_frames) && t <= 0.09 * static_cast<double>(n_frames);
      if (n_frames >= 1000) {
        EXPECT_EQ(plan.slope_weights[i] != 0, in_window) << t;
      }
    }
    EXPECT_NEAR((plan.slope_weights * line).sum(), 3, 1e-10);
  }
}

TEST(OnlinePlan, SaysWhatStandsInTheWay) {
  const MadeUpRun good;
  EXPECT_NE(plan_online(good.run, good.layout, -1).obstacle, "") << "frames are hops";
  EXPECT_NE(plan_online(good.run, good.layout, 19).obstacle, "") << "too short";
  MadeUpRun field, no_coordinates, narrow;
  field.run.field.magnitude = 1e-6;
  EXPECT_NE(plan_online(field.run, field.layout, 1000).obstacle, "");
  no_coordinates.layout.columns.clear();
  EXPECT_NE(plan_online(no_coordinates.run, no_coordinates.layout, 1000).obstacle, "");
  narrow.run.msd.trim_length = 49;
  EXPECT_NE(plan_online(narrow.run, narrow.layout, 1000).obstacle, "");
}

TEST(OnlinePlan, CountsWholeTrajectoriesEvenIfTheLagsAreAsLong) {
  MadeUpRun long_lags;
  long_lags.run.msd.longest_lag = 999;
  const OnlinePlan plan = plan_online(long_lags.run, long_lags.layout, 1000);
  ASSERT_EQ(plan.obstacle, "");
  EXPECT_EQ(plan.shortest, 999 / plan.stride + 1);
}

}  // namespace
}  // namespace hopmc::analysis
