#include "hopmc/validate/sweep_record.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "hopmc/config/errors.hpp"

namespace hopmc::validate {
namespace {

/// Ranks run the same tests at once, each in a directory of its own.
class SweepRecordTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = (std::filesystem::temp_directory_path() / "hopmc_record_XXXXXX").string();
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    directory_ = name;
    file_ = directory_ / sweep_record_name;
    record_.version = "1.2.3";
    record_.created_on = "2024-01-01T00:00:00Z";
    record_.command_line = "hopmc run 'a case' --sweep temp=200,300.5";
    record_.keys = {{"temp", "K"}, {"n_traj", ""}};
    record_.points = {{{200, 1}, "temp=200,n_traj=1"}, {{300.5, 1}, "temp=300.5,n_traj=1"}};
  }
  void TearDown() override { std::filesystem::remove_all(directory_); }
  std::filesystem::path directory_;
  std::filesystem::path file_;
  SweepRecord record_;
};

TEST_F(SweepRecordTest, ComesBackAsItWas) {
  write_sweep_record(directory_, record_);
  const SweepRecord back = read_sweep_record(file_);
  EXPECT_EQ(back.version, record_.version);
  EXPECT_EQ(back.created_on, record_.created_on);
  EXPECT_EQ(back.command_line, record_.command_line);
  EXPECT_EQ(back.keys, record_.keys);
  EXPECT_EQ(back.points, record_.points);
}

TEST_F(SweepRecordTest, IsRefusedWhereItIsDamaged) {
  EXPECT_THROW(static_cast<void>(read_sweep_record(file_)), IoError) << "is not there";
  write_sweep_record(directory_, record_);
  std::filesystem::resize_file(file_, std::filesystem::file_size(file_) / 2);
  EXPECT_THROW(static_cast<void>(read_sweep_record(file_)), IoError) << "half of it";
  std::ofstream(file_) << "{\"format\": \"hopmc-run-record\", \"format_version\": 1}";
  EXPECT_THROW(static_cast<void>(read_sweep_record(file_)), IoError) << "another record";
  record_.points[1].values.pop_back();
  EXPECT_ANY_THROW(write_sweep_record(directory_, record_)) << "a value is missing";
  record_.points[1] = {{1, 1}, "../temp=1"};
  write_sweep_record(directory_, record_);
  EXPECT_THROW(static_cast<void>(read_sweep_record(file_)), IoError) << "a point elsewhere";
}

TEST_F(SweepRecordTest, PointsOfTwoSweepsAreUnited) {
  const std::vector<RecordedPoint> more{{{100, 1}, "temp=100,n_traj=1"}, {{200, 1}, "temp=200,n_traj=1"}};
  const auto all = united(record_.points, more);
  ASSERT_EQ(all.size(), 3U);
  EXPECT_EQ(all[0].directory, "temp=100,n_traj=1");
  EXPECT_EQ(all[1].directory, "temp=200,n_traj=1");
  EXPECT_EQ(all[2].directory, "temp=300.5,n_traj=1");
  EXPECT_EQ(united(all, record_.points), all);
}

}  // namespace
}  // namespace hopmc::validate
