// Images in a sphere, the shortest of them, and whether it is the only one, in lattices of every skewness.
#include "hopmc/lattice/images.hpp"

#include <gtest/gtest.h>

#include <random>
#include <vector>

namespace hopmc::lattice {
namespace {

using Eigen::Matrix3d;
using Eigen::Vector3d;
using Eigen::Vector3i;

std::vector<Matrix3d> lattices() {
  Matrix3d skewed, very_skewed;
  skewed << 5.1, 0.3, -0.4, -1.7, 4.6, 0.6, 0.9, -1.2, 6.3;
  very_skewed << 3, 0, 0, 5, 3.5, 0, -4, 5, 4;
  return {Matrix3d(Vector3d(3, 4, 5).asDiagonal()), skewed, very_skewed};
}

/// All images by plain loops over a box large enough for any of the lattices.
template <class Visit>
void for_each_in_box(const Matrix3d& lattice, const Vector3d& vector, Visit&& visit) {
  constexpr int box = 14;
  for (int x = -box; x <= box; ++x) {
    for (int y = -box; y <= box; ++y) {
      for (int z = -box; z <= box; ++z) {
        visit(Vector3i(x, y, z), Vector3d(vector + (Eigen::RowVector3d(x, y, z) * lattice).transpose()));
      }
    }
  }
}

TEST(Images, AllOfASphereAreFoundOnce) {
  std::mt19937 random(3);
  std::uniform_real_distribution<double> coordinate(-4, 4);
  for (const Matrix3d& lattice : lattices()) {
    const ImageSearch search(lattice);
    for (int repeat = 0; repeat < 10; ++repeat) {
      const Vector3d vector(coordinate(random), coordinate(random), coordinate(random));
      constexpr double radius = 5;
      std::vector<std::vector<int>> expected, found;
      for_each_in_box(lattice, vector, [&](const Vector3i& n, const Vector3d& v) {
        if (v.norm() <= radius) expected.push_back({n[0], n[1], n[2]});
      });
      search.for_each_within(vector, radius, [&](const Vector3i& n, const Vector3d& v) {
        found.push_back({n[0], n[1], n[2]});
        EXPECT_NEAR((v - vector - search.translation(n)).norm(), 0, 1e-12);
      });
      EXPECT_EQ(found, expected);
      EXPECT_FALSE(found.empty());
    }
  }
}

TEST(Images, TheShortestIsFoundInSkewedLatticesToo) {
  std::mt19937 random(4);
  std::uniform_real_distribution<double> coordinate(-4, 4);
  for (const Matrix3d& lattice : lattices()) {
    const ImageSearch search(lattice);
    for (int repeat = 0; repeat < 10; ++repeat) {
      const Vector3d vector(coordinate(random), coordinate(random), coordinate(random));
      double expected = vector.norm();
      for_each_in_box(lattice, vector,
                      [&](const Vector3i&, const Vector3d& v) { expected = std::min(expected, v.norm()); });
      EXPECT_NEAR(search.shortest(vector).norm(), expected, 1e-12);
      EXPECT_TRUE(search.is_unique_shortest(search.shortest(vector)));
    }
  }
}

TEST(Images, HalfALatticeVectorHasTwoShortestImages) {
  const ImageSearch search(Vector3d(3, 4, 5).asDiagonal());
  EXPECT_FALSE(search.is_unique_shortest({1.5, 0, 0}));
  EXPECT_TRUE(search.is_unique_shortest({1.49, 0, 0}));
  EXPECT_FALSE(search.is_unique_shortest({1.51, 0, 0}));
  EXPECT_FALSE(search.is_unique_shortest({3, 0, 0}));
}

TEST(Images, ShortestTranslation) {
  EXPECT_DOUBLE_EQ(ImageSearch(Vector3d(3, 4, 5).asDiagonal()).shortest_translation(), 3);
  Matrix3d skewed;  // b - 3 a is shorter than either
  skewed << 3, 0, 0, 9, 1, 0, 0, 0, 7;
  EXPECT_DOUBLE_EQ(ImageSearch(skewed).shortest_translation(), 1);
}

}  // namespace
}  // namespace hopmc::lattice
