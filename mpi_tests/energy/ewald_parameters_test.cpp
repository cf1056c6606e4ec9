// Chosen cutoffs reach the error that was asked for; given ones are kept.
#include <gtest/gtest.h>

#include <Eigen/LU>
#include <cmath>

#include "hopmc/energy/model.hpp"
#include "hopmc/units/units.hpp"
#include "support/materials.hpp"

namespace hopmc::energy {
namespace {

/// Ion part of the energy changes of all hops, and the interaction of two carriers, against tight cutoffs.
double worst_error(test::Case given) {
  const Model chosen = test::model_of(given);
  const double root = std::sqrt(chosen.ewald.alpha);
  given.config.run.material.ewald.alpha = chosen.ewald.alpha;
  given.config.run.material.ewald.r_cut = 6.2 / root;
  given.config.run.material.ewald.k_cut = 12.4 * root;
  const Model tight = test::model_of(given);
  double worst = 0;
  for (const Species& species : chosen.species) {
    if (species.count == 0) continue;
    const auto s = static_cast<int>(&species - chosen.species.data());
    for (const int b : species.basis) {
      for (const lattice::Hop& hop : chosen.hops[static_cast<std::size_t>(b)]) {
        worst = std::max(
            worst, std::abs(chosen.static_energy_change(s, b, hop) - tight.static_energy_change(s, b, hop)));
        for (std::int64_t c = 1; c < chosen.supercell.n_cells(); ++c) {
          const double change = chosen.pair(b, hop.target, c) - chosen.pair(b, b, c);
          const double exact = tight.pair(b, hop.target, c) - tight.pair(b, b, c);
          worst = std::max(worst, 2 * std::abs(change - exact));
        }
      }
    }
  }
  return worst;
}

TEST(EwaldParameters, ChosenOnesReachTheErrorAskedFor) {
  for (const Eigen::Vector3i& size : {Eigen::Vector3i(1, 1, 1), Eigen::Vector3i(4, 4, 2)}) {
    test::CaseOptions options;
    options.size = size;
    EXPECT_LT(worst_error(test::hematite(options)), default_ewald_error());
    EXPECT_LT(worst_error(test::bivo4(options)), default_ewald_error());
    options.electrons = 0;
    options.holes = 1;
    EXPECT_LT(worst_error(test::bivo4(options)), default_ewald_error());
  }
}

TEST(EwaldParameters, TheEstimateIsThatOfTheGivenCutoffs) {
  test::CaseOptions options;
  options.size = {2, 2, 1};
  options.explicit_cutoffs = true;
  for (const test::Case& given : {test::hematite(options), test::bivo4(options)}) {
    const double estimate = test::model_of(given).ewald.error_estimate;
    const double error = worst_error(given);
    EXPECT_GT(estimate, error / 2);
    EXPECT_LT(estimate, 1e-3 * units::ev_in_hartree);
  }
}

struct Chosen {
  EwaldParameters parameters;
  lattice::Crystal crystal;
  lattice::Supercell supercell{Eigen::Vector3i::Ones(), {true, true, true}, 1};
};

Chosen choose(const config::EwaldInput& input, bool as_pycd = false) {
  test::CaseOptions options;
  options.size = {3, 3, 1};
  const Model model = test::model_of(test::hematite(options));
  return {choose_ewald_parameters(input, model.crystal, model.supercell, model.ion_charge, model.dielectric,
                                  as_pycd, default_ewald_error()),
          model.crystal, model.supercell};
}

TEST(EwaldParameters, GivenOnesAreKeptAndTheOthersFit) {
  config::EwaldInput input;
  input.alpha = 0.09;
  const auto alpha = choose(input).parameters;
  EXPECT_EQ(alpha.alpha, 0.09);
  EXPECT_LE(alpha.error_estimate, default_ewald_error() * 1.0001);

  input = {};
  input.r_cut = 11.0;
  const auto r_cut = choose(input).parameters;
  EXPECT_EQ(r_cut.r_cut, 11.0);
  EXPECT_LE(r_cut.error_estimate, default_ewald_error() * 1.0001);

  input = {};
  input.k_cut = 3.1;
  const auto k_cut = choose(input).parameters;
  EXPECT_EQ(k_cut.k_cut, 3.1);
  EXPECT_LE(k_cut.error_estimate, default_ewald_error() * 1.0001);

  input.r_cut = 11.0;
  const auto both = choose(input).parameters;
  EXPECT_EQ(both.r_cut, 11.0);
  EXPECT_EQ(both.k_cut, 3.1);
  config::EwaldInput other = input;
  for (const double factor : {0.8, 1.25}) {
    other.alpha = both.alpha * factor;
    EXPECT_GT(choose(other).parameters.error_estimate, both.error_estimate);
  }
}

TEST(EwaldParameters, SimulationCellAndKMaxMeanWhatPycdMeans) {
  config::EwaldInput input;
  input.r_cut_is_simulation_cell = true;
  input.k_max = Eigen::Vector3i(9, 7, 11);
  const Chosen chosen = choose(input);
  // 3 a = 15.1 angstrom and c = 13.8 angstrom: the shortest translation is c.
  EXPECT_NEAR(chosen.parameters.r_cut, test::angstrom(13.772) / 2, 1e-9);
  const double b1 = 2 * units::pi / (3 * test::angstrom(5.038) * std::sqrt(3.0) / 2);
  const double b3 = 2 * units::pi / test::angstrom(13.772);
  EXPECT_NEAR(chosen.parameters.k_cut, 1.10 * std::max(9 * b1, 11 * b3), 1e-9);
}

TEST(EwaldParameters, MinimumImagesNeedNoMoreThanHalfTheCell) {
  const Chosen chosen = choose({}, true);
  EXPECT_LE(chosen.parameters.r_cut, test::angstrom(13.772) / 2 * (1 + 1e-12));
  EXPECT_LE(chosen.parameters.error_estimate, default_ewald_error() * 1.0001);
}

TEST(EwaldParameters, WorkOutsideIsLessForLooserErrors) {
  test::CaseOptions options;
  options.size = {3, 3, 1};
  const Model model = test::model_of(test::hematite(options));
  const auto loose = choose_ewald_parameters({}, model.crystal, model.supercell, model.ion_charge, 9.355,
                                             false, 1e3 * default_ewald_error());
  EXPECT_LT(loose.r_cut * loose.r_cut * loose.alpha,
            model.ewald.r_cut * model.ewald.r_cut * model.ewald.alpha);
  EXPECT_LT(loose.k_cut * loose.k_cut / loose.alpha,
            model.ewald.k_cut * model.ewald.k_cut / model.ewald.alpha);
}

}  // namespace
}  // namespace hopmc::energy
