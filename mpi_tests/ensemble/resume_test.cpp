// Runs of fake trajectories that are stopped and gone on with.
#include <gtest/gtest.h>

#include <boost/mpi/collectives.hpp>
#include <csignal>
#include <tuple>

#include "ensemble/run_fixture.hpp"
#include "hopmc/ensemble/stored_run.hpp"

namespace hopmc::test {
namespace {

using ensemble::Checkpoint;

FakeTraits traits_of(std::int64_t frames) {
  FakeTraits traits;
  traits.n_frames = frames;
  traits.n_carriers = 2;
  traits.n_traj = 7;
  return traits;
}

class StoppedRun : public testing::TestWithParam<std::pair<bool, bool>> {};

/// A signal to one rank in the middle of a trajectory; then the rest into another directory.
TEST_P(StoppedRun, GoesOnWithTheSameRows) {
  const boost::mpi::communicator world;
  FakeTraits traits = traits_of(200);
  traits.pause_a_frame = [](std::int64_t) { return std::chrono::microseconds(200); };
  traits.at_frame = [](std::int64_t trajectory, std::int64_t frame) {
    if (trajectory == 0 && frame == 100) (void)std::raise(SIGUSR1);
  };
  FakeRun first(traits);
  std::tie(first.output.hdf5, first.output.npy) = GetParam();
  Checkpoint last;
  ensemble::StopRequest stop;
  first.adjust = [&](ensemble::RunPlan& plan) {
    plan.checkpoint.emplace();
    plan.after_checkpoint = [&last](const Checkpoint& checkpoint) { last = checkpoint; };
    plan.stop = &stop;
  };
  EXPECT_TRUE(first.execute().stopped);
  std::string text = ensemble::to_text(last);
  boost::mpi::broadcast(world, text, 0);
  last = ensemble::checkpoint_from_text(text, "sent");
  ASSERT_FALSE(last.trajectories.empty());

  const auto findings = ensemble::examine(world, {first.directory(), last}, first.layout(), first.output.npy,
                                          first.output.hdf5, true);
  EXPECT_TRUE(findings.damage.empty());
  ensemble::StoredTrajectories stored;
  for (const auto& [number, checkpoint] : last.trajectories) {
    EXPECT_EQ(findings.intact.at(number).npy, first.output.npy);
    EXPECT_EQ(findings.intact.at(number).hdf5, first.output.hdf5);
    stored[number] = {first.directory(), !first.output.hdf5, true, checkpoint};
  }

  FakeRun second(traits_of(200));
  second.output = first.output;
  second.stored = &stored;
  second.adjust = [&](ensemble::RunPlan& plan) {
    plan.checkpoint.emplace();
    plan.order = ensemble::resume_order(plan.n_traj, stored);
  };
  const ensemble::RunSummary summary = second.execute();
  EXPECT_FALSE(summary.stopped);
  std::int64_t stored_hops = 0;
  for (const auto& entry : stored) stored_hops += entry.second.checkpoint.state.hops;
  EXPECT_GT(stored_hops, 0);
  EXPECT_EQ(summary.hops_made, summary.hops - stored_hops);
  second.expect_stored_rows();
  const std::vector<int> starts = second.starts();
  for (std::size_t i = 0; i < starts.size(); ++i) {
    EXPECT_EQ(starts[i], last.trajectories.contains(static_cast<std::int64_t>(i)) ? 0 : 1) << i;
  }
}

INSTANTIATE_TEST_SUITE_P(Formats, StoppedRun,
                         testing::Values(std::pair(true, true), std::pair(true, false),
                                         std::pair(false, true)));

TEST(Examine, ChecksumsAreCompared) {
  FakeRun run(traits_of(50));
  Checkpoint last;
  run.adjust = [&](ensemble::RunPlan& plan) {
    plan.checkpoint.emplace();
    plan.after_checkpoint = [&last](const Checkpoint& checkpoint) { last = checkpoint; };
  };
  (void)run.execute();
  std::string text = ensemble::to_text(last);
  boost::mpi::broadcast(run.world(), text, 0);
  last = ensemble::checkpoint_from_text(text, "sent");
  ASSERT_EQ(last.trajectories.size(), 7U);
  last.trajectories[2].crc32[static_cast<std::size_t>(trajectory::Column::energy)] ^= 1U;
  last.trajectories[5].rows[0] += 1;
  const auto findings =
      ensemble::examine(run.world(), {run.directory(), last}, run.layout(), true, true, true);
  for (const auto& [number, intact] : findings.intact) {
    const bool good = number != 2 && number != 5;
    EXPECT_EQ(intact.npy, good) << number;
    EXPECT_EQ(intact.hdf5, good) << number;
  }
  EXPECT_EQ(findings.damage.size(), run.world().rank() == 0 ? 4U : 0U);
}

TEST(StoredFraction, CountsSimulatedTime) {
  ensemble::StoredTrajectories stored;
  stored[1].checkpoint.complete = true;
  stored[1].checkpoint.state.time = 10.5;  // of the hop that crosses the end
  stored[2].checkpoint.state.time = 2.5;
  stored[3] = stored[1];
  stored[3].ends_here = false;  // the run before went to 5
  stored[3].checkpoint.state.time = 5;
  EXPECT_DOUBLE_EQ(ensemble::stored_fraction(4, 10, stored), (1 + 0.25 + 0.5) / 4);
  EXPECT_EQ(ensemble::stored_fraction(4, 10, {}), 0);
}

TEST(ResumeOrder, CompleteThenBegunThenNew) {
  ensemble::StoredTrajectories stored;
  stored[1].checkpoint.complete = false;
  stored[3].checkpoint.complete = true;
  stored[4] = stored[3];
  stored[4].ends_here = false;
  EXPECT_EQ(ensemble::resume_order(5, stored), (std::vector<std::int64_t>{3, 1, 4, 0, 2}));
}

}  // namespace
}  // namespace hopmc::test
