// Monte Carlo against theory: waiting times, detailed balance, diffusion and drift.

#include <gtest/gtest.h>

#include <Eigen/Core>
#include <algorithm>
#include <cmath>
#include <map>
#include <string>
#include <vector>

#include "hopmc/analysis/exact_msd.hpp"
#include "hopmc/analysis/exact_transport.hpp"
#include "hopmc/kmc/propagator.hpp"
#include "hopmc/units/units.hpp"
#include "support/case_model.hpp"
#include "support/recorded_rows.hpp"

namespace {

using namespace hopmc;
using test::operator+;

/// Mean over trajectories with its standard error, component by component.
struct Estimate {
  Eigen::Vector3d mean = Eigen::Vector3d::Zero();
  Eigen::Vector3d error = Eigen::Vector3d::Zero();
};

Estimate estimate(const std::vector<Eigen::Vector3d>& samples) {
  Estimate e;
  const auto n = static_cast<double>(samples.size());
  for (const auto& s : samples) e.mean += s / n;
  Eigen::Vector3d variance = Eigen::Vector3d::Zero();
  for (const auto& s : samples) variance += (s - e.mean).cwiseAbs2() / (n - 1);
  e.error = (variance / n).cwiseSqrt();
  return e;
}

/// Displacements of carrier 0 over the whole of each of `n` trajectories.
std::vector<Eigen::Vector3d> final_displacements(const test::CaseModel& c, int n) {
  const auto factory = kmc::make_propagator_factory(c.model, c.config.run);
  std::vector<Eigen::Vector3d> result;
  for (std::int64_t t = 0; t < n; ++t) {
    const auto rows = test::record_all(*factory->start(t), static_cast<std::size_t>(c.model.n_carriers()));
    const std::size_t last = 3 * rows.n_carriers * (rows.frames() - 1);
    result.emplace_back(rows.unwrapped[last], rows.unwrapped[last + 1], rows.unwrapped[last + 2]);
  }
  return result;
}

struct Material {
  std::string name;
  std::string example;
  test::Settings settings;
  int components = 3;  ///< x, y and, where carriers move along it fast enough to be compared, z
};

class Diffusion : public testing::TestWithParam<Material> {};

TEST_P(Diffusion, AgreesWithTheRateMatrix) {
  const auto c = test::load_example(GetParam().example, GetParam().settings);
  const int species = c->model.carrier_species[0];
  const auto exact = analysis::exact_transport(c->model, species);
  const double time = static_cast<double>(c->model.n_frames - 1) * c->model.time_interval;
  ASSERT_GT(exact.escape_rate.minCoeff() * time, 300) << "hops in a trajectory: long against any memory";

  std::vector<Eigen::Vector3d> squares;
  for (const auto& d : final_displacements(*c, 4000)) squares.push_back(d.cwiseAbs2() / (2 * time));
  const Estimate d = estimate(squares);
  for (int k = 0; k < GetParam().components; ++k) {
    EXPECT_NEAR(d.mean[k], exact.diffusion(k, k), 3 * d.error[k]) << "component " << k;
    EXPECT_LT(d.error[k], 0.03 * exact.diffusion(k, k)) << "the comparison must mean something";
  }
}

INSTANTIATE_TEST_SUITE_P(
    Materials, Diffusion,
    testing::Values(
        // At room temperature a hop along c comes after thousands in the plane; at 1200 K after six.
        Material{"HematiteInThePlane", "hematite", {{"t_final", "4e-7"}, {"time_interval", "4e-7"}}, 2},
        Material{
            "HematiteHot", "hematite", {{"temp", "1200"}, {"t_final", "8e-10"}, {"time_interval", "8e-10"}}},
        Material{"HematiteUnevenHot", "hematite",
                 test::uneven_hematite() +
                     test::Settings{{"temp", "1200"}, {"t_final", "8e-10"}, {"time_interval", "8e-10"}}},
        Material{"BismuthVanadate", "bivo4", {{"t_final", "1e-4"}, {"time_interval", "1e-4"}}}),
    [](const auto& param_info) { return param_info.param.name; });

TEST(ExactTransport, OfHematiteHasItsSymmetry) {
  const auto c = test::load_example("hematite");
  const auto exact = analysis::exact_transport(c->model, 0);
  for (int i = 0; i < exact.occupation.size(); ++i) EXPECT_NEAR(exact.occupation[i], 1.0 / 12, 1e-12);
  EXPECT_NEAR(exact.diffusion(0, 0), exact.diffusion(1, 1), 1e-6 * exact.diffusion(0, 0))
      << "hexagonal symmetry";
  EXPECT_NEAR(exact.diffusion(0, 1), 0, 1e-9 * exact.diffusion(0, 0));
  EXPECT_LT(exact.velocity.norm(), 1e-9 * exact.escape_rate[0]);
}

/// Along c hematite is a chain of bonds that alternate between three parallel hops (rate k1 each, rise d1)
/// and one (k2, d2). A period of two sites rises by d2 - d1, and D_zz = (d2 - d1)^2 / (2 (1 / (3 k1) + 1 /
/// k2)).
struct HematiteChain {
  double k1 = 0, k2 = 0, d1 = 0, d2 = 0;

