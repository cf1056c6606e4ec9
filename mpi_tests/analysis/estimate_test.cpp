// Errors against textbooks, and their honesty against theory.

#include "hopmc/analysis/estimate.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "hopmc/analysis/displacement.hpp"
#include "hopmc/analysis/exact_msd.hpp"
#include "hopmc/analysis/line_fit.hpp"
#include "hopmc/config/errors.hpp"
#include "hopmc/kmc/propagator.hpp"
#include "hopmc/units/units.hpp"
#include "support/case_model.hpp"
#include "support/recorded_rows.hpp"

namespace {

using namespace hopmc;
using analysis::Estimate;
using Eigen::Index;

TEST(Estimate, HasStudentsInterval) {
  const Estimate e = analysis::estimate_mean(std::vector<double>{1, 2, 3, 4});
  EXPECT_DOUBLE_EQ(e.value, 2.5);
  EXPECT_NEAR(e.standard_error, std::sqrt(5.0 / 3 / 4), 1e-15);
  EXPECT_NEAR(e.interval[1] - 2.5, 3.182446305284263 * e.standard_error, 1e-12);  // t(0.975; 3)
  EXPECT_TRUE(std::isnan(e.bootstrap[0])) << "four blocks are too few";
}

TEST(Estimate, OfOneBlockHasNoError) {
  const Estimate e = analysis::estimate_mean(std::vector<double>{7});
  EXPECT_DOUBLE_EQ(e.value, 7);
  EXPECT_TRUE(std::isnan(e.standard_error) && std::isnan(e.interval[0]));
}

TEST(Estimate, OfARatioOfProportionalBlocksIsCertain) {
  const Estimate e =
      analysis::estimate_ratio(3, std::vector<double>{2, 4, 3}, 6, std::vector<double>{4, 8, 6});
  EXPECT_DOUBLE_EQ(e.value, 0.5);
  EXPECT_NEAR(e.standard_error, 0, 1e-15);
}

TEST(Estimate, OfAnotherSignKeepsTheOrderOfTheBounds) {
  const Estimate e = analysis::estimate_mean(std::vector<double>{1, 2, 4, 4, 5, 6}).times(-2);
  EXPECT_LT(e.interval[0], e.value);
  EXPECT_LT(e.value, e.interval[1]);
  EXPECT_LT(e.bootstrap[0], e.bootstrap[1]);
  EXPECT_GT(e.standard_error, 0);
}

TEST(LagPlan, IsPycdsWindow) {
  config::MsdConfig msd;
  msd.longest_lag = 500;
  msd.trim_length = 50;
  const auto plan = analysis::plan_lags(msd, 10001, 1.0, "here");
  EXPECT_EQ(plan.n_lags, 501);
  EXPECT_EQ(plan.first, 50);
  EXPECT_EQ(plan.last, 450) << "[50:-50] of 501";
}

TEST(LagPlan, LeavesALineToFitInTheShortestTrajectory) {
  for (const int n_frames : {20, 29, 31, 32}) {
    const auto plan = analysis::plan_lags({}, n_frames, 0.3, "here");
    EXPECT_EQ(plan.n_lags, 4) << n_frames;
    EXPECT_EQ(plan.first, 1) << n_frames;
    EXPECT_EQ(plan.last, 2) << n_frames;
  }
  EXPECT_EQ(analysis::plan_lags({}, 41, 0.3, "here").n_lags, 5);
}

TEST(LagPlan, RefusesWhatTheTrajectoryDoesNotHold) {
  config::MsdConfig msd;
  EXPECT_THROW(static_cast<void>(analysis::plan_lags(msd, 5, 1.0, "here")), InputError);
  msd.longest_lag = 100;
  EXPECT_THROW(static_cast<void>(analysis::plan_lags(msd, 100, 1.0, "here")), InputError);
  EXPECT_NO_THROW(static_cast<void>(analysis::plan_lags(msd, 101, 1.0, "here")));
  msd.trim_length = 50;
  EXPECT_THROW(static_cast<void>(analysis::plan_lags(msd, 101, 1.0, "here")), InputError);
}

TEST(LineFit, FindsALine) {
  const analysis::LagPlan plan{
      .skipped = 0, .n_frames = 1001, .interval = 0.5, .n_lags = 101, .first = 10, .last = 90};
  Eigen::ArrayXd line = Eigen::ArrayXd::LinSpaced(101, 0, 50) * 3 + 7;
  line.head(5) = 1e6;  // outside the window
  const auto fit = analysis::fit_line(line, plan);
  EXPECT_NEAR(fit.slope, 3, 1e-12);
  EXPECT_NEAR(fit.intercept, 7, 1e-11);
  EXPECT_NEAR(fit.r_squared, 1, 1e-12);
}

analysis::TensorCurve msd_of(kmc::Propagator& propagator, Index n_lags) {
  const auto rows = test::record_all(propagator, 1);
  const auto n = static_cast<Index>(rows.frames());
  const Eigen::Map<const analysis::Positions> positions(rows.unwrapped.data(), n, 3);
  analysis::DisplacementMoments moments(n_lags, n);
  moments.add(positions, n);
  return moments.mean();
}

TEST(Honesty, IntervalsOfShortEnsemblesCoverTheExactValue) {
  constexpr int n_ensembles = 200, n_traj = 12;
  const auto c = test::load_example("bivo4", {{"t_final", "2e-5"}, {"time_interval", "2e-8"}});
  const auto exact = analysis::exact_transport(c->model, c->model.carrier_species[0]);
  const auto plan = analysis::plan_lags(c->config.run.msd, static_cast<Index>(c->model.n_frames),
                                        c->model.time_interval, "here");
  const auto factory = kmc::make_propagator_factory(c->model, c->config.run);
  int by_t = 0, by_bootstrap = 0;
  for (int e = 0; e < n_ensembles; ++e) {
    std::vector<double> d;
    for (int t = 0; t < n_traj; ++t) {
      const auto curve = msd_of(*factory->start(e * n_traj + t), plan.n_lags);
      const Eigen::ArrayXd msd = curve.leftCols<3>().rowwise().sum();
      d.push_back(analysis::fit_line(msd, plan).slope / 6);
    }
    const Estimate estimate = analysis::estimate_mean(d);
    const auto covers = [&](const auto& interval) {
      return interval[0] <= exact.diffusivity() && exact.diffusivity() <= interval[1];
    };
    by_t += covers(estimate.interval) ? 1 : 0;
    by_bootstrap += covers(estimate.bootstrap) ? 1 : 0;
  }
  RecordProperty("covered_by_t", by_t);
  RecordProperty("covered_by_bootstrap", by_bootstrap);
  for (const int covered : {by_t, by_bootstrap}) {
    EXPECT_GE(covered, 180) << "90 % of 200";
    EXPECT_LE(covered, 196) << "98 % of 200";
  }
}

struct Material {
  std::string name;
  std::string example;
  test::Settings settings;
};

class ExactMsd : public testing::TestWithParam<Material> {};

/// Against Monte Carlo at lags from less than a hop to many.
TEST_P(ExactMsd, IsThatOfMonteCarlo) {
  const auto c = test::load_example(GetParam().example, GetParam().settings);
  constexpr Index n_lags = 40;
  const auto exact =
      analysis::exact_msd(c->model, c->model.carrier_species[0], c->model.time_interval, n_lags);
  const auto factory = kmc::make_propagator_factory(c->model, c->config.run);
  std::vector<analysis::TensorCurve> curves;
  for (int t = 0; t < 60; ++t) curves.push_back(msd_of(*factory->start(t), n_lags));
  for (const Index lag : {Index{1}, Index{3}, Index{10}, Index{39}}) {
    for (Index k = 0; k < 3; ++k) {
      std::vector<double> values;
      for (const auto& curve : curves) values.push_back(curve(lag, k));
      const Estimate e = analysis::estimate_mean(values);
      EXPECT_NEAR(e.value, exact(lag, k), 4 * e.standard_error) << "lag " << lag << ", component " << k;
      EXPECT_LT(e.standard_error, 0.1 * exact(lag, k)) << "the comparison must mean something";
    }
  }
}

INSTANTIATE_TEST_SUITE_P(
    Materials, ExactMsd,
    testing::Values(Material{"HematiteHot",
                             "hematite",
                             {{"temp", "1200"}, {"t_final", "2e-9"}, {"time_interval", "2e-13"}}},
                    Material{"BismuthVanadate", "bivo4", {{"t_final", "2e-5"}, {"time_interval", "2e-9"}}},
                    Material{"Holes", "bivo4_holes", {}}),
    [](const auto& param_info) { return param_info.param.name; });

TEST(ExactMsdOfAField, GrowsAsTheDiffusionTensorSays) {
  const auto c = test::load_example(
      "bivo4_holes", {{"external_field.electric", "{active: 1, dir: [1, 0, 0], ld: 0, mag: 0.0003}"}});
  const int species = c->model.carrier_species[0];
  const auto transport = analysis::exact_transport(c->model, species);
  const auto curve = analysis::exact_msd(c->model, species, c->model.time_interval, 20001);
  const double time = 10000 * c->model.time_interval;
  EXPECT_GT(transport.velocity.norm(), 0);
  for (std::size_t k = 0; k < 6; ++k) {
    const auto [a, b] = analysis::tensor_components[k];
    const auto column = static_cast<Index>(k);
    EXPECT_NEAR((curve(20000, column) - curve(10000, column)) / (2 * time), transport.diffusion(a, b),
                1e-6 * transport.diffusivity());
  }
  EXPECT_EQ(curve(0, 0), 0);
}

}  // namespace
