// Placement of dopants in the native mode, and what follows from it.

#include "hopmc/kmc/dopings.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "hopmc/kmc/propagator.hpp"
#include "support/case_model.hpp"
#include "support/recorded_rows.hpp"

namespace {

using namespace hopmc;

test::Settings doped(const std::string& counts, const std::string& insertion, const std::string& separation) {
  return {{"system_size", "[3, 3, 2]"},
          {"n_traj", "20"},
          {"doping.doping_element_map", "['V:W', 'V:Mo']"},
          {"doping.num_dopants", counts},
          {"doping.insertion_type", insertion},
          {"doping.min_shell_separation", separation},
          {"doping.charge.full", "{W: 5.1, Mo: 5.2}"},
          {"relative_energies.doping.V", "[[-0.05, -0.02], [0.03]]"}};
}

std::vector<energy::Doping> drawn(const test::CaseModel& c) {
  return kmc::draw_dopings(c.model, c.config.run, c.config.sources);
}

std::string failure_of(const test::Settings& settings) {
  const auto c = test::load_example("bivo4", settings);
  try {
    drawn(*c);
  } catch (const InputError& error) {
    return error.what();
  }
  return "";
}

TEST(Dopings, AreSeparatedDistinctAndComplete) {
  const auto c = test::load_example("bivo4", doped("[3, 2]", "[random, random]", "[1, 0]"));
  std::set<std::vector<std::int64_t>> sets;
  const auto dopings = drawn(*c);
  ASSERT_EQ(dopings.size(), 20U);
  for (const auto& doping : dopings) {
    EXPECT_EQ(doping.sites_of(0).size(), 3U);
    EXPECT_EQ(doping.sites_of(1).size(), 2U);
    const auto separation = kmc::smallest_separations(c->model, doping);
    EXPECT_GE(separation[0], 1);
    EXPECT_GE(separation[1], 0);
    auto sites = doping.sites_of(0);
    const auto more = doping.sites_of(1);
    sites.insert(sites.end(), more.begin(), more.end());
    sets.insert(sites);
  }
  EXPECT_EQ(sets.size(), dopings.size());
}

TEST(Dopings, OfMoreTrajectoriesBeginWithThoseOfFewer) {
  auto settings = doped("[2, 1]", "[random, random]", "[1, 1]");
  const auto many = drawn(*test::load_example("bivo4", settings));
  settings["n_traj"] = "7";
  const auto few = drawn(*test::load_example("bivo4", settings));
  for (std::size_t t = 0; t < few.size(); ++t) EXPECT_EQ(few[t].dopants, many[t].dopants);
  settings["random_seed"] = "3";
  EXPECT_NE(drawn(*test::load_example("bivo4", settings))[0].dopants, few[0].dopants);
}

TEST(Dopings, UseEverySetOnceWhereTrajectoriesNeedAll) {
  auto settings = doped("[1, 0]", "[random, random]", "[0, 0]");
  settings["n_traj"] = "72";
  std::set<std::int64_t> sites;
  for (const auto& doping : drawn(*test::load_example("bivo4", settings))) {
    sites.insert(doping.dopants.front().site);
  }
  EXPECT_EQ(sites.size(), 72U);
  settings["n_traj"] = "73";
  EXPECT_NE(failure_of(settings).find("fewer sets than n_traj = 73"), std::string::npos);
}

TEST(Dopings, WithoutRoomAreRefused) {
  const std::string message = failure_of(doped("[9, 0]", "[random, random]", "[2, 0]"));
  EXPECT_NE(message.find("doping.num_dopants"), std::string::npos) << message;
  EXPECT_NE(message.find("no room for all dopants in 100 attempts"), std::string::npos) << message;
}

TEST(Dopings, OfAGradientAreInTheirSteps) {
  auto settings = doped("[3, 1]", "[gradient, random]", "[1, 0]");
  settings["doping.gradient"] = "[{ld: 0, step_length_ratio: [1, 2], stepwise_num_dopants: [1, 2]}, {}]";
  const auto c = test::load_example("bivo4", settings);
  for (const auto& doping : drawn(*c)) {
    int first = 0;
    for (const std::int64_t site : doping.sites_of(0)) first += c->model.supercell.cell_of(site)[0] == 0;
    EXPECT_EQ(first, 1);
    EXPECT_GE(kmc::smallest_separations(c->model, doping)[0], 1);
    const auto own = doping.sites_of(0);
    EXPECT_EQ(std::count(own.begin(), own.end(), doping.sites_of(1).front()), 0);
  }
}

TEST(Dopings, GivenByHandAreTheSameForAll) {
  auto settings = doped("[2, 0]", "[manual, random]", "[0, 0]");
  settings["doping.dopant_site_indices"] = "[[16, 66, 113], []]";
  for (const auto& doping : drawn(*test::load_example("bivo4", settings))) {
    EXPECT_EQ(doping.sites_of(0), (std::vector<std::int64_t>{16, 66}));
  }
  settings["doping.dopant_site_indices"] = "[[16, 5], []]";
  EXPECT_THROW(test::load_example("bivo4", settings), InputError);
  settings["doping.dopant_site_indices"] = "[[16, 16], []]";
  EXPECT_THROW(test::load_example("bivo4", settings), InputError);
}

TEST(Dopings, InPairsAreTheSameForAll) {
  auto settings = doped("[12, 0]", "[pairwise, random]", "[0, 0]");
  settings["system_size"] = "[3, 3, 1]";
  settings["doping.pairwise"] =
      "[{inter_plane_spacing: 12, intra_pair_distance: 3.847, plane_of_arrangement: [1, 0, 0]}, {}]";
  const auto c = test::load_example("bivo4", settings);
  const auto dopings = drawn(*c);
  EXPECT_EQ(dopings.front().dopants, dopings.back().dopants);
  for (const std::int64_t site : dopings.front().sites_of(0)) {
    EXPECT_EQ(c->model.supercell.cell_of(site)[0], 0);
  }
  settings["doping.num_dopants"] = "[13, 0]";
  EXPECT_NE(failure_of(settings).find("hold 12 sites"), std::string::npos);
}

TEST(Dopings, HoldTheCarriersThatStartOnThem) {
  auto settings = doped("[2, 1]", "[random, random]", "[0, 0]");
  settings["doping.site_charge_initiation"] = "['yes', 'yes']";
  settings["species_count"] = "[4, 0]";
  settings["t_final"] = settings["time_interval"] = "1e-9";
  const auto c = test::load_example("bivo4", settings);
  const auto dopings = drawn(*c);
  const auto factory = kmc::make_propagator_factory(c->model, c->config.run, dopings);
  for (std::int64_t t = 0; t < 5; ++t) {
    const auto rows = test::record_all(*factory->start(t), 4);
    std::set<std::int64_t> start(rows.occupancy.begin(), rows.occupancy.begin() + 4);
    EXPECT_EQ(start.size(), 4U);
    for (const auto& dopant : dopings[static_cast<std::size_t>(t)].dopants) {
      EXPECT_EQ(start.count(dopant.site), 1U);
    }
  }
}

/// The time a lone carrier spends on the sites is that of Boltzmann's distribution.
TEST(Dopings, LoneCarrierReachesEquilibrium) {
  auto settings = doped("[1, 1]", "[manual, manual]", "[0, 0]");
  settings["system_size"] = "[2, 2, 1]";
  settings["doping.dopant_site_indices"] = "[[16], [41]]";
  settings["t_final"] = "1e-2";
  settings["time_interval"] = "1e-6";
  settings["n_traj"] = "1";
  const auto c = test::load_example("bivo4", settings);
  const auto dopings = drawn(*c);
  const energy::DopantField field(c->model, dopings[0]);
  const auto factory = kmc::make_propagator_factory(c->model, c->config.run, dopings);
  const auto rows = test::record_all(*factory->start(0), 1);
  std::map<std::int64_t, double> seen, weight;
  double sum = 0;
  for (std::int64_t cell = 0; cell < 4; ++cell) {
    for (const int b : c->model.species[0].basis) {
      const std::int64_t site = b + 24 * cell;
      const std::vector<std::int64_t> at{site};
      const double energy = c->model.electrostatic_energy(at, field) + c->model.total_site_energy(at, field);
      const std::vector<std::int64_t> zero{16};
      const double zero_energy =
          c->model.electrostatic_energy(zero, field) + c->model.total_site_energy(zero, field);
      sum += weight[site] = std::exp(-(energy - zero_energy) / c->model.kT);
    }
  }
  const double share = 1.0 / static_cast<double>(rows.occupancy.size());
  for (const auto site : rows.occupancy) seen[site] += share;
  for (const auto& [site, w] : weight) EXPECT_NEAR(seen[site], w / sum, 0.02 + 0.05 * w / sum) << site;
}

TEST(Dopings, ResumeGivesTheSameBitsAndChecksTheDopants) {
  for (const char* count : {"[1, 0]", "[3, 0]"}) {
    auto settings = doped("[2, 1]", "[random, random]", "[1, 1]");
    settings["species_count"] = count;
    settings["t_final"] = "2e-5";
    settings["time_interval"] = "1e-7";
    const auto c = test::load_example("bivo4", settings);
    const auto n = static_cast<std::size_t>(c->model.n_carriers());
    const auto factory = kmc::make_propagator_factory(c->model, c->config.run);
    const auto whole = test::record_all(*factory->start(4), n);
    const auto first = factory->start(4);
    auto rows = test::record_rows(*first, n, 30, 2);
    kmc::PropagatorState state = first->state();
    EXPECT_EQ(state.dopant_sites.size(), 3U);
    test::append(rows, test::record_all(*factory->resume(4, state), n));
    EXPECT_EQ(rows.unwrapped, whole.unwrapped);
    EXPECT_EQ(rows.energy, whole.energy);
    EXPECT_EQ(rows.occupancy, whole.occupancy);
    EXPECT_THROW((void)factory->resume(5, state), IoError);
  }
}

TEST(Dopings, EnergiesOfFramesAddUp) {
  for (const char* count : {"[1, 0]", "[3, 0]"}) {
    auto settings = doped("[2, 1]", "[random, random]", "[1, 1]");
    settings["species_count"] = count;
    settings["t_final"] = "2e-6";
    settings["output_data.unwrapped_traj.write_every_step"] = "1";
    const auto c = test::load_example("bivo4", settings);
    const auto factory = kmc::make_propagator_factory(c->model, c->config.run);
    const auto rows = test::record_all(*factory->start(2), static_cast<std::size_t>(c->model.n_carriers()));
    ASSERT_GT(rows.frames(), 20U);
    for (std::size_t f = 1; f < rows.frames(); ++f) {
      ASSERT_NEAR(rows.energy[f] - rows.energy[f - 1], rows.delg_0[f], 1e-10) << f;
    }
  }
}

}  // namespace
