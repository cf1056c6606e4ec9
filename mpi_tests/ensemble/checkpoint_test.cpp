#include "hopmc/ensemble/checkpoint.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/mpi/communicator.hpp>
#include <fstream>
#include <iterator>

#include "hopmc/config/errors.hpp"
#include "support/temp_directory.hpp"

namespace hopmc::ensemble {
namespace {

Checkpoint example(std::int64_t hops) {
  Checkpoint checkpoint;
  checkpoint.created_on = "2000-01-01T00:00:00Z";
  checkpoint.config = {{"temp", "300"}, {"t_final", "1e-6"}};
  checkpoint.poscar_crc32 = 0xfedcba98U;
  TrajectoryCheckpoint t;
  t.trajectory = 4;
  t.complete = true;
  t.rows = {100, 4321};
  for (std::size_t i = 0; i < t.crc32.size(); ++i) t.crc32[i] = 0xffffffffU - static_cast<std::uint32_t>(i);
  t.state.time = 0.1 + 0.2;  // not a short decimal number
  t.state.last_delta_g0 = -4.9406564584124654e-324;
  t.state.hops = hops;
  t.state.frames = 100;
  t.state.hop_rows = 4321;
  t.state.started = t.state.hop_pending = true;
  t.state.carriers = {{7, 1, {-3, 0, 1LL << 40}}, {8, 0, {1, 2, 3}}};
  t.state.generator = "1 2 3";
  checkpoint.trajectories[4] = t;
  return checkpoint;
}

void expect_same(const Checkpoint& a, const Checkpoint& b) {
  EXPECT_EQ(a.created_on, b.created_on);
  EXPECT_EQ(a.config, b.config);
  EXPECT_EQ(a.poscar_crc32, b.poscar_crc32);
  ASSERT_EQ(a.trajectories.size(), b.trajectories.size());
  const TrajectoryCheckpoint& s = a.trajectories.at(4);
  const TrajectoryCheckpoint& t = b.trajectories.at(4);
  EXPECT_EQ(s.trajectory, t.trajectory);
  EXPECT_EQ(s.complete, t.complete);
  EXPECT_EQ(s.rows, t.rows);
  EXPECT_EQ(s.crc32, t.crc32);
  EXPECT_EQ(s.state.time, t.state.time);
  EXPECT_EQ(s.state.last_delta_g0, t.state.last_delta_g0);
  EXPECT_EQ(s.state.hops, t.state.hops);
  EXPECT_EQ(s.state.frames, t.state.frames);
  EXPECT_EQ(s.state.hop_rows, t.state.hop_rows);
  EXPECT_EQ(s.state.started, t.state.started);
  EXPECT_EQ(s.state.hop_pending, t.state.hop_pending);
  EXPECT_EQ(s.state.hop_time_done, t.state.hop_time_done);
  EXPECT_EQ(s.state.generator, t.state.generator);
  ASSERT_EQ(s.state.carriers.size(), t.state.carriers.size());
  for (std::size_t i = 0; i < s.state.carriers.size(); ++i) {
    EXPECT_EQ(s.state.carriers[i].start_site, t.state.carriers[i].start_site);
    EXPECT_EQ(s.state.carriers[i].basis, t.state.carriers[i].basis);
    EXPECT_EQ(s.state.carriers[i].cells_moved, t.state.carriers[i].cells_moved);
  }
}

TEST(Checkpoint, ComesBackBitByBit) {
  const Checkpoint before = example(1);
  expect_same(before, checkpoint_from_text(to_text(before), "here"));
}

TEST(Checkpoint, TrajectoriesTravelAsText) {
  Checkpoint arrived = example(1);
  const auto list = trajectories_from_text(to_text(std::vector{arrived.trajectories.at(4)}));
  ASSERT_EQ(list.size(), 1U);
  arrived.trajectories[4] = list.front();
  expect_same(example(1), arrived);
}

TEST(Checkpoint, EveryTruncationIsSeen) {
  const std::string text = to_text(example(1));
  for (std::size_t n = 0; n + 2 < text.size(); n += 7) {
    EXPECT_THROW((void)checkpoint_from_text(text.substr(0, n), "here"), IoError) << n;
  }
}

TEST(Checkpoint, AnyOtherDigitIsSeen) {
  const std::string text = to_text(example(1));
  for (std::size_t n = 0; n < text.size(); ++n) {
    if (text[n] < '1' || text[n] > '9') continue;
    std::string changed = text;
    changed[n] = changed[n] == '1' ? '2' : '1';
    EXPECT_THROW((void)checkpoint_from_text(changed, "here"), IoError) << n;
  }
}

/// Files of one rank's own.
class CheckpointFile : public testing::Test {
 protected:
  void damage(std::string_view name) const { std::ofstream(path() / name, std::ios::trunc) << "{\"format\""; }
  [[nodiscard]] const std::filesystem::path& path() const { return directory_.path(); }

 private:
  test::SharedTempDirectory directory_{boost::mpi::communicator(MPI_COMM_SELF, boost::mpi::comm_attach)};
};

TEST_F(CheckpointFile, NoneIsNoDamage) {
  const FoundCheckpoint found = find_checkpoint(path());
  EXPECT_FALSE(found.checkpoint);
  EXPECT_TRUE(found.damage.empty());
}

TEST_F(CheckpointFile, LastOneCounts) {
  write_checkpoint(path(), example(1));
  write_checkpoint(path(), example(2));
  const FoundCheckpoint found = find_checkpoint(path());
  ASSERT_TRUE(found.checkpoint);
  expect_same(*found.checkpoint, example(2));
  EXPECT_TRUE(found.damage.empty());
  // Nothing else is left lying about.
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(path()), {}), 2);
}

TEST_F(CheckpointFile, OneBeforeReplacesADamagedOne) {
  write_checkpoint(path(), example(1));
  write_checkpoint(path(), example(2));
  damage(checkpoint_name);
  const FoundCheckpoint found = find_checkpoint(path());
  ASSERT_TRUE(found.checkpoint);
  expect_same(*found.checkpoint, example(1));
  ASSERT_EQ(found.damage.size(), 1U);
  EXPECT_THAT(found.damage.front(), testing::HasSubstr("checkpoint.json"));
}

TEST_F(CheckpointFile, BothDamaged) {
  write_checkpoint(path(), example(1));
  write_checkpoint(path(), example(2));
  damage(checkpoint_name);
  damage(previous_checkpoint_name);
  const FoundCheckpoint found = find_checkpoint(path());
  EXPECT_FALSE(found.checkpoint);
  EXPECT_EQ(found.damage.size(), 2U);
}

TEST_F(CheckpointFile, WithoutDirectoryItFails) {
  EXPECT_THROW(write_checkpoint(path() / "nowhere", example(1)), IoError);
}

}  // namespace
}  // namespace hopmc::ensemble
