// The model of a run: energies that fit together, frames, field, and what is refused.
#include "hopmc/energy/model.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <Eigen/LU>
#include <cmath>

#include "hopmc/units/units.hpp"
#include "support/materials.hpp"

namespace hopmc::energy {
namespace {

using Eigen::Vector3d;
using Eigen::Vector3i;
using testing::HasSubstr;

test::Case hematite(const Vector3i& size, int electrons = 1, bool replay = false) {
  test::CaseOptions options;
  options.size = size;
  options.electrons = electrons;
  options.replay_pycd = replay;
  return test::hematite(options);
}

test::Case bivo4(const Vector3i& size, int electrons, int holes, bool replay = false) {
  test::CaseOptions options;
  options.size = size;
  options.electrons = electrons;
  options.holes = holes;
  options.replay_pycd = replay;
  return test::bivo4(options);
}

std::int64_t target_of(const Model& model, std::int64_t site, const lattice::Hop& hop) {
  return model.supercell.site_index(hop.target,
                                    model.supercell.folded(model.supercell.cell_of(site) + hop.offset));
}

TEST(Model, HopEnergiesAreDifferencesOfTotalEnergies) {
  const Model model = test::model_of(bivo4({2, 2, 1}, 2, 2));
  const std::vector<std::int64_t> state = {16, 24 + 18, 48 + 3, 9};
  const double before = model.electrostatic_energy(state) + model.total_site_energy(state);
  for (std::size_t c = 0; c < state.size(); ++c) {
    const int basis = model.supercell.basis_of(state[c]);
    const int s = model.carrier_species[c];
    const auto& hops = model.hops[static_cast<std::size_t>(basis)];
    ASSERT_FALSE(hops.empty());
    for (const lattice::Hop& hop : hops) {
      std::vector<std::int64_t> after = state;
      after[c] = target_of(model, state[c], hop);
      double change = model.static_energy_change(s, basis, hop);
      for (std::size_t d = 0; d < state.size(); ++d) {
        if (d == c) continue;
        change += 2 * model.charge_of(static_cast<int>(c)) * model.charge_of(static_cast<int>(d)) *
                  (model.pair_energy(after[c], state[d]) - model.pair_energy(state[c], state[d]));
      }
      EXPECT_NEAR(model.electrostatic_energy(after) + model.total_site_energy(after) - before, change, 1e-11);
    }
  }
}

TEST(Model, SitesAlikeBySymmetryHaveEqualPotentials) {
  const Model model = test::model_of(hematite({2, 2, 1}));
  for (const lattice::Element& element : model.crystal.elements) {
    for (const int b : model.crystal.sites_of(model.crystal.find_element(element.name))) {
      EXPECT_NEAR(model.ion_potential[static_cast<std::size_t>(b)],
                  model.ion_potential[static_cast<std::size_t>(element.first)], 1e-6);
    }
  }
  EXPECT_LT(model.ion_potential[0], 0);   // an iron ion sits among oxygen
  EXPECT_GT(model.ion_potential[12], 0);  // and an oxygen ion among iron
}

TEST(Model, LatticeEnergyGrowsWithTheCellAndNotWithTheCarriersOfANeutralPair) {
  test::CaseOptions options;
  options.explicit_cutoffs = true;
  options.holes = 1;
  const Model one = test::model_of(test::bivo4(options));
  options.size = {2, 2, 2};
  const Model eight = test::model_of(test::bivo4(options));
  EXPECT_NEAR(eight.lattice_energy / one.lattice_energy, 8, 1e-12);
}

TEST(Model, BackgroundCountsTheTotalCharge) {
  test::CaseOptions options;
  options.explicit_cutoffs = true;
  options.size = {2, 1, 1};
  const Model charged = test::model_of(test::bivo4(options));
  options.holes = 1;
  const Model neutral = test::model_of(test::bivo4(options));
  const double volume = 2 * charged.crystal.volume();
  EXPECT_NEAR(charged.lattice_energy - neutral.lattice_energy,
              -units::pi / (2 * charged.ewald.alpha * volume * 38.299), 1e-12);
  EXPECT_NEAR(charged.lattice_energy - neutral.lattice_energy,
              background_energy(-1, volume, charged.ewald, 38.299), 1e-12);
  options.holes = 0;
  options.size = {3, 3, 2};
  options.replay_pycd = true;
  const Model pycd = test::model_of(test::bivo4(options));
  EXPECT_EQ(background_energy(2, 100, pycd.ewald, 38.299), -units::pi * 4 / (200 * pycd.ewald.alpha));
}

TEST(Model, AsPycdKeepsHalfOnTheDiagonal) {
  test::CaseOptions options;
  options.explicit_cutoffs = true;
  options.size = {3, 3, 1};
  const Model native = test::model_of(test::hematite(options));
  options.replay_pycd = true;
  const Model pycd = test::model_of(test::hematite(options));
  constexpr double box_error = 1e-12;  // the box of PyCD's k vectors cuts off a little of the sphere
  EXPECT_NEAR(pycd.pair_energy(0, 0) - native.pair_energy(0, 0), 0.5 / 9.355, box_error);
  EXPECT_NEAR(pycd.pair_energy(0, 1), native.pair_energy(0, 1), box_error);
  for (std::size_t b = 0; b < 30; ++b) {
    const double own = 0.5 / 9.355 * native.ion_charge[b];
    EXPECT_NEAR(pycd.ion_potential[b] - own, native.ion_potential[b], 1e-10);
  }
}

TEST(Model, RateIsThatOfMarcus) {
  const Model model = test::model_of(hematite({2, 2, 1}));
  const lattice::Hop& hop = model.hops[0].front();
  const double kT = 300 * units::boltzmann / units::hartree;
  const double lambda = test::ev(1.74533);
  EXPECT_NEAR(model.rate(hop, 0) * units::second_in_atomic_time,
              1.85e13 * std::exp(-(lambda / 4 - test::ev(0.184)) / kT), 1e-4);
  const double forward = model.rate(hop, test::ev(0.1));
  EXPECT_NEAR(std::log(model.rate(hop, test::ev(-0.1)) / forward), test::ev(0.1) / kT, 1e-9);
}

TEST(Model, FieldPushesElectronsAgainstIt) {
  test::Case given = bivo4({2, 2, 2}, 1, 1);
  given.config.run.field = {1e-4, {0, 3, 0}, false};
  const Model model = test::model_of(given);
  EXPECT_NEAR((model.field - Vector3d(0, 1e-4, 0)).norm(), 0, 1e-18);
  given.config.run.field.magnitude = 0;
  const Model without = test::model_of(given);
  const auto shift = [&](int species, int basis, const lattice::Hop& hop) {
    return model.static_energy_change(species, basis, hop) -
           without.static_energy_change(species, basis, hop);
  };
  for (const lattice::Hop& hop : model.hops[16]) {
    EXPECT_NEAR(shift(0, 16, hop), 1e-4 * hop.vector.y(), 1e-15);
    EXPECT_EQ(model.rate(hop, 0), without.rate(hop, 0));
  }
  for (const lattice::Hop& hop : model.hops[0]) EXPECT_NEAR(shift(1, 0, hop), -1e-4 * hop.vector.y(), 1e-15);
}

TEST(Model, FieldAlongLatticeVectors) {
  test::Case given = bivo4({1, 1, 1}, 1, 0);
  given.config.run.field = {2e-4, {0, 2, 0}, true};
  const Model model = test::model_of(given);
  const Vector3d b = model.crystal.lattice.row(1).transpose();
  EXPECT_NEAR((model.field - 2e-4 * b / b.norm()).norm(), 0, 1e-18);
}

TEST(Model, ReplayPutsHalfTheFieldIntoTheActivationEnergy) {
  test::Case given = hematite({3, 3, 1}, 1, true);
  given.config.run.field = {1e-4, {1, 0, 0}, false};
  const Model model = test::model_of(given);
  given.config.run.field.magnitude = 0;
  const Model without = test::model_of(given);
  for (const lattice::Hop& hop : model.hops[0]) {
    EXPECT_EQ(model.static_energy_change(0, 0, hop), without.static_energy_change(0, 0, hop));
    EXPECT_NEAR(std::log(model.rate(hop, 0) / without.rate(hop, 0)), 0.5e-4 * hop.vector.x() / model.kT,
                1e-12);
  }
}

TEST(Model, SiteEnergiesFollowTheClasses) {
  const Model model = test::model_of(bivo4({1, 1, 1}, 0, 1));
  int of_second_class = 0;
  for (std::size_t b = 0; b < model.crystal.basis.size(); ++b) {
    const bool second = model.crystal.basis[b].site_class == 1;
    of_second_class += second ? 1 : 0;
    EXPECT_EQ(model.site_energy[b], second ? test::ev(0.0406) : 0.0);
  }
  EXPECT_EQ(of_second_class, 8);
  const std::vector<std::int64_t> sites = {0};
  EXPECT_EQ(model.total_site_energy(sites), model.site_energy[0]);
}

TEST(Model, FramesAreCountedWithoutRoundingErrors) {
  const auto frames = [](double t_final, double interval, bool replay) {
    test::Case given = hematite({2, 2, 1}, 1, replay);
    given.config.run.t_final = test::seconds(t_final);
    given.config.run.time_interval = test::seconds(interval);
    return test::model_of(given).n_frames;
  };
  EXPECT_EQ(frames(1e-4, 1e-8, false), 10001);
  EXPECT_EQ(frames(2.99e-7, 1e-7, false), 3);
  EXPECT_EQ(frames(1e-9, 1e-8, false), 1);
  // 0.3 / 0.1 falls below 3 in binary arithmetic: PyCD loses that frame, by truncating.
  EXPECT_EQ(frames(0.3, 0.1, false), 4);
  EXPECT_EQ(frames(0.3, 0.1, true), static_cast<std::int64_t>(test::seconds(0.3) / test::seconds(0.1)) + 1);
}

TEST(Model, WrappedPositionsLieInsideTheCell) {
  test::Case given = hematite({3, 2, 2});
  // The same crystal, with an atom just below zero and one beyond the cell.
  std::string& poscar = given.files.poscar.text;
  const auto replace = [&](const std::string& from, const std::string& to) {
    ASSERT_NE(poscar.find(from), std::string::npos);
    poscar.replace(poscar.find(from), from.size(), to);
  };
  replace("0.69410000000000  0.00000000000000  0.75000000000000",
          "1.69410000000000 -0.00000000000000 -0.25000000000000");
  const Model model = test::model_of(given);
  const Eigen::Matrix3d inverse = model.crystal.lattice.inverse();
  for (std::int64_t site = 0; site < model.supercell.n_sites(); ++site) {
    const Eigen::RowVector3d f = model.wrapped_position(site).transpose() * inverse;
    const int b = model.supercell.basis_of(site);
    for (int d = 0; d < 3; ++d) {
      EXPECT_GE(f[d], -1e-12);
      EXPECT_LT(f[d], model.supercell.size()[d]);
      const double whole = model.supercell.cell_of(site)[d] +
                           model.crystal.basis[static_cast<std::size_t>(b)].fractional[d] - f[d];
      EXPECT_NEAR(whole / model.supercell.size()[d], std::round(whole / model.supercell.size()[d]), 1e-12);
    }
  }
}

/// All messages of building the model.
std::string problems_of(const test::Case& given) {
  Problems problems;
  (void)build_model(given.files, given.config, problems);
  std::string text;
  for (const Problem& problem : problems.list()) text += problem.text() + "\n";
  return text;
}

TEST(ModelProblems, CarriersThatDoNotFit) {
  EXPECT_EQ(problems_of(hematite({1, 1, 1}, 12)), "");
  EXPECT_THAT(problems_of(hematite({1, 1, 1}, 13)), HasSubstr("13 carriers (electron) for 12 sites"));
  EXPECT_THAT(problems_of(hematite({1, 1, 1}, 0)), HasSubstr("there is no carrier"));
  test::Case shared = bivo4({1, 1, 1}, 3, 2);
  shared.config.run.material.species[1].elements = {"V"};
  EXPECT_THAT(problems_of(shared), HasSubstr("5 carriers (electron and hole) for 4 sites"));
  EXPECT_THAT(problems_of(hematite({1, 1, 1}, 2'000'000'000)), HasSubstr("2000000000 carriers"));
}

TEST(ModelProblems, SitesThatCannotBeNumbered) {
  EXPECT_THAT(problems_of(hematite({2000, 2000, 2000})), HasSubstr("2147483647"));
}

TEST(ModelProblems, SpeciesWithoutHopsOrSites) {
  test::CaseOptions options;
  options.holes = 1;
  EXPECT_THAT(problems_of(test::hematite(options)), HasSubstr("1 hole carrier(s) cannot move"));
  test::Case unknown = hematite({1, 1, 1});
  unknown.config.run.material.species[0].elements = {"FE"};
  EXPECT_THAT(problems_of(unknown), HasSubstr("POSCAR has no element FE; did you mean Fe?"));
}

TEST(ModelProblems, InitialSites) {
  const auto with_sites = [](std::vector<std::int64_t> sites, int electrons = 2) {
    test::Case given = hematite({2, 1, 1}, electrons);
    given.config.run.material.species[0].initial_sites = std::move(sites);
    return problems_of(given);
  };
  EXPECT_EQ(with_sites({0, 30}), "");
  EXPECT_THAT(with_sites({60}), HasSubstr("there is no site 60: sites count from 0 to 59"));
  EXPECT_THAT(with_sites({-1}), HasSubstr("there is no site -1"));
  EXPECT_THAT(with_sites({12}), HasSubstr("site 12 is a O site, on which no electron lives"));
  EXPECT_THAT(with_sites({3, 3}), HasSubstr("site 3 is already taken"));
  EXPECT_THAT(with_sites({0, 1, 2}), HasSubstr("3 sites for 2 carrier(s)"));
}

TEST(ModelProblems, TooFewClassEnergies) {
  test::Case given = bivo4({1, 1, 1}, 0, 1);
  given.config.run.material.class_energy["O"] = {0.0};
  EXPECT_THAT(problems_of(given), HasSubstr("1 energies, but class_list has class 2"));
}

TEST(ModelProblems, TooManyFrames) {
  test::Case given = hematite({1, 1, 1});
  given.config.run.time_interval = given.config.run.t_final * 1e-17;
  EXPECT_THAT(problems_of(given), HasSubstr("more than can be counted"));
}

TEST(ModelProblems, EwaldSumsThatNeverEnd) {
  test::Case given = hematite({2, 2, 1});
  given.config.run.material.ewald.r_cut = 1e12;
  EXPECT_THAT(problems_of(given), HasSubstr("r_cut: the Ewald sum would run over"));
  given.config.run.material.ewald = {};
  given.config.run.material.ewald.k_cut = 1e12;
  EXPECT_THAT(problems_of(given), HasSubstr("k_cut: the Ewald sum would run over"));
  given.config.run.material.ewald = {};
  given.config.run.material.ewald.alpha = 1e-12;
  EXPECT_THAT(problems_of(given), HasSubstr("alpha: the Ewald sum would run over"));
  given.config.run.material.ewald.alpha = 1e12;
  EXPECT_THAT(problems_of(given), HasSubstr("alpha: the Ewald sum would run over"));
  EXPECT_THAT(problems_of(hematite({500, 500, 200})), HasSubstr("GB of every rank's memory"));
}

TEST(ModelProblems, ReplayOfWhatPycdCannotDo) {
  EXPECT_EQ(problems_of(hematite({2, 2, 1}, 1, true)), "");
  EXPECT_EQ(problems_of(bivo4({3, 3, 2}, 3, 0, true)), "");
  EXPECT_EQ(problems_of(bivo4({3, 3, 2}, 0, 2, true)), "");
  EXPECT_THAT(problems_of(bivo4({3, 3, 2}, 1, 1, true)), HasSubstr("carriers of several species"));
  // b repeats after 2: the hop along it reaches the same site both ways.
  EXPECT_THAT(problems_of(bivo4({2, 2, 1}, 1, 0, true)), HasSubstr("has another image as short"));
  EXPECT_THAT(problems_of(hematite({1, 1, 1}, 1, true)), HasSubstr("has another image as short"));
  EXPECT_THAT(problems_of(hematite({3, 2, 1}, 1, true)), HasSubstr("reciprocal vectors are wrong"));
  test::Case open = hematite({3, 3, 1}, 1, true);
  open.config.run.periodic = {true, true, false};
  EXPECT_THAT(problems_of(open), HasSubstr("boundaries are not reproduced"));
  test::Case several = bivo4({3, 3, 2}, 1, 0, true);
  several.config.run.material.species[0].elements = {"V", "O"};
  EXPECT_THAT(problems_of(several), HasSubstr("its first element only"));
  test::Case uneven = hematite({3, 3, 1}, 1, true);
  uneven.config.run.material.class_list["Fe"][0] = 1;
  uneven.config.run.material.families[0].kinds_by_class.push_back(
      {uneven.config.run.material.families[0].kinds_by_class[0][0]});
  EXPECT_THAT(problems_of(uneven), HasSubstr("different numbers of neighbours"));
}

}  // namespace
}  // namespace hopmc::energy
