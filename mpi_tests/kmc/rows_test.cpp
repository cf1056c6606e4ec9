// What every propagator promises of its rows: when they are, what they say, and that nothing depends on how
// they are asked for.

#include <gtest/gtest.h>

#include <Eigen/LU>
#include <cmath>
#include <set>
#include <string>
#include <vector>

#include "hopmc/kmc/propagator.hpp"
#include "support/case_model.hpp"
#include "support/recorded_rows.hpp"

namespace {

using namespace hopmc;
using test::CaseModel;
using test::RecordedRows;
using test::Settings;

RecordedRows run(const CaseModel& c, std::int64_t trajectory = 0, std::size_t block = 1000,
                 bool with_hops = false) {
  const auto factory = kmc::make_propagator_factory(c.model, c.config.run);
  const auto propagator = factory->start(trajectory);
  return test::record_all(*propagator, static_cast<std::size_t>(c.model.n_carriers()), block, with_hops);
}

struct Kind {
  std::string name;
  std::string example;
  Settings settings;
};

class Rows : public testing::TestWithParam<Kind> {
 protected:
  [[nodiscard]] static std::unique_ptr<CaseModel> load(const Settings& more = {}) {
    using test::operator+;
    return test::load_example(GetParam().example, GetParam().settings + more);
  }
};

TEST_P(Rows, FramesAreEvenlySpacedAndComplete) {
  const auto c = load();
  const RecordedRows rows = run(*c);
  ASSERT_EQ(static_cast<std::int64_t>(rows.frames()), c->model.n_frames);
  for (std::size_t f = 0; f < rows.frames(); ++f) {
    ASSERT_EQ(rows.time[f], static_cast<double>(f) * c->model.time_interval);
  }
  EXPECT_GT(rows.hops, 20);
}

TEST_P(Rows, DoNotDependOnTheBlocksTheyAreAskedForIn) {
  const auto c = load();
  const RecordedRows whole = run(*c, 3, 100000, true);
  const RecordedRows pieces = run(*c, 3, 7, true);
  EXPECT_EQ(whole.hops, pieces.hops);
  EXPECT_EQ(whole.time, pieces.time);
  EXPECT_EQ(whole.unwrapped, pieces.unwrapped);
  EXPECT_EQ(whole.wrapped, pieces.wrapped);
  EXPECT_EQ(whole.energy, pieces.energy);
  EXPECT_EQ(whole.delg_0, pieces.delg_0);
  EXPECT_EQ(whole.potential, pieces.potential);
  EXPECT_EQ(whole.occupancy, pieces.occupancy);
  EXPECT_EQ(whole.hop_time, pieces.hop_time);
}

TEST_P(Rows, DoNotDependOnWhetherHopTimesAreWanted) {
  const auto c = load();
  const RecordedRows with = run(*c, 1, 512, true);
  const RecordedRows without = run(*c, 1, 512, false);
  EXPECT_EQ(with.unwrapped, without.unwrapped);
  EXPECT_EQ(with.delg_0, without.delg_0);
  EXPECT_EQ(with.hops, without.hops);
  ASSERT_EQ(with.hop_time.size(), static_cast<std::size_t>(with.hops) + 1);
  EXPECT_EQ(with.hop_time[0], 0.0);
  for (std::size_t h = 1; h < with.hop_time.size(); ++h) ASSERT_GT(with.hop_time[h], with.hop_time[h - 1]);
}

TEST_P(Rows, PositionsFollowFromTheSites) {
  const auto c = load();
  const RecordedRows rows = run(*c);
  const auto& model = c->model;
  Eigen::Matrix3d cell = model.crystal.lattice;
  for (int d = 0; d < 3; ++d) cell.row(d) *= model.supercell.size()[d];
  const Eigen::Matrix3d to_fractional = cell.transpose().inverse();
  for (std::size_t f = 0; f < rows.frames(); ++f) {
    for (std::size_t i = 0; i < rows.n_carriers; ++i) {
      const std::size_t at = 3 * (f * rows.n_carriers + i);
      const Eigen::Vector3d wrapped(&rows.wrapped[at]);
      ASSERT_EQ(wrapped, model.wrapped_position(rows.occupancy[f * rows.n_carriers + i]));
      const Eigen::Vector3d start(&rows.wrapped[3 * i]);
      const Eigen::Vector3d unwrapped(&rows.unwrapped[at]);
      const Eigen::Vector3d turns = to_fractional * (start + unwrapped - wrapped);
      for (int d = 0; d < 3; ++d) ASSERT_NEAR(turns[d], std::round(turns[d]), 1e-9);
    }
  }
}

TEST_P(Rows, GoOnFromAStateWithTheSameBits) {
  const auto c = load();
  const auto n = static_cast<std::size_t>(c->model.n_carriers());
  const auto factory = kmc::make_propagator_factory(c->model, c->config.run);
  for (const bool with_hops : {false, true}) {
    const RecordedRows whole = run(*c, 2, 1000, with_hops);
    for (const std::size_t cut : {1u, 7u, 150u}) {
      auto first = factory->start(2);
      RecordedRows part = test::record_rows(*first, n, cut, 1, with_hops);
      const auto second = factory->resume(2, first->state());
      first.reset();
      test::append(part, test::record_all(*second, n, 1000, with_hops));
      ASSERT_EQ(part.time, whole.time);
      ASSERT_EQ(part.unwrapped, whole.unwrapped);
      ASSERT_EQ(part.wrapped, whole.wrapped);
      ASSERT_EQ(part.energy, whole.energy);
      ASSERT_EQ(part.delg_0, whole.delg_0);
      ASSERT_EQ(part.occupancy, whole.occupancy);
      ASSERT_EQ(part.hop_time, whole.hop_time);
      ASSERT_EQ(second->hops(), whole.hops);
    }
  }
}

TEST_P(Rows, TrajectoriesDifferAndRepeat) {
  const auto c = load();
  EXPECT_NE(run(*c, 0).unwrapped, run(*c, 1).unwrapped);
  EXPECT_EQ(run(*c, 1).unwrapped, run(*c, 1).unwrapped);
}

TEST_P(Rows, EveryStepGivesAFrameAHopWhoseEnergiesAddUp) {
  const auto c = load({{"output_data.unwrapped_traj.write_every_step", "1"}});
  const RecordedRows rows = run(*c, 0, 1000, true);
  ASSERT_EQ(rows.frames(), static_cast<std::size_t>(rows.hops) + 1);
  EXPECT_EQ(rows.time, rows.hop_time);
  EXPECT_EQ(rows.delg_0[0], 0.0);
  for (std::size_t f = 1; f < rows.frames(); ++f) {
    // The energy of the state, computed anew, changes by exactly what the hop was said to cost: nothing
    // drifts.
    ASSERT_NEAR(rows.energy[f] - rows.energy[f - 1], rows.delg_0[f], 2e-10) << "hop " << f;
  }
}

INSTANTIATE_TEST_SUITE_P(
    Propagators, Rows,
    testing::Values(
        Kind{"HematiteOneElectron", "hematite", {{"t_final", "2e-6"}}},
        Kind{"HematiteField",
             "hematite",
             {{"t_final", "2e-6"},
              {"external_field.electric", "{active: 1, dir: [1, 0, 1], ld: 1, mag: 0.0001}"}}},
        Kind{"HematiteSlab", "hematite", {{"t_final", "2e-6"}, {"pbc", "[1, 0, 0]"}}},
        Kind{"FiveElectrons",
             "hematite",
             {{"t_final", "1e-6"},
              {"time_interval", "2e-9"},
              {"system_size", "[3, 3, 1]"},
              {"species_count", "[5, 0]"}}},
        Kind{"FiveElectronsSlab",
             "hematite",
             {{"t_final", "1e-6"},
              {"time_interval", "2e-9"},
              {"pbc", "[1, 1, 0]"},
              {"species_count", "[5, 0]"}}},
        Kind{"HematiteReplay", "hematite", {{"t_final", "2e-6"}, {"replay", "pycd"}}},
        Kind{"BismuthVanadateElectron", "bivo4", {{"t_final", "1e-4"}, {"time_interval", "1e-8"}}}),
    [](const auto& param_info) { return param_info.param.name; });

TEST(Slab, CarriersDoNotCrossFacesThatAreNotPeriodic) {
  const auto c = test::load_example(
      "hematite", {{"t_final", "5e-6"}, {"pbc", "[1, 1, 0]"}, {"system_size", "[2, 2, 2]"}});
  const RecordedRows rows = run(*c);
  for (std::size_t f = 0; f < rows.frames(); ++f) {
    ASSERT_NEAR(rows.unwrapped[3 * f + 2], rows.wrapped[3 * f + 2] - rows.wrapped[2], 1e-9);
  }
}

TEST(InitialOccupancy, GivenSitesComeFirst) {
  const auto c = test::load_example("hematite", {{"t_final", "1e-7"},
                                                 {"species_count", "[3, 0]"},
                                                 {"initial_occupancy", "{electron: [33, 4], hole: []}"}});
  std::set<std::int32_t> thirds;
  for (std::int64_t t = 0; t < 40; ++t) {
    const RecordedRows rows = run(*c, t);
    EXPECT_EQ(rows.occupancy[0], 33);
    EXPECT_EQ(rows.occupancy[1], 4);
    EXPECT_TRUE(rows.occupancy[2] != 33 && rows.occupancy[2] != 4);
    EXPECT_LT(rows.occupancy[2] % 30, 12) << "electrons live on Fe";
    thirds.insert(rows.occupancy[2]);
  }
  EXPECT_GT(thirds.size(), 15u) << "the remaining carrier is placed at random";
}

TEST(InitialOccupancy, NobodyIsPlacedOnASiteThatIsGivenToALaterSpecies) {
  const auto c = test::load_example("hematite", {{"species_to_element_type_map.hole", "[Fe]"},
                                                 {"species_count", "[40, 1]"},
                                                 {"initial_occupancy", "{electron: [], hole: [0]}"},
                                                 {"t_final", "1e-12"},
                                                 {"time_interval", "1e-12"}});
  for (std::int64_t t = 0; t < 20; ++t) {
    const RecordedRows rows = run(*c, t);
    const std::set<std::int32_t> sites(rows.occupancy.begin(), rows.occupancy.begin() + 41);
    EXPECT_EQ(sites.size(), 41u);
    EXPECT_EQ(rows.occupancy[40], 0);
  }
}

TEST(Seed, FractionsKeyDifferentStreams) {
  const auto with_seed = [](const std::string& seed) {
    return run(*test::load_example("hematite", {{"t_final", "1e-7"}, {"random_seed", seed}})).unwrapped;
  };
  EXPECT_NE(with_seed("0.3"), with_seed("0.7"));
  EXPECT_EQ(with_seed("2.0"), with_seed("2"));
}

TEST(Replay, EndsWhereNoHopIsPossible) {
  const auto c = test::load_example("hematite", {{"t_final", "1e-7"}, {"temp", "0.5"}, {"replay", "pycd"}});
  const RecordedRows rows = run(*c);
  EXPECT_EQ(static_cast<std::int64_t>(rows.frames()), c->model.n_frames);
  EXPECT_EQ(rows.hops, 0);
}

TEST(Rates, ThatNoClockCanFollowAreRefused) {
  for (const char* coupling : {"[[50, 50]]", "[[2, 2]]"}) {
    EXPECT_THROW((void)test::load_example("hematite", {{"v_ab.Fe:Fe", coupling}}), InputError) << coupling;
  }
}

}  // namespace
