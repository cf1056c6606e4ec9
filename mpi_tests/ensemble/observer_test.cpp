// What an observer of a run gets to see, and how it ends one.
#include <gtest/gtest.h>

#include <boost/mpi/collectives.hpp>
#include <functional>
#include <limits>
#include <map>
#include <optional>
#include <string>

#include "ensemble/run_fixture.hpp"
#include "hopmc/config/errors.hpp"

namespace hopmc::test {
namespace {

using trajectory::Axis;

/// Counts frames; has enough after so many of all ranks.
class Counter final : public ensemble::Observer {
 public:
  explicit Counter(std::int64_t enough_frames) : enough_frames_(enough_frames) {}

  void observe(const trajectory::FrameBlock& block) override {
    std::int64_t& next = next_row_[block.trajectory()];
    EXPECT_EQ(block.first_row(Axis::frame), next) << "trajectory " << block.trajectory();
    next += block.rows(Axis::frame);
    frames_ += block.rows(Axis::frame);
    if (frames_ > fail_after) throw IoError("the observer cannot go on");
  }
  void reduce(const boost::mpi::communicator& comm) override {
    all_ = boost::mpi::all_reduce(comm, frames_, std::plus<std::int64_t>());
  }
  [[nodiscard]] std::string text() const override { return ""; }
  [[nodiscard]] bool enough() const override { return all_ >= enough_frames_; }
  [[nodiscard]] std::optional<trajectory::Results> results() const override {
    return trajectory::Results{
        {"count", {{"names", std::vector<std::string>{"a", "b"}, ""}}},
        {{"frames", {1, 2}, {static_cast<double>(all_), 0.5}, "1", "1", 1, "rows seen"}}};
  }

  std::int64_t fail_after = std::numeric_limits<std::int64_t>::max();

 private:
  std::int64_t enough_frames_;
  std::int64_t frames_ = 0;
  std::int64_t all_ = 0;
  std::map<std::int64_t, std::int64_t> next_row_;
};

FakeTraits traits_of(std::int64_t n_traj) {
  FakeTraits traits;
  traits.n_frames = 200;
  traits.n_carriers = 2;
  traits.n_traj = n_traj;
  return traits;
}

std::optional<trajectory::Results> stored_results(const FakeRun& run) {
  return trajectory::Hdf5Reader::open(run.shared_file())->results("count");
}

class ObservedRun : public testing::TestWithParam<int> {};

TEST_P(ObservedRun, ShowsEveryRowAndKeepsTheResults) {
  FakeRun run(traits_of(7));
  run.output.ranks_per_file = GetParam();
  Counter counter(std::numeric_limits<std::int64_t>::max());
  run.adjust = [&](ensemble::RunPlan& plan) { plan.observer = &counter; };
  const auto summary = run.execute();
  EXPECT_FALSE(summary.stopped || summary.enough);
  run.expect_stored_rows();
  if (run.world().rank() == 0) {
    const auto results = stored_results(run);
    ASSERT_TRUE(results.has_value());
    EXPECT_EQ(results->note, counter.results()->note);
    const trajectory::Quantity* frames = results->find("frames");
    ASSERT_NE(frames, nullptr);
    EXPECT_EQ(frames->values, (std::vector<double>{7 * 200, 0.5}));
    EXPECT_EQ(frames->shape, (std::vector<std::int64_t>{1, 2}));
    EXPECT_EQ(frames->about, "rows seen");
    EXPECT_EQ(results->find("none"), nullptr);
  }
  run.world().barrier();
}

TEST_P(ObservedRun, EndsWithEnough) {
  FakeTraits traits = traits_of(1000);
  traits.pause_a_frame = [](std::int64_t) { return std::chrono::microseconds(20); };
  FakeRun run(traits);
  run.output.ranks_per_file = GetParam();
  run.output.flush_interval = 0.01;
  Counter counter(1500);
  run.adjust = [&](ensemble::RunPlan& plan) { plan.observer = &counter; };
  const auto summary = run.execute();
  EXPECT_TRUE(summary.stopped && summary.enough);
  EXPECT_GE(summary.frames, 1500);
  EXPECT_LT(summary.trajectories, 1000);
  if (run.world().rank() == 0) {
    EXPECT_EQ(stored_results(run)->find("frames")->values[0], static_cast<double>(summary.frames));
  }
  run.world().barrier();
}

INSTANTIATE_TEST_SUITE_P(Files, ObservedRun, testing::Values(0, 1),
                         [](const auto& files) { return files.param == 0 ? "OneFile" : "AFileARank"; });

TEST(FailingObserver, EndsTheRunOnAllRanks) {
  FakeRun run(traits_of(7));
  Counter counter(std::numeric_limits<std::int64_t>::max());
  if (run.world().rank() == run.world().size() - 1) counter.fail_after = 0;
  run.adjust = [&](ensemble::RunPlan& plan) {
    plan.observer = &counter;
    plan.output.buffer_memory = 1;  // every rank gets a share
  };
  EXPECT_THROW(static_cast<void>(run.execute()), IoError);
}

}  // namespace
}  // namespace hopmc::test
