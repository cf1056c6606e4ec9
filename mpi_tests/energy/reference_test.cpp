// Pair matrices and first hops that PyCD computed.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "hopmc/energy/model.hpp"
#include "support/materials.hpp"
#include "support/npy.hpp"
#include "support/reference.hpp"

namespace hopmc::energy {
namespace {

/// Sites of the species that moves.
std::vector<std::int64_t> carrier_sites(const Model& model) {
  std::vector<std::int64_t> sites;
  for (std::int64_t site = 0; site < model.supercell.n_sites(); ++site) {
    if (model.pair.has(model.supercell.basis_of(site))) sites.push_back(site);
  }
  return sites;
}

class Reference : public testing::Test {
 protected:
  void SetUp() override {
    cases_ = test::reference_cases();
    if (cases_.empty()) GTEST_SKIP() << "no reference data beside the source tree";
  }
  std::vector<std::filesystem::path> cases_;
};

TEST_F(Reference, PairMatricesAgreeToRounding) {
  for (const auto& directory : cases_) {
    SCOPED_TRACE(directory.filename());
    const Model model = test::model_of(test::read_case(directory, true));
    const test::NpyArray expected = test::read_npy(directory / "expected" / "ewald_pair_matrix.npy");
    const auto n = static_cast<std::size_t>(model.supercell.n_sites());
    ASSERT_EQ(expected.shape, (std::vector<std::size_t>{n, n}));
    double worst = 0;
    for (const std::int64_t a : carrier_sites(model)) {
      for (const std::int64_t b : carrier_sites(model)) {
        const double p = expected.values[static_cast<std::size_t>(a) * n + static_cast<std::size_t>(b)];
        worst = std::max(worst, std::abs(model.pair_energy(a, b) - p));
      }
    }
    EXPECT_LT(worst, 1e-14);  // the largest elements are 0.05: relative 1e-12 and better
    EXPECT_EQ(carrier_sites(model).size(), n * 12 / 30);
  }
}

/// Without PyCD's minimum images and with cutoffs of our own, what differs is PyCD's truncation.
TEST_F(Reference, ConvergedHopEnergiesAgreeToPycdsTruncation) {
  for (const auto& directory : cases_) {
    SCOPED_TRACE(directory.filename());
    const test::Case given = test::read_case(directory, true);
    test::Case converged = test::read_case(directory, false);
    converged.config.run.material.ewald = {};
    const Model pycd = test::model_of(given);
    const Model own = test::model_of(converged);
    const auto sites = carrier_sites(own);
    double worst = 0;
    for (const std::int64_t a : sites) {
      const double reference = pycd.pair_energy(sites[0], a) - pycd.pair_energy(sites[0], sites[1]);
      const double ours = own.pair_energy(sites[0], a) - own.pair_energy(sites[0], sites[1]);
      if (a != sites[0]) worst = std::max(worst, std::abs(reference - ours));
    }
    EXPECT_GT(worst, 1e-9);  // it is truncated
    EXPECT_LT(worst, pycd.ewald.error_estimate + own.ewald.error_estimate);
  }
}

TEST_F(Reference, FirstHopsHaveTheSameEnergiesRatesAndVectors) {
  int compared = 0;
  for (const auto& directory : cases_) {
    const auto file = directory / "expected" / "first_steps.npz";
    if (!std::filesystem::exists(file)) continue;
    SCOPED_TRACE(directory.filename());
    const Model model = test::model_of(test::read_case(directory, true));
    const test::NpyArray from = test::read_npz(file, "old_site");
    const test::NpyArray to = test::read_npz(file, "new_site");
    const test::NpyArray delta = test::read_npz(file, "delg0_hartree");
    const test::NpyArray rate = test::read_npz(file, "rate_au");
    const test::NpyArray vector = test::read_npz(file, "hop_vector_bohr");
    const std::size_t processes = from.shape.at(1);
    const auto carriers = static_cast<std::size_t>(model.n_carriers());
    ASSERT_EQ(processes, 4 * carriers);
    for (std::size_t step = 0; step < from.shape[0]; ++step) {
      std::vector<std::int64_t> state;
      for (std::size_t c = 0; c < carriers; ++c) {
        state.push_back(static_cast<std::int64_t>(from.values[step * processes + 4 * c]));
      }
      for (std::size_t p = 0; p < processes; ++p) {
        const std::size_t row = step * processes + p;
        const std::size_t carrier = p / 4;
        const std::int64_t origin = state[carrier];
        const auto target = static_cast<std::int64_t>(to.values[row]);
        const int basis = model.supercell.basis_of(origin);
        const auto& hops = model.hops[static_cast<std::size_t>(basis)];
        const auto hop = std::find_if(hops.begin(), hops.end(), [&](const lattice::Hop& h) {
          const Eigen::Vector3i cell = model.supercell.folded(model.supercell.cell_of(origin) + h.offset);
          return model.supercell.site_index(h.target, cell) == target;
        });
        ASSERT_NE(hop, hops.end());
        std::vector<std::int64_t> after = state;
        after[carrier] = target;
        double change = model.static_energy_change(0, basis, *hop);
        const double q = model.charge_of(static_cast<int>(carrier));
        for (std::size_t d = 0; d < carriers; ++d) {
          if (d == carrier) continue;
          change += 2 * q * q * (model.pair_energy(target, state[d]) - model.pair_energy(origin, state[d]));
        }
        EXPECT_NEAR(change, delta.values[row], 1e-12);
        EXPECT_NEAR(model.electrostatic_energy(after) - model.electrostatic_energy(state), delta.values[row],
                    1e-10);
        EXPECT_NEAR(model.rate(*hop, change) / rate.values[row], 1, 1e-8);
        for (std::size_t d = 0; d < 3; ++d) {
          EXPECT_NEAR(hop->vector[static_cast<Eigen::Index>(d)], vector.values[3 * row + d], 1e-12);
        }
        ++compared;
      }
    }
  }
  EXPECT_GT(compared, 1000);
}

}  // namespace
}  // namespace hopmc::energy
