#include "hopmc/ensemble/run.hpp"

#include <gtest/gtest.h>
#include <malloc.h>

#include <boost/mpi/operations.hpp>

#include "ensemble/run_fixture.hpp"

namespace hopmc::ensemble {
namespace {

using test::FakeRun;
using test::FakeTraits;

std::int64_t hops_of(const FakeTraits& traits) {
  std::int64_t hops = 0;
  for (std::int64_t t = 0; t < traits.n_traj; ++t) {
    for (std::int64_t f = 1; f < traits.frames_of(t); ++f) hops += (t + f) % 4;
  }
  return hops;
}

class NumberOfTrajectories : public testing::TestWithParam<std::int64_t> {};

TEST_P(NumberOfTrajectories, EachIsRunOnceAndStoredWhole) {
  FakeTraits traits;
  traits.n_traj = GetParam();
  traits.n_frames = 101;
  traits.n_carriers = 2;
  FakeRun run(traits);
  const RunSummary summary = run.execute();
  EXPECT_EQ(run.starts(), std::vector<int>(static_cast<std::size_t>(traits.n_traj), 1));
  run.expect_stored_rows();
  EXPECT_EQ(summary.trajectories, traits.n_traj);
  EXPECT_EQ(summary.frames, traits.n_traj * traits.n_frames);
  EXPECT_EQ(summary.hops, hops_of(traits));
  EXPECT_EQ(summary.ranks, run.world().size());
}

INSTANTIATE_TEST_SUITE_P(FewerEqualMore, NumberOfTrajectories, testing::Values(1, 2, 3, 4, 17));

struct Formats {
  bool hdf5;
  bool npy;
};

class EachFormat : public testing::TestWithParam<Formats> {};

TEST_P(EachFormat, IsWrittenAloneOrWithTheOther) {
  FakeTraits traits;
  traits.n_traj = 5;
  traits.n_frames = 50;
  FakeRun run(traits);
  run.output.hdf5 = GetParam().hdf5;
  run.output.npy = GetParam().npy;
  const RunSummary summary = run.execute();
  run.expect_stored_rows();
  EXPECT_EQ(summary.hdf5_bytes > 0, GetParam().hdf5);
  EXPECT_EQ(summary.npy_bytes > 0, GetParam().npy);
  EXPECT_EQ(summary.flushes > 0, GetParam().hdf5);
  // Two more values (f8, i4) a frame than the eight of 3 + 3 + time, energy, delg_0, potential.
  EXPECT_GT(summary.raw_bytes, traits.n_traj * traits.n_frames * (10 * 8 + 4));
  if (GetParam().npy) {
    EXPECT_GT(summary.npy_bytes, summary.raw_bytes);
  }
}

INSTANTIATE_TEST_SUITE_P(All, EachFormat,
                         testing::Values(Formats{true, true}, Formats{true, false}, Formats{false, true}));

TEST(Run, MayWriteNothing) {
  FakeTraits traits;
  traits.n_traj = 3;
  traits.n_frames = 40;
  FakeRun run(traits);
  run.output.hdf5 = run.output.npy = false;
  const RunSummary summary = run.execute();
  EXPECT_EQ(summary.frames, 120);
  EXPECT_EQ(summary.hdf5_bytes + summary.npy_bytes, 0);
}

TEST(Run, DoesWithoutHopTimes) {
  FakeTraits traits;
  traits.n_traj = 3;
  traits.n_frames = 40;
  FakeRun run(traits);
  run.output.time.write = false;
  const RunSummary summary = run.execute();
  EXPECT_EQ(run.layout().find(trajectory::Column::hop_time), nullptr);
  EXPECT_EQ(summary.hops, hops_of(traits));
  run.expect_stored_rows();
}

TEST(Run, TakesTrajectoriesOfUnknownLength) {
  FakeTraits traits;
  traits.n_traj = 9;
  traits.n_frames = 30;
  traits.extra_frames = [](std::int64_t trajectory) { return 5 * (trajectory % 4); };
  FakeRun run(traits);
  run.execute();
  run.expect_stored_rows();
}

TEST(Run, FlushesOftenWhereMemoryIsSmall) {
  FakeTraits traits;
  traits.n_traj = 7;
  traits.n_frames = 330;
  FakeRun run(traits);
  run.output.buffer_memory = 16 * 1024;
  const RunSummary summary = run.execute();
  EXPECT_GE(summary.flushes, 7);
  run.expect_stored_rows();
}

TEST(Run, WorksWithLessMemoryThanABlock) {
  FakeTraits traits;
  traits.n_traj = 3;
  traits.n_frames = 100;
  FakeRun run(traits);
  run.output.buffer_memory = 1;
  const RunSummary summary = run.execute();
  EXPECT_GE(summary.flushes, 7);
  run.expect_stored_rows();
}

TEST(Run, PutsManyShortTrajectoriesIntoOneFlush) {
  FakeTraits traits;
  traits.n_traj = 60;
  traits.n_frames = 2;
  FakeRun run(traits);
  const RunSummary summary = run.execute();
  EXPECT_EQ(summary.flushes, 1);
  run.expect_stored_rows();
}

TEST(Run, HoldsNoMoreOfALongTrajectoryThanItMay) {
  FakeTraits traits;
  traits.n_traj = boost::mpi::communicator().size();
  traits.n_frames = 2000;
  FakeRun run(traits);
  run.output.buffer_memory = 32 * 1024;
  const RunSummary summary = run.execute();
  const auto block = static_cast<std::int64_t>(run.layout().block_bytes()) + 1024;
  EXPECT_LE(summary.peak_buffer_bytes, run.output.buffer_memory + block);
  EXPECT_GE(summary.peak_buffer_bytes, run.output.buffer_memory / 2);
  EXPECT_GT(summary.raw_bytes, 10 * summary.peak_buffer_bytes);
  run.expect_stored_rows();
}

TEST(Run, KeepsOneBlockWhereNothingIsShared) {
  FakeTraits traits;
  traits.n_traj = 2;
  traits.n_frames = 2000;
  FakeRun run(traits);
  run.output.hdf5 = false;
  const RunSummary summary = run.execute();
  EXPECT_LE(summary.peak_buffer_bytes, static_cast<std::int64_t>(run.layout().block_bytes()) + 1024);
  run.expect_stored_rows();
}

/// Bytes that the program has from the allocator.
std::int64_t memory_in_use() {
  const auto info = ::mallinfo2();
  return static_cast<std::int64_t>(info.uordblks + info.hblkhd);
}

TEST(Run, MemoryDoesNotGrowWithTheTrajectory) {
  constexpr std::int64_t warm = 10'000;
  constexpr std::int64_t late = 59'000;
  std::int64_t before = 0;
  std::int64_t after = 0;
  FakeTraits traits;
  traits.n_traj = boost::mpi::communicator().size();
  traits.n_frames = 60'000;
  traits.at_frame = [&](std::int64_t, std::int64_t frame) {
    if (frame == warm) before = memory_in_use();
    if (frame == late) after = memory_in_use();
  };
  FakeRun run(traits);
  run.output.npy = false;
  run.output.chunk_frames = 1024;
  run.output.time.write = false;
  run.output.buffer_memory = 512 * 1024;
  const RunSummary summary = run.execute();
  // Between the two the rank's rows take 4 MB.
  EXPECT_LE(after - before, 2 * run.output.buffer_memory);
  EXPECT_GE(summary.flushes, 10);
}

TEST(Run, ASlowRankIsAskedToFlush) {
  // Trajectory 0 takes long for two blocks; meanwhile the other must get rid of many times its memory.
  constexpr std::int64_t slow_frames = 32;
  std::uintmax_t seen = 0;
  FakeTraits traits;
  traits.n_traj = 2;
  traits.n_frames = slow_frames;
  traits.extra_frames = [](std::int64_t trajectory) { return trajectory == 1 ? 1000 : 0; };
  traits.pause_a_frame = [](std::int64_t trajectory) {
    return std::chrono::microseconds(trajectory == 0 ? 40'000 : 0);
  };
  std::filesystem::path watched;
  traits.at_frame = [&](std::int64_t trajectory, std::int64_t frame) {
    std::error_code absent;
    if (trajectory == 0 && frame == slow_frames - 1) {
      seen = std::filesystem::exists(watched, absent) ? std::filesystem::file_size(watched) : 0;
    }
  };
  FakeRun run(traits);
  watched = run.directory() / "traj2" / "time.npy";
  run.output.buffer_memory = 16 * 1024;
  run.execute();
  std::uintmax_t seen_by_any = 0;
  boost::mpi::all_reduce(run.world(), seen, seen_by_any, boost::mpi::maximum<std::uintmax_t>());
  // Without a flush the fast one gets no further than 8 blocks of 16 frames (and a header of 128 bytes).
  if (run.world().size() > 1) {
    EXPECT_GT(seen_by_any, 150 * sizeof(double) + 128);
  }
  run.expect_stored_rows();
}

TEST(Run, UnevenTrajectoriesAreSharedOut) {
  FakeTraits traits;
  traits.n_traj = 23;
  traits.n_frames = 40;
  traits.pause_a_frame = [](std::int64_t trajectory) {
    return std::chrono::microseconds(trajectory % 5 == 0 ? 500 : 20);
  };
  FakeRun run(traits);
  run.output.buffer_memory = 64 * 1024;
  run.execute();
  EXPECT_EQ(run.starts(), std::vector<int>(23, 1));
  run.expect_stored_rows();
}

TEST(Run, FlushesWhenTimeIsUp) {
  FakeTraits traits;
  traits.n_traj = boost::mpi::communicator().size();
  traits.n_frames = 100;
  traits.pause_a_frame = [](std::int64_t) { return std::chrono::microseconds(2000); };
  FakeRun run(traits);
  run.output.flush_interval = 0.02;
  const RunSummary summary = run.execute();
  EXPECT_GE(summary.flushes, 3);
  run.expect_stored_rows();
}

TEST(Run, TimesAddUp) {
  FakeTraits traits;
  traits.n_traj = 4;
  traits.n_frames = 100;
  traits.pause_a_frame = [](std::int64_t) { return std::chrono::microseconds(200); };
  FakeRun run(traits);
  const RunSummary summary = run.execute();
  EXPECT_GE(summary.simulate_seconds, 4 * 100 * 200e-6);
  EXPECT_GT(summary.write_seconds, 0);
  EXPECT_GT(summary.compress_seconds, 0);
  EXPECT_GE(summary.wait_seconds, summary.longest_wait_seconds);
  EXPECT_LE(
      summary.simulate_seconds + summary.wait_seconds + summary.compress_seconds + summary.write_seconds,
      summary.ranks * summary.wall_seconds);
}

}  // namespace
}  // namespace hopmc::ensemble
