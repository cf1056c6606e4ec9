// Hops of hematite and BiVO4, and what is wrong with lists of distances.
#include "hopmc/lattice/hop_table.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "hopmc/lattice/poscar.hpp"
#include "hopmc/lattice/supercell.hpp"
#include "support/materials.hpp"

namespace hopmc::lattice {
namespace {

using Eigen::Vector3d;
using testing::ElementsAre;
using testing::HasSubstr;

struct Built {
  Crystal crystal;
  HopTable hops;
  std::string problems;
};

Built build(const test::Case& given) {
  Problems problems;
  Built built;
  built.crystal = read_crystal(given.files.poscar, given.config, problems);
  built.hops = build_hop_table(built.crystal, given.config, problems);
  for (const Problem& problem : problems.list()) built.problems += problem.text() + "\n";
  return built;
}

std::vector<int> counts_by_kind(const std::vector<Hop>& hops) {
  std::vector<int> counts;
  for (const Hop& hop : hops) {
    counts.resize(std::max(counts.size(), static_cast<std::size_t>(hop.kind) + 1));
    ++counts[static_cast<std::size_t>(hop.kind)];
  }
  return counts;
}

TEST(HopTable, HematiteHasThreeHopsInThePlaneAndOneAcross) {
  const Built built = build(test::hematite());
  ASSERT_EQ(built.problems, "");
  for (int b = 0; b < 12; ++b) {
    const auto& hops = built.hops[static_cast<std::size_t>(b)];
    EXPECT_THAT(counts_by_kind(hops), ElementsAre(3, 1));
    Vector3d sum = Vector3d::Zero();
    for (const Hop& hop : hops) {
      const double expected = test::angstrom(hop.kind == 0 ? 2.971 : 2.901);
      EXPECT_NEAR(hop.vector.norm(), expected, test::angstrom(0.002));
      EXPECT_DOUBLE_EQ(hop.reorganization_energy, test::ev(hop.kind == 0 ? 1.74533 : 1.88683));
      EXPECT_DOUBLE_EQ(hop.coupling, test::ev(hop.kind == 0 ? 0.184 : 0.028));
      sum += hop.vector;
    }
    EXPECT_NEAR(sum.x(), 0, 1e-9);  // a threefold axis
    EXPECT_NEAR(sum.y(), 0, 1e-9);
  }
  for (int b = 12; b < 30; ++b) EXPECT_TRUE(built.hops[static_cast<std::size_t>(b)].empty());
  EXPECT_TRUE(irreversible_hops(built.crystal, built.hops).empty());
}

TEST(HopTable, VectorsLeadFromOriginToTarget) {
  const Built built = build(test::bivo4());
  for (std::size_t b = 0; b < built.hops.size(); ++b) {
    for (const Hop& hop : built.hops[b]) {
      const auto& target = built.crystal.basis[static_cast<std::size_t>(hop.target)];
      const Vector3d cell = (hop.offset.cast<double>().transpose() * built.crystal.lattice).transpose();
      EXPECT_NEAR((built.crystal.basis[b].position + hop.vector - target.position - cell).norm(), 0, 1e-12);
      EXPECT_EQ(target.element, built.crystal.basis[b].element);
    }
  }
}

TEST(HopTable, Bivo4HasTwoElectronHopsOfEachDistance) {
  const Built built = build(test::bivo4());
  ASSERT_EQ(built.problems, "");
  for (const int b : built.crystal.sites_of(built.crystal.find_element("V"))) {
    const auto& hops = built.hops[static_cast<std::size_t>(b)];
    EXPECT_THAT(counts_by_kind(hops), ElementsAre(2, 2, 2, 2));
    Vector3d sum = Vector3d::Zero();
    for (const Hop& hop : hops) {
      EXPECT_EQ(hop.target == b, hop.kind >= 2);  // the last two lists are the vectors b and a
      sum += hop.vector;
    }
    EXPECT_NEAR(sum.x(), 0, 1e-9);  // a twofold axis along c
    EXPECT_NEAR(sum.y(), 0, 1e-9);
  }
}

/// In 2x2x1 the two hops along a lattice vector end on one site, and stay two hops.
TEST(HopTable, Bivo4KeepsAllEightInASmallCell) {
  const Built built = build(test::bivo4());
  const Supercell supercell({2, 2, 1}, {true, true, true}, built.crystal.n_basis());
  const int b = built.crystal.sites_of(built.crystal.find_element("V")).front();
  std::vector<std::int64_t> targets;
  for (const Hop& hop : built.hops[static_cast<std::size_t>(b)]) {
    if (supercell.reachable(hop.offset) || supercell.fully_periodic()) {
      targets.push_back(supercell.site_index(hop.target, supercell.folded(hop.offset)));
    }
  }
  EXPECT_EQ(targets.size(), 8U);
  std::sort(targets.begin(), targets.end());
  EXPECT_EQ(std::unique(targets.begin(), targets.end()) - targets.begin(), 6);
}

TEST(HopTable, Bivo4HolesSeeDifferentDistancesFromEachClass) {
  const Built built = build(test::bivo4());
  std::vector<std::vector<std::size_t>> sizes(2);
  for (const int b : built.crystal.sites_of(built.crystal.find_element("O"))) {
    const BasisSite& site = built.crystal.basis[static_cast<std::size_t>(b)];
    sizes[static_cast<std::size_t>(site.site_class)].push_back(
        built.hops[static_cast<std::size_t>(b)].size());
  }
  for (const auto& of_class : sizes) {
    ASSERT_EQ(of_class.size(), 8U);
    EXPECT_TRUE(
        std::all_of(of_class.begin(), of_class.end(), [&](std::size_t n) { return n == of_class[0]; }));
    EXPECT_GE(of_class[0], 11U);
  }
}

TEST(HopTable, OrderIsThatOfTheListThenOfOffsetAndTarget) {
  const Built built = build(test::bivo4());
  for (const auto& hops : built.hops) {
    for (std::size_t i = 1; i < hops.size(); ++i) {
      const auto key = [](const Hop& h) {
        return std::vector<int>{h.kind, h.offset[0], h.offset[1], h.offset[2], h.target};
      };
      EXPECT_LT(key(hops[i - 1]), key(hops[i]));
    }
  }
}

TEST(HopTable, FacesThatAreNotPeriodicLoseTheHopsAcrossThem) {
  const Built built = build(test::hematite());
  const auto count = [&](const std::array<bool, 3>& periodic) {
    const Supercell supercell({2, 2, 1}, periodic, built.crystal.n_basis());
    std::size_t hops = 0;
    for (std::int64_t site = 0; site < supercell.n_sites(); ++site) {
      for (const Hop& hop : built.hops[static_cast<std::size_t>(supercell.basis_of(site))]) {
        hops += supercell.reachable(supercell.cell_of(site) + hop.offset) ? 1 : 0;
      }
    }
    return hops;
  };
  const std::size_t all = count({true, true, true});
  EXPECT_EQ(all, 4U * 12 * 4);
  std::size_t across_z = 0;
  for (std::size_t b = 0; b < 12; ++b) {
    for (const Hop& hop : built.hops[b]) across_z += hop.offset[2] != 0 ? 4 : 0;
  }
  EXPECT_GT(across_z, 0U);
  EXPECT_EQ(count({true, true, false}), all - across_z);
  EXPECT_LT(count({false, false, false}), count({true, true, false}));
}

TEST(HopTable, WindowIsOpenBelowAndClosedAbove) {
  // Simple cubic, edge 4 bohr: neighbours at exactly 4.
  Crystal crystal;
  crystal.lattice = 4 * Eigen::Matrix3d::Identity();
  crystal.elements = {{"X", 0, 1}};
  crystal.basis = {{0, 0, Vector3d::Zero(), Vector3d::Zero()}};
  const auto hops = [&](double distance, double tolerance) {
    config::LoadedConfig config;
    config.run.material.families = {{"X", {{{distance, tolerance, 1, 0}}}}};
    Problems problems;
    return build_hop_table(crystal, config, problems)[0].size();
  };
  EXPECT_EQ(hops(3.5, 0.5), 6U);
  EXPECT_EQ(hops(4.5, 0.5), 0U);
  EXPECT_EQ(hops(4.0, 0.25), 6U);
  EXPECT_EQ(hops(4.0, 4.0), 6U + 12 + 8 + 6);  // never the site itself
}

TEST(HopTable, IrreversibleHopsAreNamed) {
  test::Case given = test::bivo4();
  // A hop from one oxygen to the other that is not listed on the way back.
  given.config.run.material.families[1].kinds_by_class[1].erase(
      given.config.run.material.families[1].kinds_by_class[1].begin() + 1);
  Built built = build(given);
  auto sentences = irreversible_hops(built.crystal, built.hops);
  ASSERT_EQ(sentences.size(), 1U);
  EXPECT_THAT(sentences[0], HasSubstr("O, class 1, distance 2"));
  EXPECT_THAT(sentences[0], HasSubstr("2.854"));

  given = test::bivo4();  // listed, but with another barrier
  given.config.run.material.families[1].kinds_by_class[1][1].reorganization_energy *= 1.1;
  built = build(given);
  sentences = irreversible_hops(built.crystal, built.hops);
  EXPECT_EQ(sentences.size(), 2U);
  EXPECT_TRUE(irreversible_hops(built.crystal, build(test::bivo4()).hops).empty());
}

TEST(HopTableProblems, DistancesThatMatchNothing) {
  test::Case given = test::hematite();
  given.config.run.material.families[0].kinds_by_class[0][1].distance = test::angstrom(2.5);
  EXPECT_THAT(build(given).problems,
              HasSubstr("no Fe atom of class 1 has a neighbour at 2.5 +- 0.002 angstrom"));
  given.config.run.material.families[0].kinds_by_class.push_back(
      {});  // a class without atoms may list anything
  given.config.run.material.families[0].kinds_by_class[0][1].distance = test::angstrom(2.901);
  EXPECT_EQ(build(given).problems, "");
}

TEST(HopTableProblems, DistancesBeyondReason) {
  test::Case given = test::hematite();
  given.config.run.material.families[0].kinds_by_class[0][1].distance = test::angstrom(2.901e10);
  EXPECT_THAT(build(given).problems, HasSubstr("reaches over too many unit cells"));
}

TEST(HopTableProblems, DistancesThatOverlap) {
  test::Case given = test::hematite();
  given.config.run.material.families[0].kinds_by_class[0][1].tolerance = test::angstrom(0.1);
  EXPECT_THAT(build(given).problems, HasSubstr("matches two distances of class 1, 2.971 and 2.901"));
}

TEST(HopTableProblems, ElementsAndClassesThatAreNotThere) {
  test::Case given = test::hematite();
  given.config.run.material.families[0].element = "fe";
  EXPECT_THAT(build(given).problems, HasSubstr("POSCAR has no element fe; did you mean Fe?"));
  given = test::hematite();
  given.config.run.material.class_list["Fe"][3] = 1;
  EXPECT_THAT(build(given).problems, HasSubstr("class 2, but distances are listed for 1 class"));
}

}  // namespace
}  // namespace hopmc::lattice
