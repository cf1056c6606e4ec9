// Arrhenius' law: exact data, the textbook's weighted least squares, and errors against their scatter.

#include "hopmc/analysis/arrhenius.hpp"

#include <gtest/gtest.h>

#include <Eigen/Dense>
#include <cmath>
#include <random>
#include <vector>

#include "hopmc/analysis/sweep_report.hpp"

namespace {

using namespace hopmc;
using analysis::ThermalDiffusivity;

constexpr double energy = 0.25;
constexpr double prefactor = 3e-3;

std::vector<ThermalDiffusivity> exact_points(const std::vector<double>& kTs, double relative_error) {
  std::vector<ThermalDiffusivity> points;
  for (const double kT : kTs) {
    const double d = prefactor * std::exp(-energy / kT);
    points.push_back({kT, d, d * relative_error});
  }
  return points;
}

TEST(Arrhenius, OfExactDataIsExact) {
  const auto fit = analysis::fit_arrhenius(exact_points({0.02, 0.025, 0.03, 0.04}, 0.01));
  ASSERT_TRUE(fit);
  EXPECT_NEAR(fit->activation_energy, energy, 1e-12);
  EXPECT_NEAR(fit->ln_prefactor, std::log(prefactor), 1e-10);
  EXPECT_NEAR(fit->chi_squared, 0, 1e-15);
  EXPECT_GT(fit->activation_energy_error, 0) << "the points have errors though they lie on the line";
}

/// (A' W A)^-1 A' W y with A = (1, 1/kT).
TEST(Arrhenius, IsWeightedLeastSquares) {
  std::vector<ThermalDiffusivity> points{
      {0.020, 1.1e-8, 2e-10}, {0.025, 1.4e-7, 5e-9}, {0.03, 7.5e-7, 8e-8}, {0.04, 5.0e-6, 1e-7}};
  Eigen::MatrixXd a(4, 2);
  Eigen::VectorXd y(4);
  Eigen::VectorXd w(4);
  for (Eigen::Index i = 0; i < 4; ++i) {
    const ThermalDiffusivity& p = points[static_cast<std::size_t>(i)];
    a.row(i) << 1, 1 / p.kT;
    y[i] = std::log(p.diffusivity);
    w[i] = std::pow(p.diffusivity / p.standard_error, 2);
  }
  const Eigen::Matrix2d covariance = (a.transpose() * w.asDiagonal() * a).inverse();
  const Eigen::Vector2d line = covariance * a.transpose() * w.asDiagonal() * y;
  const double chi_squared = w.dot(Eigen::VectorXd((y - a * line).array().square()));
  ASSERT_GT(chi_squared, 2) << "so that the errors are scaled";
  const auto fit = analysis::fit_arrhenius(points);
  ASSERT_TRUE(fit);
  EXPECT_NEAR(fit->ln_prefactor, line[0], 1e-9 * std::abs(line[0]));
  EXPECT_NEAR(fit->activation_energy, -line[1], 1e-9 * energy);
  EXPECT_NEAR(fit->chi_squared, chi_squared, 1e-8 * chi_squared);
  EXPECT_NEAR(fit->activation_energy_error / std::sqrt(covariance(1, 1) * chi_squared / 2), 1, 1e-8);
  EXPECT_NEAR(fit->ln_prefactor_error / std::sqrt(covariance(0, 0) * chi_squared / 2), 1, 1e-8);

  // Points nearer to the line than their errors: the errors are those that these lead to, unscaled.
  for (ThermalDiffusivity& p : points) p.standard_error *= 100;
  const auto near = analysis::fit_arrhenius(points);
  EXPECT_NEAR(near->activation_energy, fit->activation_energy, 1e-9 * energy);
  EXPECT_NEAR(near->activation_energy_error / (100 * std::sqrt(covariance(1, 1))), 1, 1e-8);
}

TEST(Arrhenius, OfPointsWithoutErrorsTakesTheirScatter) {
  auto points = exact_points({1.0 / 3, 1.0 / 2, 1.0}, analysis::Estimate::unknown);  // 1/kT = 3, 2, 1
  points[1].diffusivity *= std::exp(0.3);
  const auto fit = analysis::fit_arrhenius(points);
  ASSERT_TRUE(fit);
  // Of deviations (0, 0.3, 0) at -1, 0, 1: slope unchanged, distances (-0.1, 0.2, -0.1), one degree of
  // freedom.
  EXPECT_NEAR(fit->activation_energy, energy, 1e-12);
  EXPECT_NEAR(fit->activation_energy_error, std::sqrt(0.06 / 2), 1e-12);
  EXPECT_TRUE(std::isnan(fit->chi_squared));
}

TEST(Arrhenius, NeedsThreePointsForAnErrorAndTwoAtAll) {
  const auto two = analysis::fit_arrhenius(exact_points({0.02, 0.03}, 0.01));
  ASSERT_TRUE(two);
  EXPECT_NEAR(two->activation_energy, energy, 1e-12);
  EXPECT_TRUE(std::isnan(two->activation_energy_error) && std::isnan(two->ln_prefactor_error));
  EXPECT_FALSE(analysis::fit_arrhenius(exact_points({0.02}, 0.01)));
  EXPECT_FALSE(analysis::fit_arrhenius(exact_points({0.02, 0.02}, 0.01)));
  EXPECT_FALSE(analysis::fit_arrhenius({}));
}

TEST(Arrhenius, LeavesOutWhatHasNoLogarithm) {
  auto points = exact_points({0.02, 0.025, 0.03, 0.04}, 0.01);
  points[0].diffusivity *= -1;
  const auto fit = analysis::fit_arrhenius(points);
  ASSERT_TRUE(fit);
  EXPECT_EQ(fit->points, 3);
  EXPECT_NEAR(fit->activation_energy, energy, 1e-12);
}

TEST(Arrhenius, ErrorsAreThoseOfManyFits) {
  std::mt19937_64 generator(1);
  std::normal_distribution<double> normal;
  const auto exact = exact_points({0.02, 0.024, 0.028, 0.032, 0.036}, 0.03);
  constexpr int n = 4000;
  double square = 0;
  for (int i = 0; i < n; ++i) {
    auto points = exact;
    for (ThermalDiffusivity& p : points) p.diffusivity += normal(generator) * p.standard_error;
    square += std::pow(analysis::fit_arrhenius(points)->activation_energy - energy, 2);
  }
  const double error = analysis::fit_arrhenius(exact)->activation_energy_error;
  EXPECT_NEAR(std::sqrt(square / n) / error, 1, 0.05);  // 4 standard deviations of the scatter of 4000
}

TEST(SweptArrhenius, IsALineForEverySpeciesAndEveryOtherValue) {
  analysis::SweepAnalysis sweep;
  sweep.keys = {{"n_traj", ""}, {"temp", "K"}};
  for (const double n : {1.0, 2.0}) {
    for (const double kT : {0.02, 0.03, 0.04}) {
      analysis::AnalysedPoint point{{{n, kT * 1e4}, "directory"}, kT, 1, {}, {}};
      for (const auto& [name, factor] : {std::pair("electron", 1.0), std::pair("hole", 2.0)}) {
        analysis::SweptSpecies species{name, {}, {}, {}};
        species.diffusivity.value = prefactor * std::exp(-factor * n * energy / kT);
        species.diffusivity.standard_error = 0.01 * species.diffusivity.value;
        point.species.push_back(species);
      }
      sweep.points.push_back(point);
    }
  }
  const auto lines = analysis::arrhenius_of(sweep);
  ASSERT_EQ(lines.size(), 4U);
  EXPECT_EQ(lines[1].species, "electron");
  EXPECT_EQ(lines[1].others, std::vector<double>{2.0});
  EXPECT_NEAR(lines[1].fit.activation_energy, 2 * energy, 1e-12);
  EXPECT_EQ(lines[3].species, "hole");
  EXPECT_NEAR(lines[3].fit.activation_energy, 4 * energy, 1e-12);
  sweep.keys[1].key = "t_final";
  EXPECT_TRUE(analysis::arrhenius_of(sweep).empty());
}

}  // namespace
