// Walks that are folded into the supercell by hand, and unwrapped again.

#include "hopmc/analysis/unwrap.hpp"

#include <gtest/gtest.h>

#include <Eigen/Geometry>
#include <Eigen/LU>
#include <array>
#include <cmath>
#include <random>
#include <string>
#include <vector>

namespace {

using namespace hopmc;
using Periodic = std::array<bool, 3>;

/// So skewed that the shortest image is often not the one with fractional coordinates within a half.
lattice::Crystal skewed_crystal() {
  lattice::Crystal crystal;
  crystal.lattice << 5.0, 0, 0, 4.0, 3.0, 0, -3.5, 2.0, 4.0;
  return crystal;
}
const Eigen::Vector3i cells(2, 3, 2);

/// Half of the shortest period; 0 where there is none.
double half_period(const Eigen::Matrix3d& vectors, const Periodic& periodic) {
  double shortest = 0;
  Eigen::Vector3i n;
  for (n[0] = -4; n[0] <= 4; ++n[0]) {
    for (n[1] = -4; n[1] <= 4; ++n[1]) {
      for (n[2] = -4; n[2] <= 4; ++n[2]) {
        bool is_period = n != Eigen::Vector3i::Zero();
        for (int d = 0; d < 3; ++d)
          is_period = is_period && (n[d] == 0 || periodic[static_cast<std::size_t>(d)]);
        const double length = (n.cast<double>().transpose() * vectors).norm();
        if (is_period && (shortest == 0 || length < shortest)) shortest = length;
      }
    }
  }
  return shortest / 2;
}

/// Projection on what the periods span.
Eigen::Matrix3d along_periods(const Eigen::Matrix3d& vectors, const Periodic& periodic) {
  std::vector<Eigen::Vector3d> spanned;
  for (int d = 0; d < 3; ++d) {
    if (periodic[static_cast<std::size_t>(d)]) spanned.emplace_back(vectors.row(d).transpose());
  }
  if (spanned.size() == 3) return Eigen::Matrix3d::Identity();
  if (spanned.empty()) return Eigen::Matrix3d::Zero();
  if (spanned.size() == 1) return spanned[0] * spanned[0].transpose() / spanned[0].squaredNorm();
  const Eigen::Vector3d normal = spanned[0].cross(spanned[1]).normalized();
  return Eigen::Matrix3d::Identity() - normal * normal.transpose();
}

Eigen::Vector3d folded(const Eigen::Vector3d& position, const Eigen::Matrix3d& vectors,
                       const Periodic& periodic) {
  Eigen::RowVector3d f = position.transpose() * vectors.inverse();
  for (int d = 0; d < 3; ++d) {
    if (periodic[static_cast<std::size_t>(d)]) f[d] -= std::floor(f[d]);
  }
  return (f * vectors).transpose();
}

class Unwrapping : public testing::TestWithParam<Periodic> {};

TEST_P(Unwrapping, GivesTheWalkBack) {
  const Periodic periodic = GetParam();
  const lattice::Crystal crystal = skewed_crystal();
  const lattice::Supercell supercell(cells, periodic, 1);
  const Eigen::Matrix3d vectors = cells.cast<double>().asDiagonal() * crystal.lattice;
  const Eigen::Matrix3d along = along_periods(vectors, periodic);
  const double longest = 0.89 * half_period(vectors, periodic);  // surely told
  const double across = 40;                                      // longer than the supercell
  std::mt19937 random(7);
  std::uniform_real_distribution<double> uniform(-1, 1);
  constexpr Eigen::Index n_frames = 500, n_carriers = 2;
  analysis::Positions walk = analysis::Positions::Zero(n_frames, 3 * n_carriers);
  analysis::Positions wrapped(n_frames, 3 * n_carriers);
  int crossings = 0;
  for (Eigen::Index c = 0; c < n_carriers; ++c) {
    const Eigen::Vector3d start(1.0, 2.0 + static_cast<double>(c), 3.0);
    wrapped.block<1, 3>(0, 3 * c) = folded(start, vectors, periodic).transpose();
    for (Eigen::Index f = 1; f < n_frames; ++f) {
      const Eigen::Vector3d direction(uniform(random), uniform(random), uniform(random));
      const Eigen::Vector3d within = along * direction;
      Eigen::Vector3d step = across * (direction - within);
      if (within.norm() > 0) step += longest * std::abs(uniform(random)) * within.normalized();
      walk.block<1, 3>(f, 3 * c) = walk.block<1, 3>(f - 1, 3 * c) + step.transpose();
      const Eigen::Vector3d position = start + walk.block<1, 3>(f, 3 * c).transpose();
      wrapped.block<1, 3>(f, 3 * c) = folded(position, vectors, periodic).transpose();
      const Eigen::RowVector3d seen = wrapped.block<1, 3>(f, 3 * c) - wrapped.block<1, 3>(f - 1, 3 * c);
      if ((seen - step.transpose()).norm() > 1) ++crossings;
    }
  }
  const bool has_faces = longest > 0;
  EXPECT_EQ(crossings > 100, has_faces) << crossings << " crossings of faces";

  analysis::Unwrapper unwrapper(crystal, supercell);
  constexpr Eigen::Index cut = 123;  // the walk goes on in the next block of rows
  unwrapper.unwrap(wrapped.topRows(cut));
  unwrapper.unwrap(wrapped.bottomRows(n_frames - cut));
  EXPECT_LT((wrapped - walk).cwiseAbs().maxCoeff(), 1e-8);
  EXPECT_EQ(unwrapper.ambiguous_steps(), 0);
}

INSTANTIATE_TEST_SUITE_P(Periods, Unwrapping,
                         testing::Values(Periodic{false, false, false}, Periodic{true, false, false},
                                         Periodic{false, true, false}, Periodic{false, false, true},
                                         Periodic{true, true, false}, Periodic{false, true, true},
                                         Periodic{true, true, true}),
                         [](const auto& param_info) {
                           std::string name = "Along";
                           for (std::size_t d = 0; d < 3; ++d) name += param_info.param[d] ? "abc"[d] : '0';
                           return name;
                         });

TEST(UnwrappingLongSteps, CountsThoseOfAboutHalfAPeriod) {
  const lattice::Crystal crystal = skewed_crystal();
  const Periodic periodic{false, true, false};
  const Eigen::Vector3d period = 3.0 * crystal.lattice.row(1).transpose();
  analysis::Positions rows = analysis::Positions::Zero(4, 3);
  rows.row(1) = 0.44 * period.transpose();
  rows.row(2) = 0.90 * period.transpose();                                // 0.46 of a period
  rows.row(3) = rows.row(2) + 40.0 * Eigen::RowVector3d(-3, 4, 0) / 5.0;  // across it, where nothing repeats
  const analysis::Positions walk = rows;
  analysis::Unwrapper unwrapper(crystal, lattice::Supercell(cells, periodic, 1));
  unwrapper.unwrap(rows);
  EXPECT_EQ(unwrapper.ambiguous_steps(), 1);
  EXPECT_LT((rows - walk).cwiseAbs().maxCoeff(), 1e-9);
}

}  // namespace
