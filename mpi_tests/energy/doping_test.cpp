// Dopants in the landscape: energies against the same cell built with the dopant as an ion of its own.

#include "hopmc/energy/doping.hpp"

#include <gtest/gtest.h>

#include <numeric>
#include <vector>

#include "hopmc/units/units.hpp"
#include "support/case_model.hpp"

namespace {

using namespace hopmc;
using test::operator+;

const test::Settings doped{{"system_size", "[3, 3, 2]"},
                           {"species_count", "[2, 0]"},
                           {"doping.doping_element_map", "['V:W', 'V:Mo']"},
                           {"doping.num_dopants", "[2, 1]"},
                           {"doping.insertion_type", "[random, random]"},
                           {"doping.charge.full", "{W: 6.4, Mo: 5.5}"},
                           {"relative_energies.doping.V", "[[0.10, -0.02, -0.01], [0.05, -0.005]]"}};

const energy::Doping three{{{258, 0}, {208, 0}, {16, 1}}, 1};

/// Pair energies of all sites, so that every ion can be summed on its own.
energy::PairMatrix all_pairs(const energy::Model& model) {
  std::vector<int> all(model.crystal.basis.size());
  std::iota(all.begin(), all.end(), 0);
  return {model.crystal, model.supercell, all, model.ewald, model.dielectric};
}

/// Energy of a list of charges, one a site of the supercell.
double energy_of(const energy::Model& model, const energy::PairMatrix& pair,
                 const std::vector<double>& charges) {
  double energy = 0;
  for (std::size_t i = 0; i < charges.size(); ++i) {
    const auto a = static_cast<std::int64_t>(i);
    for (std::size_t j = 0; j < charges.size(); ++j) {
      const auto b = static_cast<std::int64_t>(j);
      const Eigen::Vector3i offset = model.supercell.cell_of(b) - model.supercell.cell_of(a);
      energy += charges[i] * charges[j] *
                pair(model.supercell.basis_of(a), model.supercell.basis_of(b),
                     model.supercell.cell_index(model.supercell.folded(offset)));
    }
  }
  const double total = std::accumulate(charges.begin(), charges.end(), 0.0);
  const double volume = static_cast<double>(model.supercell.n_cells()) * model.crystal.volume();
  return energy + energy::background_energy(total, volume, model.ewald, model.dielectric);
}

TEST(DopantField, EnergiesAreThoseOfTheCellWithOtherIons) {
  const auto c = test::load_example("bivo4", doped);
  const energy::Model& model = c->model;
  const energy::DopantField field(model, three);
  const energy::PairMatrix pair = all_pairs(model);
  std::vector<double> ions;
  for (std::int64_t s = 0; s < model.supercell.n_sites(); ++s) {
    ions.push_back(model.ion_charge[static_cast<std::size_t>(model.supercell.basis_of(s))]);
  }
  ions[258] = ions[208] = 6.4;
  ions[16] = 5.5;
  const auto expected = [&](const std::vector<std::int64_t>& carriers) {
    std::vector<double> charges = ions;
    for (const std::int64_t site : carriers) charges[static_cast<std::size_t>(site)] -= 1;
    return energy_of(model, pair, charges);
  };
  const double tolerance = 1e-9 * units::ev_in_hartree;
  // On dopants, beside them, far away.
  const std::vector<std::vector<std::int64_t>> states{{258, 17}, {41, 17}, {18, 16}, {307, 66}};
  for (const auto& state : states) {
    EXPECT_NEAR(model.electrostatic_energy(state, field), expected(state), tolerance);
  }
}

TEST(DopantField, DeltaOfAHopIsTheChangeOfTheEnergy) {
  const auto c = test::load_example("bivo4", doped + test::Settings{{"species_count", "[1, 0]"}});
  const energy::Model& model = c->model;
  const energy::DopantField field(model, three);
  for (const std::int64_t site : {std::int64_t{258}, std::int64_t{16}, std::int64_t{41}}) {
    const int basis = model.supercell.basis_of(site);
    for (const auto& hop : model.hops[static_cast<std::size_t>(basis)]) {
      const std::int64_t target = model.supercell.site_index(
          hop.target, model.supercell.folded(model.supercell.cell_of(site) + hop.offset));
      const auto energy = [&](std::int64_t s) {
        return model.electrostatic_energy(std::vector{s}, field) +
               model.total_site_energy(std::vector{s}, field);
      };
      EXPECT_NEAR(model.static_energy_change(0, basis, hop) + field.energy_change(-1, site, target),
                  energy(target) - energy(site), 1e-9 * units::ev_in_hartree);
    }
  }
}

TEST(DopantField, NearestDopantWins) {
  const auto c = test::load_example("bivo4", doped);
  const energy::Model& model = c->model;
  const energy::DopantField field(model, three);
  const lattice::ShellMap& shells = model.shells.at(model.crystal.find_element("V"));
  std::vector<std::vector<int>> around;
  for (const auto& dopant : three.dopants) around.push_back(shells.around(dopant.site));
  for (std::size_t p = 0; p < shells.n_sites(); ++p) {
    std::size_t nearest = 0;
    for (std::size_t d = 1; d < around.size(); ++d) {
      if (around[d][p] < around[nearest][p]) nearest = d;
    }
    const auto& energies = model.dopant_kinds[nearest == 2 ? 1 : 0].given.shell_energy;
    const auto shell = static_cast<std::size_t>(around[nearest][p]);
    EXPECT_EQ(field.site_energy(shells.site_at(p)), shell < energies.size() ? energies[shell] : 0.0);
  }
}

TEST(ShellMap, TranslatesAndIsSymmetric) {
  const auto c = test::load_example("bivo4", doped);
  const lattice::ShellMap& shells = c->model.shells.at(c->model.crystal.find_element("V"));
  for (std::size_t p = 0; p < shells.n_sites(); p += 7) {
    const auto from = shells.around(shells.site_at(p));
    EXPECT_EQ(from[p], 0);
    for (std::size_t q = 0; q < shells.n_sites(); q += 5) {
      EXPECT_EQ(from[q], shells.around(shells.site_at(q))[p]);
    }
  }
}

TEST(ShellMap, SitesWithinAShellAreThoseAround) {
  for (const char* periods : {"[1, 1, 1]", "[1, 0, 1]"}) {
    const auto c = test::load_example("bivo4", test::Settings{{"pbc", periods}} + doped);
    const lattice::ShellMap& shells = c->model.shells.at(c->model.crystal.find_element("V"));
    for (std::size_t p = 0; p < shells.n_sites(); p += 5) {
      const auto around = shells.around(shells.site_at(p));
      for (const int last : {0, 1, 2, 100}) {
        std::vector<std::int64_t> expected;
        for (std::size_t q = 0; q < shells.n_sites(); ++q) {
          if (around[q] != lattice::ShellMap::unreachable && around[q] <= last) {
            expected.push_back(shells.site_at(q));
          }
        }
        EXPECT_EQ(shells.within(shells.site_at(p), last), expected);
      }
    }
  }
}

TEST(DiscardAround, TakesNearSitesThatAreStillThere) {
  const auto c = test::load_example("bivo4", doped);
  const lattice::ShellMap& shells = c->model.shells.at(c->model.crystal.find_element("V"));
  std::vector<std::int64_t> available;
  for (std::size_t p = 0; p < shells.n_sites(); ++p) available.push_back(shells.site_at(p));
  std::vector<std::int64_t> expected = available;
  for (const std::int64_t site : {16, 258, 41, 16}) {
    const auto around = shells.around(site);
    std::erase_if(expected, [&](std::int64_t other) { return around[shells.place_of(other)] <= 1; });
    energy::discard_around(site, 1, shells, available);
    EXPECT_EQ(available, expected);
  }
  EXPECT_FALSE(expected.empty());
  energy::discard_around(16, 100, shells, available);
  EXPECT_TRUE(available.empty());
}

}  // namespace
