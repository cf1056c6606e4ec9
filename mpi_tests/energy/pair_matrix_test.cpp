// Properties of the pair matrix, and a direct Ewald sum without folding or symmetry to compare it with.
#include <gtest/gtest.h>

#include <Eigen/LU>
#include <cmath>
#include <numeric>
#include <random>
#include <vector>

#include "hopmc/energy/ewald.hpp"
#include "hopmc/units/units.hpp"

namespace hopmc::energy {
namespace {

using Eigen::Vector3d;
using Eigen::Vector3i;
using lattice::Crystal;
using lattice::Supercell;

Eigen::Matrix3d triclinic() {
  Eigen::Matrix3d lattice;
  lattice << 5.1, 0.3, -0.4, -1.7, 4.6, 0.6, 0.9, -1.2, 6.3;
  return lattice;
}

Eigen::Matrix3d orthogonal() {
  return Vector3d(4.2, 5.9, 7.1).asDiagonal();
}

Crystal crystal_with(const Eigen::Matrix3d& lattice, const std::vector<Vector3d>& fractional) {
  Crystal crystal;
  crystal.lattice = lattice;
  for (const Vector3d& f : fractional) {
    crystal.basis.push_back({0, 0, f, (f.transpose() * lattice).transpose()});
  }
  return crystal;
}

Crystal three_sites(const Eigen::Matrix3d& lattice) {
  return crystal_with(lattice, {{0.05, 0.1, 0.2}, {0.43, 0.61, 0.87}, {0.9, 0.35, 0.55}});
}

std::vector<int> all_sites(const Crystal& crystal) {
  std::vector<int> sites(crystal.basis.size());
  std::iota(sites.begin(), sites.end(), 0);
  return sites;
}

EwaldParameters with_cutoffs(double sqrt_alpha, double reach) {
  EwaldParameters parameters;
  parameters.alpha = sqrt_alpha * sqrt_alpha;
  parameters.r_cut = reach / sqrt_alpha;
  parameters.k_cut = 2 * reach * sqrt_alpha;
  return parameters;
}

/// P between two points of a cell whose rows are `cell`: plain loops over generous boxes.
double direct(const Eigen::Matrix3d& cell, const Vector3d& difference, const EwaldParameters& p) {
  constexpr int box = 8;
  const double volume = std::abs(cell.determinant());
  const Eigen::Matrix3d reciprocal = 2 * units::pi * cell.inverse().transpose();
  double sum = difference.norm() < 1e-12 ? -std::sqrt(p.alpha / units::pi) : 0.0;
  for (int x = -box; x <= box; ++x) {
    for (int y = -box; y <= box; ++y) {
      for (int z = -box; z <= box; ++z) {
        const Eigen::RowVector3d n(x, y, z);
        const double r = (difference + (n * cell).transpose()).norm();
        if (r > 1e-12 && r < p.r_cut) sum += std::erfc(std::sqrt(p.alpha) * r) / (2 * r);
        const Vector3d k = (n * reciprocal).transpose();
        if (k.norm() > 1e-12 && k.norm() < p.k_cut) {
          sum += 2 * units::pi / volume * std::exp(-k.squaredNorm() / (4 * p.alpha)) *
                 std::cos(k.dot(difference)) / k.squaredNorm();
        }
      }
    }
  }
  return sum;
}

TEST(PairMatrix, EqualsADirectSumInATriclinicSupercell) {
  const Crystal crystal = three_sites(triclinic());
  const Supercell supercell({2, 3, 1}, {true, true, true}, 3);
  const Eigen::Matrix3d cell = supercell.size().cast<double>().asDiagonal() * crystal.lattice;
  // Short cutoffs too: what is cut off must be the same, not only what is left.
  for (const double reach : {1.5, 3.0}) {
    const EwaldParameters parameters = with_cutoffs(0.45, reach);
    const double eps = 3.5;
    const PairMatrix pair(crystal, supercell, all_sites(crystal), parameters, eps);
    for (int i = 0; i < 3; ++i) {
      for (int j = 0; j < 3; ++j) {
        for (std::int64_t c = 0; c < supercell.n_cells(); ++c) {
          const Vector3d shift =
              (supercell.cell_at(c).cast<double>().transpose() * crystal.lattice).transpose();
          const Vector3d difference = crystal.basis[static_cast<std::size_t>(j)].position -
                                      crystal.basis[static_cast<std::size_t>(i)].position + shift;
          const double expected = direct(cell, difference, parameters) / eps;
          EXPECT_NEAR(pair(i, j, c), expected, 1e-13 * std::abs(pair(0, 0, 0))) << i << j << c;
        }
      }
    }
  }
}

TEST(PairMatrix, IsSymmetricToTheLastBit) {
  const Crystal crystal = three_sites(triclinic());
  const Supercell supercell({3, 2, 4}, {true, true, true}, 3);
  const PairMatrix pair(crystal, supercell, all_sites(crystal), with_cutoffs(0.4, 3), 2.0);
  for (std::int64_t c = 0; c < supercell.n_cells(); ++c) {
    const std::int64_t opposite = supercell.cell_index(supercell.folded(-supercell.cell_at(c)));
    for (int i = 0; i < 3; ++i) {
      for (int j = 0; j < 3; ++j) EXPECT_EQ(pair(i, j, c), pair(j, i, opposite)) << i << j << c;
    }
  }
}

TEST(PairMatrix, SumsOverTheCellsToThatOfTheUnitCell) {
  const Crystal crystal = three_sites(triclinic());
  const Supercell whole({3, 4, 2}, {true, true, true}, 3);
  const Supercell one({1, 1, 1}, {true, true, true}, 3);
  const EwaldParameters parameters = with_cutoffs(0.4, 2.5);
  const PairMatrix pair(crystal, whole, all_sites(crystal), parameters, 1.0);
  const PairMatrix unit(crystal, one, all_sites(crystal), parameters, 1.0);
  for (int i = 0; i < 3; ++i) {
    for (int j = 0; j < 3; ++j) {
      double sum = 0;
      for (std::int64_t c = 0; c < whole.n_cells(); ++c) sum += pair(i, j, c);
      EXPECT_NEAR(sum, unit(i, j, 0), 1e-13);
    }
  }
  const std::vector<double> charges = {2.0, -1.5, 0.3};
  const auto from_whole = ion_potential(pair, whole, charges);
  const auto from_unit = ion_potential(unit, one, charges);
  for (std::size_t b = 0; b < 3; ++b) EXPECT_NEAR(from_whole[b], from_unit[b], 1e-13);
}

TEST(PairMatrix, HoldsOnlyTheSitesAskedFor) {
  const Crystal crystal = three_sites(orthogonal());
  const Supercell supercell({2, 2, 2}, {true, true, true}, 3);
  const EwaldParameters parameters = with_cutoffs(0.4, 3);
  const PairMatrix all(crystal, supercell, all_sites(crystal), parameters, 1.0);
  const std::vector<int> some = {0, 2};
  const PairMatrix part(crystal, supercell, some, parameters, 1.0);
  EXPECT_TRUE(part.has(0) && part.has(2));
  EXPECT_FALSE(part.has(1));
  EXPECT_EQ(part.bytes(), 2U * 2 * 8 * sizeof(double));
  for (std::int64_t c = 0; c < supercell.n_cells(); ++c) EXPECT_EQ(part(2, 0, c), all(2, 0, c));
}

/// Energy of charges on all sites, with the background, in a vacuum.
double energy_of(const Crystal& crystal, const Supercell& supercell, const std::vector<double>& charges,
                 const EwaldParameters& parameters) {
  const PairMatrix pair(crystal, supercell, all_sites(crystal), parameters, 1.0);
  double energy =
      background_energy(std::accumulate(charges.begin(), charges.end(), 0.0),
                        crystal.volume() * static_cast<double>(supercell.n_cells()), parameters, 1.0);
  for (std::int64_t a = 0; a < supercell.n_sites(); ++a) {
    for (std::int64_t b = 0; b < supercell.n_sites(); ++b) {
      const Vector3i offset = supercell.folded(supercell.cell_of(b) - supercell.cell_of(a));
      energy += charges[static_cast<std::size_t>(a)] * charges[static_cast<std::size_t>(b)] *
                pair(supercell.basis_of(a), supercell.basis_of(b), supercell.cell_index(offset));
    }
  }
  return energy;
}

TEST(PairMatrix, EnergiesDoNotDependOnTheSplitting) {
  std::mt19937 random(7);
  std::uniform_real_distribution<double> charge(-2, 2);
  for (const Eigen::Matrix3d& lattice : {triclinic(), orthogonal()}) {
    const Crystal crystal = three_sites(lattice);
    const Supercell supercell({2, 1, 3}, {true, true, true}, 3);
    std::vector<double> before(static_cast<std::size_t>(supercell.n_sites()));
    for (double& q : before) q = charge(random);  // not neutral: the background counts
    std::vector<double> after = before;
    std::swap(after[1], after[10]);
    const EwaldParameters reference = with_cutoffs(0.4, 6.5);
    const double first = energy_of(crystal, supercell, before, reference);
    const double change = energy_of(crystal, supercell, after, reference) - first;
    EXPECT_GT(std::abs(change), 1e-3);
    for (const double sqrt_alpha : {0.25, 0.3, 0.6, 0.9}) {
      const EwaldParameters other = with_cutoffs(sqrt_alpha, 6.5);
      const double energy = energy_of(crystal, supercell, before, other);
      EXPECT_NEAR(energy, first, 1e-11 * std::abs(first)) << sqrt_alpha;
      EXPECT_NEAR(energy_of(crystal, supercell, after, other) - energy, change, 1e-11) << sqrt_alpha;
    }
  }
}

TEST(PairMatrix, OfALeftHandedLatticeIsThatOfItsMirrorImage) {
  Eigen::Matrix3d mirrored = triclinic();
  mirrored.col(2) *= -1;
  const Crystal right = three_sites(triclinic());
  const Crystal left = three_sites(mirrored);
  ASSERT_LT(left.lattice.determinant() * right.lattice.determinant(), 0);
  const Supercell supercell({2, 2, 1}, {true, true, true}, 3);
  const PairMatrix a(right, supercell, all_sites(right), with_cutoffs(0.4, 4), 1.0);
  const PairMatrix b(left, supercell, all_sites(left), with_cutoffs(0.4, 4), 1.0);
  for (std::int64_t c = 0; c < 4; ++c) EXPECT_NEAR(a(0, 1, c), b(0, 1, c), 1e-14);
}

}  // namespace
}  // namespace hopmc::energy
