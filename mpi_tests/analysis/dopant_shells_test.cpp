// Occupation of the shells around dopants: of the rate matrix against Boltzmann, of Monte Carlo against both.

#include "hopmc/analysis/dopant_shells.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "hopmc/analysis/exact_occupation.hpp"
#include "hopmc/analysis/exact_transport.hpp"
#include "hopmc/kmc/propagator.hpp"
#include "support/case_model.hpp"
#include "support/recorded_rows.hpp"

namespace {

using namespace hopmc;
using test::operator+;

/// An electron in BiVO4 with two W and one Mo.
test::Settings doped_bivo4(const std::string& shell_energies) {
  return {{"system_size", "[3, 2, 1]"},
          {"species_count", "[1, 0]"},
          {"t_final", "2e-4"},
          {"time_interval", "2e-7"},
          {"n_traj", "24"},
          {"doping.doping_element_map", "['V:W', 'V:Mo']"},
          {"doping.num_dopants", "[2, 1]"},
          {"doping.insertion_type", "[manual, manual]"},
          {"doping.dopant_site_indices", "[[16, 91], [66]]"},
          {"doping.min_shell_separation", "[0, 0]"},
          {"doping.charge.full", "{W: 5.2, Mo: 5.1}"},
          {"relative_energies.doping.V", shell_energies}};
}

const energy::Doping three{{{16, 0}, {91, 0}, {66, 1}}, 1};
constexpr const char* some_energies = "[[0.03, -0.01], [-0.02, 0.01, 0.005]]";

/// The group of every V site, found anew from distances in hops: sites of equal distance to several dopants
/// belong to the first of them.
std::vector<int> expected_groups(const energy::Model& model, int last_shell) {
  const lattice::ShellMap& shells = model.shells.at(model.crystal.find_element("V"));
  std::vector<int> groups(shells.n_sites());
  for (std::size_t p = 0; p < shells.n_sites(); ++p) {
    const std::vector<int> to = shells.around(shells.site_at(p));
    std::size_t nearest = 0;
    for (std::size_t d = 1; d < three.dopants.size(); ++d) {
      const auto shell_of = [&](std::size_t i) { return to[shells.place_of(three.dopants[i].site)]; };
      if (shell_of(d) < shell_of(nearest)) nearest = d;
    }
    const int shell = to[shells.place_of(three.dopants[nearest].site)];
    groups[p] =
        shell > last_shell ? 2 * (last_shell + 1) : three.dopants[nearest].kind * (last_shell + 1) + shell;
  }
  return groups;
}

TEST(DopantShells, OfTheElementsOfTheSpeciesOnly) {
  const auto c =
      test::load_example("bivo4", doped_bivo4(some_energies) + test::Settings{{"system_size", "[8, 6, 2]"}});
  const energy::Model& model = c->model;
  const analysis::DopantShells electron(model.supercell, model.dopant_kinds, model.shells,
                                        model.species[0].basis);
  ASSERT_EQ(electron.list().size(), 9u) << "shells 0 to 3 of W and Mo, and what is farther";
  EXPECT_EQ(electron.list()[5].dopant, "Mo");
  EXPECT_EQ(electron.list()[5].shell, 1);
  EXPECT_EQ(electron.list()[8].dopant, "");
  const analysis::SiteGroups groups = electron.groups(three);
  const std::vector<int> expected = expected_groups(model, 3);
  const lattice::ShellMap& shells = model.shells.at(model.crystal.find_element("V"));
  for (std::int64_t site = 0; site < model.supercell.n_sites(); ++site) {
    EXPECT_EQ(groups.of_site[static_cast<std::size_t>(site)],
              shells.has(site) ? expected[shells.place_of(site)] : -1);
  }
  EXPECT_GT(std::count(groups.of_site.begin(), groups.of_site.end(), 8), 10) << "sites that are farther";
  const analysis::DopantShells hole(model.supercell, model.dopant_kinds, model.shells,
                                    model.species[1].basis);
  EXPECT_TRUE(hole.list().empty()) << "it lives on O";
}

TEST(DopantShells, EveryEnergyHasItsShell) {
  const auto c = test::load_example("bivo4", doped_bivo4("[[0, 0, 0, 0, 0.01, 0.01], []]"));
  const energy::Model& model = c->model;
  const analysis::DopantShells shells(model.supercell, model.dopant_kinds, model.shells,
                                      model.species[0].basis);
  EXPECT_EQ(shells.list().size(), 13u);
}

TEST(DopantShells, OccupationOfTheRateMatrixIsBoltzmanns) {
  const auto c = test::load_example("bivo4", doped_bivo4(some_energies));
  const energy::Model& model = c->model;
  const energy::DopantField field(model, three);
  const lattice::ShellMap& map = model.shells.at(model.crystal.find_element("V"));
  const std::vector<int> group = expected_groups(model, 3);
  std::vector<double> sites(9, 0.0), weight(9, 0.0);
  double all = 0;
  const auto energy_at = [&](std::int64_t site) {
    const std::vector<std::int64_t> state{site};
    return model.electrostatic_energy(state, field) + model.total_site_energy(state, field);
  };
  for (std::size_t p = 0; p < map.n_sites(); ++p) {
    const double w = std::exp(-(energy_at(map.site_at(p)) - energy_at(16)) / model.kT);
    weight[static_cast<std::size_t>(group[p])] += w;
    sites[static_cast<std::size_t>(group[p])] += 1;
    all += w;
  }
  const auto shells =
      analysis::exact_shell_occupation(model, 0, three, analysis::exact_transport(model, 0, three));
  std::size_t found = 0;
  for (std::size_t g = 0; g < sites.size(); ++g) {
    if (sites[g] == 0) continue;
    ASSERT_LT(found, shells.size());
    const analysis::ShellOccupation& s = shells[found++];
    EXPECT_NEAR(s.sites, sites[g], 1e-9);
    EXPECT_NEAR(s.share.value, weight[g] / all, 1e-9);
    EXPECT_NEAR(s.ratio.value, weight[g] / all / (sites[g] / static_cast<double>(map.n_sites())), 1e-8);
  }
  EXPECT_EQ(found, shells.size());
  EXPECT_LT(shells.front().ratio.value, 0.5) << "dopants that change nothing would test nothing";
}

TEST(DopantShells, MonteCarloSpendsItsTimeAsTheRateMatrixSays) {
  const auto c = test::load_example("bivo4", doped_bivo4(some_energies));
  const energy::Model& model = c->model;
  const analysis::DopantShells shells(model.supercell, model.dopant_kinds, model.shells,
                                      model.species[0].basis);
  const analysis::SiteGroups groups = shells.groups(three);
  const analysis::CarrierGroup electron{"electron", -1, 0, 1, model.species[0].basis};
  const auto factory = kmc::make_propagator_factory(model, c->config.run);
  const auto exact =
      analysis::exact_shell_occupation(model, 0, three, analysis::exact_transport(model, 0, three));
  Eigen::ArrayXXd found(groups.count(), c->config.run.n_traj);
  for (std::int64_t t = 0; t < c->config.run.n_traj; ++t) {
    const auto rows = test::record_all(*factory->start(t), 1);
    const Eigen::Map<const analysis::Sites> sites(rows.occupancy.data(),
                                                  static_cast<Eigen::Index>(rows.frames()), 1);
    found.col(t) = analysis::occupation(sites, electron, groups);
  }
  std::size_t e = 0;
  for (Eigen::Index g = 0; g < groups.count(); ++g) {
    if (groups.share_of_sites()[g] == 0) continue;
    const Eigen::ArrayXd shares = found.row(g);
    const double error =
        std::sqrt((shares - shares.mean()).square().mean() / static_cast<double>(shares.size() - 1));
    EXPECT_NEAR(shares.mean(), exact[e].share.value, 4 * error) << groups.names[static_cast<std::size_t>(g)];
    EXPECT_LT(error, 0.05 * exact[e].share.value + 1e-3);
    ++e;
  }
}

}  // namespace