  explicit HematiteChain(const energy::Model& model) {
    for (const auto& hop : model.hops[0]) {
      const double k = model.rate(hop, model.static_energy_change(0, 0, hop));
      (hop.kind == 0 ? k1 : k2) = k;
      (hop.kind == 0 ? d1 : d2) = hop.vector[2];
    }
  }
  [[nodiscard]] double diffusivity() const { return (d2 - d1) * (d2 - d1) / (2 * (1 / (3 * k1) + 1 / k2)); }
};

TEST(ExactTransport, OfHematiteAlongCIsThatOfTheChainHoweverSlow) {
  for (const char* temperature : {"300", "65", "50", "30"}) {
    const auto c = test::load_example("hematite", {{"temp", temperature}});
    const HematiteChain chain(c->model);
    const auto exact = analysis::exact_transport(c->model, 0);
    EXPECT_NEAR(exact.diffusion(2, 2) / chain.diffusivity(), 1, 1e-6) << temperature << " K";
    const double rise = c->model.crystal.lattice(2, 2) / 6;
    EXPECT_NEAR(exact.diffusion(2, 2) / (chain.k2 * rise * rise / 2), 1, chain.k2 / chain.k1 + 1e-9)
        << temperature;
    for (int i = 0; i < exact.occupation.size(); ++i) EXPECT_NEAR(exact.occupation[i], 1.0 / 12, 1e-9);
  }
  const HematiteChain slow(test::load_example("hematite", {{"temp", "50"}})->model);
  EXPECT_LT(slow.k2, 1e-16 * slow.k1) << "less than the rounding of the faster rate";
}

/// Two sites A and B in turn, left at the rate K = 3 k1 + k2: what carriers do is diffuse from f(A) and f(B),
/// which make it a fair game, so <dz^2> = 2 D_zz t + (f(B) - f(A))^2 (1 - exp(-2 K t)) / 2.
TEST(ExactMsd, OfHematiteAlongCIsThatOfTheChainHoweverSlow) {
  for (const char* temperature : {"300", "100", "50", "20"}) {
    const auto c = test::load_example("hematite", {{"temp", temperature}});
    const HematiteChain chain(c->model);
    const double both = 3 * chain.k1 + chain.k2;
    const double apart = (3 * chain.k1 * chain.d1 + chain.k2 * chain.d2) / both;
    for (const double interval : {1e-3 / both, 1 / both, 1 / chain.k2}) {
      const auto msd = analysis::exact_msd(c->model, 0, interval, 11);
      for (int lag = 0; lag <= 10; ++lag) {
        const double relaxed = -std::expm1(-2 * both * lag * interval) / 2;
        const double exact = 2 * chain.diffusivity() * lag * interval + apart * apart * relaxed;
        EXPECT_NEAR(msd(lag, 2), exact, 1e-6 * exact) << temperature << " K, lag " << lag * interval;
      }
    }
  }
}

TEST(WaitingTimes, AreExponentialWithTheEscapeRate) {
  const auto c = test::load_example("hematite", {{"t_final", "2e-8"}, {"time_interval", "2e-8"}});
  const auto exact = analysis::exact_transport(c->model, 0);
  const auto factory = kmc::make_propagator_factory(c->model, c->config.run);
  std::vector<double> first;
  for (std::int64_t t = 0; t < 5000; ++t) {
    const auto rows = test::record_all(*factory->start(t), 1, 100, true);
    if (rows.hop_time.size() > 1) first.push_back(rows.hop_time[1] * exact.escape_rate[0]);
  }
  ASSERT_EQ(first.size(), 5000u) << "2e-8 s are about 60 hops";
  std::sort(first.begin(), first.end());
  double mean = 0, distance = 0;
  for (std::size_t i = 0; i < first.size(); ++i) {
    mean += first[i] / 5000;
    const double f = 1 - std::exp(-first[i]);
    distance = std::max({distance, std::abs(f - static_cast<double>(i) / 5000),
                         std::abs(f - static_cast<double>(i + 1) / 5000)});
  }
  EXPECT_NEAR(mean, 1.0, 3 / std::sqrt(5000.0));
  EXPECT_LT(distance * std::sqrt(5000.0), 1.63) << "Kolmogorov-Smirnov, 1 %";
}

TEST(DetailedBalance, OneCarrierOnAnUnevenLandscape) {
  const auto c =
      test::load_example("hematite", test::uneven_hematite() + test::Settings{{"t_final", "2e-4"}});
  const auto& model = c->model;
  const auto factory = kmc::make_propagator_factory(model, c->config.run);
  std::vector<double> low_fraction;
  for (std::int64_t t = 0; t < 40; ++t) {
    const auto rows = test::record_all(*factory->start(t), 1);
    double low = 0;
    for (const auto site : rows.occupancy)
      low += model.site_energy[static_cast<std::size_t>(site % 30)] == 0 ? 1 : 0;
    low_fraction.push_back(low / static_cast<double>(rows.frames()));
  }
  std::vector<Eigen::Vector3d> samples;
  for (const double f : low_fraction) samples.emplace_back(f, 0, 0);
  const Estimate e = estimate(samples);
  const double boltzmann = std::exp(-0.03 * units::ev_in_hartree / model.kT);
  EXPECT_NEAR(e.mean[0], 1 / (1 + boltzmann), 3 * e.error[0]);
  EXPECT_LT(e.error[0], 0.01);
}

/// Carriers in the smallest cell, so that every state can be enumerated.
void expect_boltzmann(const test::CaseModel& c, int n_trajectories, double longest_chi2) {
  const auto& model = c.model;
  const auto factory = kmc::make_propagator_factory(model, c.config.run);
  std::map<std::vector<std::int64_t>, double> counts;
  double n = 0;
  for (std::int64_t t = 0; t < n_trajectories; ++t) {
    const auto rows = test::record_all(*factory->start(t), 2);
    const std::size_t last = rows.frames() - 1;
    counts[{rows.occupancy[2 * last], rows.occupancy[2 * last + 1]}] += 1;
    n += 1;
  }
  std::map<std::vector<std::int64_t>, double> weights;
  double sum = 0, lowest = 1e300;
  const auto sites_of = [&](int carrier) {
    return model.species[static_cast<std::size_t>(model.carrier_species[static_cast<std::size_t>(carrier)])]
        .basis;
  };
  const auto energy = [&](const std::vector<std::int64_t>& s) {
    return model.electrostatic_energy(s) + model.total_site_energy(s);
  };
  for (const int a : sites_of(0)) {
    for (const int b : sites_of(1)) {
      if (a != b) lowest = std::min(lowest, energy({a, b}));
    }
  }
  for (const int a : sites_of(0)) {
    for (const int b : sites_of(1)) {
      if (a == b) continue;
      weights[{a, b}] = std::exp(-(energy({a, b}) - lowest) / model.kT);
      sum += weights[{a, b}];
    }
  }
  // States with few expected counts are pooled.
  double chi2 = 0, pooled = 0, pooled_expected = 0;
  int degrees = -1;
  for (const auto& [state, weight] : weights) {
    const double expected = n * weight / sum;
    if (expected < 10) {
      pooled += counts[state];
      pooled_expected += expected;
      continue;
    }
    chi2 += (counts[state] - expected) * (counts[state] - expected) / expected;
    ++degrees;
  }
  if (pooled_expected > 5) {
    chi2 += (pooled - pooled_expected) * (pooled - pooled_expected) / pooled_expected;
    ++degrees;
  }
  EXPECT_GT(degrees, 5);
  EXPECT_LT(chi2, longest_chi2 * degrees) << degrees << " degrees of freedom";
}

TEST(DetailedBalance, TwoInteractingCarriers) {
  const auto c =
      test::load_example("hematite", test::uneven_hematite() + test::Settings{{"system_size", "[1, 1, 1]"},
                                                                              {"species_count", "[2, 0]"},
                                                                              {"dielectric_constant", "60"},
                                                                              {"temp", "1200"},
                                                                              {"t_final", "1e-10"},
                                                                              {"time_interval", "1e-10"}});
  expect_boltzmann(*c, 12000, 1.4);
}

TEST(Exclusion, TwoCarriersAreNeverOnOneSite) {
  const auto c = test::load_example("hematite", {{"system_size", "[1, 1, 1]"},
                                                 {"species_count", "[9, 0]"},
                                                 {"dielectric_constant", "1000"},
                                                 {"t_final", "1e-6"},
                                                 {"output_data.unwrapped_traj.write_every_step", "1"}});
  const auto factory = kmc::make_propagator_factory(c->model, c->config.run);
  const auto rows = test::record_all(*factory->start(0), 9);
  ASSERT_GT(rows.hops, 1000);
  for (std::size_t f = 0; f < rows.frames(); ++f) {
    std::vector<std::int32_t> sites(&rows.occupancy[9 * f], &rows.occupancy[9 * f] + 9);
    std::sort(sites.begin(), sites.end());
    ASSERT_EQ(std::adjacent_find(sites.begin(), sites.end()), sites.end()) << "frame " << f;
  }
}

test::Settings field_along_x(const std::string& magnitude) {
  return {{"external_field.electric", "{active: 1, dir: [1, 0, 0], ld: 0, mag: " + magnitude + "}"}};
}

TEST(Drift, ElectronsGoAgainstTheField) {
  const auto c = test::load_example(
      "hematite", field_along_x("0.0001") + test::Settings{{"t_final", "1e-6"}, {"time_interval", "1e-6"}});
  const auto exact = analysis::exact_transport(c->model, 0);
  std::vector<Eigen::Vector3d> velocities;
  for (const auto& d : final_displacements(*c, 1500)) velocities.push_back(d / c->model.t_final);
  const Estimate v = estimate(velocities);
  EXPECT_LT(exact.velocity[0], 0);
  EXPECT_LT(v.mean[0], -3 * v.error[0]);
  for (int k = 0; k < 3; ++k) EXPECT_NEAR(v.mean[k], exact.velocity[k], 3 * v.error[k]);
  // Linear response: v = mu F, mu = D q / kT (Einstein).
  const auto still = analysis::exact_transport(test::load_example("hematite")->model, 0);
  EXPECT_NEAR(exact.velocity[0] / (-still.diffusion(0, 0) * 0.0001 / c->model.kT), 1, 0.1);
}

TEST(Drift, OfAVanishingFieldLeavesDiffusionAsItIs) {
  // With a field D comes from the corrector, without one from the network of bonds: two ways to one number.
  for (const auto& uneven : {test::uneven_hematite(), test::Settings{{"temp", "150"}}}) {
    const auto still = analysis::exact_transport(test::load_example("hematite", uneven)->model, 0);
    const auto driven =
        analysis::exact_transport(test::load_example("hematite", uneven + field_along_x("1e-9"))->model, 0);
    for (int k = 0; k < 3; ++k) EXPECT_NEAR(driven.diffusion(k, k) / still.diffusion(k, k), 1, 1e-4) << k;
    EXPECT_LT(driven.velocity[0], 0);
  }
}

TEST(ExactMsd, OfAnUnevenLandscapeIsThatOfAVanishingField) {
  const test::Settings hot = test::uneven_hematite() + test::Settings{{"temp", "900"}};
  const auto still = test::load_example("hematite", hot);
  const auto driven = test::load_example("hematite", hot + field_along_x("1e-12"));
  const double interval = 0.2 / analysis::exact_transport(still->model, 0).escape_rate.maxCoeff();
  const auto expected = analysis::exact_msd(driven->model, 0, interval, 60);
  const auto found = analysis::exact_msd(still->model, 0, interval, 60);
  ASSERT_GT(found(1, 0), 0);
  for (int lag = 0; lag < 60; ++lag) {
    for (int k = 0; k < 6; ++k) {
      EXPECT_NEAR(found(lag, k), expected(lag, k), 1e-9 * expected(lag, 0))
          << "lag " << lag << ", component " << k;
    }
  }
}

TEST(Drift, ThatDoublesCannotSolveForIsToldAsSuch) {
  const auto c = test::load_example("hematite", field_along_x("1e-5") + test::Settings{{"temp", "50"}});
  try {
    static_cast<void>(analysis::exact_transport(c->model, 0));
    FAIL() << "rates that differ by more than 1e16";
  } catch (const InputError& e) {
    EXPECT_NE(std::string(e.what()).find("orders of magnitude"), std::string::npos) << e.what();
  }
}

TEST(Drift, HolesGoAlongTheField) {
  const auto c = test::load_example("bivo4_holes", field_along_x("0.00005"));
  const auto exact = analysis::exact_transport(c->model, c->model.carrier_species[0]);
  std::vector<Eigen::Vector3d> velocities;
  const double time = static_cast<double>(c->model.n_frames - 1) * c->model.time_interval;
  for (const auto& d : final_displacements(*c, 300)) velocities.push_back(d / time);
  const Estimate v = estimate(velocities);
  EXPECT_GT(exact.velocity[0], 0);
  EXPECT_GT(v.mean[0], 3 * v.error[0]);
  EXPECT_NEAR(v.mean[0], exact.velocity[0], 3 * v.error[0]);
}

TEST(BismuthVanadate, HasAllEightElectronHopsInTheSmallestCell) {
  const auto small = test::load_example("bivo4", {{"system_size", "[2, 2, 1]"}});
  const auto large = test::load_example("bivo4", {{"system_size", "[4, 4, 2]"}});
  for (const int b : small->model.species[0].basis)
    EXPECT_EQ(small->model.hops[static_cast<std::size_t>(b)].size(), 8u);
  const auto a = analysis::exact_transport(small->model, 0);
  const auto b = analysis::exact_transport(large->model, 0);
  EXPECT_NEAR(a.escape_rate[0], b.escape_rate[0], 1e-9 * b.escape_rate[0]);
  EXPECT_NEAR(a.diffusivity(), b.diffusivity(), 1e-9 * b.diffusivity());
}

test::Settings doped_bivo4(const std::string& charges, const std::string& shells) {
  return {{"system_size", "[2, 2, 1]"},
          {"t_final", "1e-4"},
          {"time_interval", "1e-4"},
          {"n_traj", "600"},
          {"doping.doping_element_map", "['V:W', 'V:Mo']"},
          {"doping.num_dopants", "[1, 1]"},
          {"doping.insertion_type", "[manual, manual]"},
          {"doping.dopant_site_indices", "[[16], [41]]"},
          {"doping.charge.full", charges},
          {"relative_energies.doping.V", shells}};
}

const energy::Doping two_dopants{{{16, 0}, {41, 1}}, 1};

TEST(DopedTransport, OfDopantsWithoutEffectIsThatOfTheCrystal) {
  const auto c = test::load_example("bivo4", doped_bivo4("{W: 5, Mo: 5}", "[[], []]"));
  const auto crystal = analysis::exact_transport(c->model, 0);
  const auto doped = analysis::exact_transport(c->model, 0, two_dopants);
  EXPECT_EQ(doped.occupation.size(), 16);
  EXPECT_LT((doped.diffusion - crystal.diffusion).norm(), 1e-9 * crystal.diffusion.norm());
}

TEST(DopedTransport, AgreesWithMonteCarlo) {
  const auto c = test::load_example("bivo4", doped_bivo4("{W: 5.1, Mo: 5}", "[[-0.05, 0.01], [0.04]]"));
  const auto exact = analysis::exact_transport(c->model, 0, two_dopants);
  const auto crystal = analysis::exact_transport(c->model, 0);
  EXPECT_LT(exact.diffusivity(), 0.9 * crystal.diffusivity());  // traps slow the carrier down
  std::vector<Eigen::Vector3d> squares;
  for (const auto& d : final_displacements(*c, 600))
    squares.emplace_back(d.cwiseAbs2() / (2 * c->model.t_final));
  const Estimate e = estimate(squares);
  for (int d = 0; d < 3; ++d) EXPECT_NEAR(e.mean[d], exact.diffusion(d, d), 4 * e.error[d]) << d;
}

}  // namespace
