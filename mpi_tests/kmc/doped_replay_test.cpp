// Doped trajectories of the replay mode against those that PyCD computed (pycd_doped.txt).

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <string>
#include <vector>

#include "hopmc/kmc/dopings.hpp"
#include "hopmc/kmc/propagator.hpp"
#include "support/case_model.hpp"
#include "support/recorded_rows.hpp"

namespace {

using namespace hopmc;

constexpr std::size_t every_hop = 40;
constexpr std::size_t every_frame = 15;
constexpr std::size_t carriers = 3;

struct PycdTrajectory {
  std::vector<energy::Dopant> dopants;  ///< ascending in site
  std::vector<std::int32_t> start;
  std::int64_t hops = 0;
  std::vector<double> hop_time;
  std::vector<std::vector<double>> frames;  ///< displacements, delg_0, energy
};

struct PycdCase {
  test::Settings settings;
  std::vector<PycdTrajectory> trajectories;
};

PycdTrajectory read_trajectory(std::istream& in) {
  PycdTrajectory t;
  std::size_t n = 0;
  in >> n;
  t.dopants.resize(n);
  for (auto& dopant : t.dopants) in >> dopant.site >> dopant.kind;
  t.start.resize(carriers);
  for (auto& site : t.start) in >> site;
  in >> t.hops >> n;
  t.hop_time.resize(n);
  for (double& time : t.hop_time) in >> time;
  in >> n;
  t.frames.assign(n, std::vector<double>(3 * carriers + 2));
  for (auto& frame : t.frames) {
    for (double& x : frame) in >> x;
  }
  return t;
}

PycdCase read_case(const std::string& wanted) {
  std::ifstream in(test::source_directory() / "mpi_tests" / "kmc" / "pycd_doped.txt");
  PycdCase result;
  bool here = false;
  for (std::string word; in >> word;) {
    if (word == "case") {
      std::string name, key, value;
      std::size_t settings = 0;
      in >> name >> settings;
      here = name == wanted;
      for (; settings > 0; --settings) {
        in >> key;
        std::getline(in >> std::ws, value);
        if (here) result.settings[key] = value;
      }
    } else if (word == "trajectory") {
      PycdTrajectory t = read_trajectory(in);
      if (here) result.trajectories.push_back(std::move(t));
    } else {
      std::getline(in, word);  // a comment
    }
  }
  return result;
}

class DopedReplay : public testing::TestWithParam<std::string> {};

TEST_P(DopedReplay, IsHopForHop) {
  const PycdCase pycd = read_case(GetParam());
  ASSERT_FALSE(pycd.trajectories.empty());
  const auto c = test::load_example("bivo4", pycd.settings);
  const auto dopings = kmc::draw_dopings(c->model, c->config.run);
  const auto factory = kmc::make_propagator_factory(c->model, c->config.run, dopings);
  for (std::size_t t = 0; t < pycd.trajectories.size(); ++t) {
    SCOPED_TRACE(t);
    const PycdTrajectory& expected = pycd.trajectories[t];
    auto dopants = dopings[t].dopants;
    std::sort(dopants.begin(), dopants.end(), [](const auto& a, const auto& b) { return a.site < b.site; });
    ASSERT_EQ(dopants, expected.dopants);

    const auto propagator = factory->start(static_cast<std::int64_t>(t));
    const test::RecordedRows rows = test::record_all(*propagator, carriers, 999, true);
    EXPECT_EQ(std::vector(rows.occupancy.begin(), rows.occupancy.begin() + carriers), expected.start);
    EXPECT_EQ(rows.hops, expected.hops);
    for (std::size_t i = 0; i < expected.hop_time.size(); ++i) {
      ASSERT_NEAR(rows.hop_time[i * every_hop], expected.hop_time[i], 1e-9 * expected.hop_time[i]) << i;
    }
    for (std::size_t i = 0; i < expected.frames.size(); ++i) {
      const std::size_t f = i * every_frame;
      for (std::size_t x = 0; x < 3 * carriers; ++x) {
        ASSERT_NEAR(rows.unwrapped[f * 3 * carriers + x], expected.frames[i][x], 1e-8) << f;
      }
      ASSERT_NEAR(rows.delg_0[f], expected.frames[i][3 * carriers], 1e-9) << f;
      ASSERT_NEAR(rows.energy[f] - rows.energy[0], expected.frames[i].back() - expected.frames[0].back(),
                  1e-9)
          << f;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Cases, DopedReplay,
                         testing::Values("random", "yes", "alias", "short", "manual", "pair", "pair_planes",
                                         "gradient"),
                         [](const auto& param_info) { return param_info.param; });

}  // namespace
