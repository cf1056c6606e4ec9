// The replay mode against trajectories that PyCD computed.

#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "hopmc/kmc/propagator.hpp"
#include "support/case_model.hpp"
#include "support/npy.hpp"
#include "support/recorded_rows.hpp"

namespace {

using namespace hopmc;

class Replay : public testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    directory_ = test::reference_directory() / GetParam();
    if (!std::filesystem::exists(directory_)) GTEST_SKIP() << "no reference data beside the source";
    case_ = test::load_case(directory_, {{"replay", "pycd"}});
  }
  [[nodiscard]] test::RecordedRows run(std::int64_t trajectory) const {
    const auto factory = kmc::make_propagator_factory(case_->model, case_->config.run);
    const auto propagator = factory->start(trajectory);
    return test::record_all(*propagator, static_cast<std::size_t>(case_->model.n_carriers()), 999, true);
  }
  [[nodiscard]] std::vector<double> expected(std::int64_t trajectory, const std::string& name) const {
    const auto file = directory_ / "expected" / ("traj" + std::to_string(trajectory + 1)) / name;
    return std::filesystem::exists(file) ? test::read_npy(file).values : std::vector<double>{};
  }

  std::filesystem::path directory_;
  std::unique_ptr<test::CaseModel> case_;
};

/// Largest |a[i] - a[0] - (b[i] - b[0])|.
double largest_difference_of_changes(const std::vector<double>& a, const std::vector<double>& b) {
  double largest = 0;
  for (std::size_t i = 0; i < a.size(); ++i)
    largest = std::max(largest, std::abs((a[i] - a[0]) - (b[i] - b[0])));
  return largest;
}

TEST_P(Replay, IsHopForHop) {
  for (std::int64_t t = 0; t < case_->config.run.n_traj; ++t) {
    const test::RecordedRows rows = run(t);
    const auto positions = expected(t, "unwrapped_traj.npy");
    ASSERT_EQ(rows.unwrapped.size(), positions.size());
    for (std::size_t i = 0; i < positions.size(); ++i)
      ASSERT_NEAR(rows.unwrapped[i], positions[i], 1e-9) << i;

    const auto times = expected(t, "time_data.npy");
    ASSERT_EQ(rows.hop_time.size(), times.size());
    for (std::size_t h = 0; h < times.size(); ++h)
      ASSERT_NEAR(rows.hop_time[h], times[h], 1e-9 * times[h]) << h;

    const auto delta = expected(t, "delG0_traj.npy");
    for (std::size_t f = 0; f < delta.size(); ++f) ASSERT_NEAR(rows.delg_0[f], delta[f], 1e-9) << f;
    const auto energy = expected(t, "energy_traj.npy");
    if (!energy.empty()) {
      ASSERT_EQ(energy.size(), rows.energy.size());
      EXPECT_LT(largest_difference_of_changes(rows.energy, energy), 1e-9);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(References, Replay,
                         testing::Values("hematite_2x2x1_published", "hematite_3x3x1_1e_field",
                                         "hematite_3x3x1_5e"),
                         [](const auto& param_info) { return param_info.param; });

}  // namespace
