// What one rank can not do ends the run on every rank, with the same error, and none hangs (the time limit of
// the test program tells).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <new>
#include <stdexcept>

#include "ensemble/run_fixture.hpp"
#include "hopmc/config/errors.hpp"

namespace hopmc::ensemble {
namespace {

using test::FakeRun;
using test::FakeTraits;

struct Outcome {
  bool io_error = false;
  ExitStatus status = ExitStatus::success;
  std::string message;
};

/// Runs, expects an error, and the same on every rank. Collective.
Outcome expect_error(FakeRun& run) {
  Outcome outcome;
  try {
    run.execute();
    ADD_FAILURE() << "no error";
  } catch (const IoError& error) {
    outcome = {true, error.status(), error.what()};
  } catch (const Error& error) {
    outcome = {false, error.status(), error.what()};
  }
  std::string first = outcome.message;
  boost::mpi::broadcast(run.world(), first, 0);
  EXPECT_EQ(outcome.message, first);
  return outcome;
}

enum class Written { both, hdf5, npy, nothing };

class Failure : public testing::TestWithParam<Written> {
 protected:
  static void choose(FakeRun& run) {
    run.output.hdf5 = GetParam() == Written::both || GetParam() == Written::hdf5;
    run.output.npy = GetParam() == Written::both || GetParam() == Written::npy;
  }
};

FakeTraits some_trajectories() {
  FakeTraits traits;
  traits.n_traj = 9;
  traits.n_frames = 300;
  return traits;
}

TEST_P(Failure, OfAPropagatorEndsAllRanks) {
  FakeTraits traits = some_trajectories();
  traits.at_frame = [](std::int64_t trajectory, std::int64_t frame) {
    if (trajectory == 2 && frame == 217) throw Error(ExitStatus::bad_input, "no way out of site 7");
  };
  FakeRun run(traits);
  choose(run);
  run.output.buffer_memory = 16 * 1024;
  const Outcome outcome = expect_error(run);
  EXPECT_EQ(outcome.status, ExitStatus::bad_input);
  EXPECT_EQ(outcome.message, "no way out of site 7");
}

TEST_P(Failure, AtTheStartOfATrajectoryEndsAllRanks) {
  FakeTraits traits = some_trajectories();
  traits.at_start = [](std::int64_t trajectory) {
    if (trajectory == 3) throw std::runtime_error("no start");
  };
  FakeRun run(traits);
  choose(run);
  EXPECT_THAT(expect_error(run).message, testing::HasSubstr("no start"));
}

TEST_P(Failure, OfMemoryEndsAllRanks) {
  FakeTraits traits = some_trajectories();
  traits.at_frame = [](std::int64_t trajectory, std::int64_t) {
    if (trajectory == 8) throw std::bad_alloc();
  };
  FakeRun run(traits);
  choose(run);
  EXPECT_EQ(expect_error(run).message, "out of memory");
}

TEST_P(Failure, OnEveryRankIsOneError) {
  FakeTraits traits = some_trajectories();
  traits.at_start = [](std::int64_t trajectory) {
    throw IoError("trajectory " + std::to_string(trajectory));
  };
  FakeRun run(traits);
  choose(run);
  EXPECT_TRUE(expect_error(run).io_error);
}

TEST_P(Failure, StopsTheOthersSoon) {
  // Without a word from the failed rank the others would take minutes.
  FakeTraits traits;
  traits.n_traj = 40;
  traits.n_frames = 50'000;
  traits.pause_a_frame = [](std::int64_t) { return std::chrono::microseconds(1000); };
  traits.at_frame = [](std::int64_t trajectory, std::int64_t frame) {
    if (trajectory == 0 && frame == 20) throw IoError("disk of one rank is full");
  };
  FakeRun run(traits);
  choose(run);
  EXPECT_EQ(expect_error(run).message, "disk of one rank is full");
}

INSTANTIATE_TEST_SUITE_P(Formats, Failure,
                         testing::Values(Written::both, Written::hdf5, Written::npy, Written::nothing));

class NpyFailure : public testing::TestWithParam<bool> {};

TEST_P(NpyFailure, OnOneRankIsEverybodysIoError) {
  FakeRun run(some_trajectories());
  run.output.hdf5 = GetParam();
  run.output.buffer_memory = 16 * 1024;
  if (run.world().rank() == 0) std::ofstream(run.directory() / "traj3") << "in the way";
  run.world().barrier();
  const Outcome outcome = expect_error(run);
  EXPECT_TRUE(outcome.io_error);
  EXPECT_THAT(outcome.message, testing::HasSubstr("traj3"));
}

INSTANTIATE_TEST_SUITE_P(WithAndWithoutHdf5, NpyFailure, testing::Bool());

TEST(Hdf5Failure, AnExistingFileIsEverybodysIoError) {
  FakeRun run(some_trajectories());
  if (run.world().rank() == 0) std::ofstream(run.shared_file()) << "precious";
  run.world().barrier();
  EXPECT_TRUE(expect_error(run).io_error);
  std::string text;
  std::ifstream(run.shared_file()) >> text;
  EXPECT_EQ(text, "precious");
}

TEST(Hdf5Failure, WhatWasFlushedBeforeAFailureOpens) {
  FakeTraits traits = some_trajectories();
  traits.n_frames = 3000;
  traits.at_frame = [](std::int64_t trajectory, std::int64_t frame) {
    if (trajectory == 0 && frame == 2900) throw Error(ExitStatus::interrupted, "enough");
  };
  FakeRun run(traits);
  run.output.buffer_memory = 16 * 1024;
  EXPECT_EQ(expect_error(run).status, ExitStatus::interrupted);
  if (run.world().rank() == 0) {
    const auto reader = trajectory::Hdf5Reader::open(run.shared_file());
    const auto stored = reader->find(0, trajectory::Column::time);
    ASSERT_TRUE(stored.has_value());
    EXPECT_GT(stored->shape.at(0), 1000);
  }
  run.world().barrier();
}

}  // namespace
}  // namespace hopmc::ensemble
