// Madelung constants of three structures, from unit cells and supercells, for several splittings.
#include <gtest/gtest.h>

#include <cmath>
#include <numeric>
#include <string>
#include <vector>

#include "hopmc/energy/ewald.hpp"

namespace hopmc::energy {
namespace {

using lattice::Crystal;
using lattice::Supercell;

struct Structure {
  std::string name;
  double madelung;  ///< by nearest distance
  double nearest;   ///< in cube edges
  std::vector<Eigen::Vector3d> plus, minus;
};

const std::vector<Eigen::Vector3d> face_centred = {{0, 0, 0}, {0, 0.5, 0.5}, {0.5, 0, 0.5}, {0.5, 0.5, 0}};

std::vector<Eigen::Vector3d> shifted(std::vector<Eigen::Vector3d> sites, const Eigen::Vector3d& by) {
  for (Eigen::Vector3d& site : sites) site += by;
  return sites;
}

std::vector<Structure> structures() {
  return {{"NaCl", 1.7475645946, 0.5, face_centred, shifted(face_centred, {0.5, 0.5, 0.5})},
          {"CsCl", 1.7626747731, std::sqrt(0.75), {{0, 0, 0}}, {{0.5, 0.5, 0.5}}},
          {"zincblende", 1.6380550533, std::sqrt(3.0) / 4, face_centred,
           shifted(face_centred, {0.25, 0.25, 0.25})}};
}

constexpr double edge = 7.3;  // bohr

Crystal crystal_of(const Structure& structure, const Eigen::Matrix3d& lattice) {
  Crystal crystal;
  crystal.lattice = lattice;
  const auto add = [&](const std::vector<Eigen::Vector3d>& sites, int element) {
    for (const Eigen::Vector3d& f : sites) {
      crystal.basis.push_back({element, 0, f, (f.transpose() * lattice).transpose()});
    }
  };
  add(structure.plus, 0);
  add(structure.minus, 1);
  return crystal;
}

/// Energy per ion pair times nearest distance, from all pairs of the supercell.
double madelung(const Structure& structure, const Eigen::Vector3i& size, double sqrt_alpha) {
  const Crystal crystal = crystal_of(structure, edge * Eigen::Matrix3d::Identity());
  const Supercell supercell(size, {true, true, true}, crystal.n_basis());
  EwaldParameters parameters;
  parameters.alpha = sqrt_alpha * sqrt_alpha;
  parameters.r_cut = 6.5 / sqrt_alpha;
  parameters.k_cut = 13 * sqrt_alpha;
  std::vector<int> sites(crystal.basis.size());
  std::iota(sites.begin(), sites.end(), 0);
  const PairMatrix pair(crystal, supercell, sites, parameters, 1.0);
  const int half = crystal.n_basis() / 2;
  double energy = 0;  // of one cell with everything
  for (int i = 0; i < crystal.n_basis(); ++i) {
    for (int j = 0; j < crystal.n_basis(); ++j) {
      for (std::int64_t cell = 0; cell < supercell.n_cells(); ++cell) {
        energy += (i < half) == (j < half) ? pair(i, j, cell) : -pair(i, j, cell);
      }
    }
  }
  return -energy / half * structure.nearest * edge;
}

class Madelung : public testing::TestWithParam<Structure> {};

TEST_P(Madelung, OfTheUnitCell) {
  for (const double sqrt_alpha : {0.25, 0.4, 0.7}) {
    EXPECT_NEAR(madelung(GetParam(), {1, 1, 1}, sqrt_alpha), GetParam().madelung, 1e-9) << sqrt_alpha;
  }
}

TEST_P(Madelung, OfSupercells) {
  EXPECT_NEAR(madelung(GetParam(), {2, 1, 3}, 0.35), GetParam().madelung, 1e-9);
  EXPECT_NEAR(madelung(GetParam(), {3, 2, 2}, 0.35), GetParam().madelung, 1e-9);
}

INSTANTIATE_TEST_SUITE_P(Structures, Madelung, testing::ValuesIn(structures()),
                         [](const auto& structure) { return structure.param.name; });

}  // namespace
}  // namespace hopmc::energy
