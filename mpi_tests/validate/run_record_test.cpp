#include "hopmc/validate/run_record.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "hopmc/config/errors.hpp"

namespace hopmc::validate {
namespace {

/// Ranks run the same tests at once, each in a directory of its own.
class RunRecordTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = (std::filesystem::temp_directory_path() / "hopmc_record_XXXXXX").string();
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    directory_ = name;
    file_ = directory_ / run_record_name;
  }
  void TearDown() override { std::filesystem::remove_all(directory_); }
  std::filesystem::path directory_;
  std::filesystem::path file_;
};

TEST_F(RunRecordTest, ComesBackAsItWas) {
  RunRecord record;
  record.metadata.lattice_matrix(1, 2) = 0.1;
  record.metadata.pbc = {1, 0, 1};
  record.metadata.species_types = {"electron", "hole"};
  record.metadata.species_count = {2, 0};
  record.metadata.time_interval = 1e-10;
  record.metadata.random_seed = -7;
  record.metadata.poscar = "a\n\"b\"\\\n";
  record.checksums = {{"traj1/time.npy", 0xffffffffU}};
  write_run_record(directory_, record);
  const RunRecord back = read_run_record(file_);
  EXPECT_EQ(back.metadata.lattice_matrix, record.metadata.lattice_matrix);
  EXPECT_EQ(back.metadata.pbc, record.metadata.pbc);
  EXPECT_EQ(back.metadata.species_types, record.metadata.species_types);
  EXPECT_EQ(back.metadata.species_count, record.metadata.species_count);
  EXPECT_EQ(back.metadata.time_interval, record.metadata.time_interval);
  EXPECT_EQ(back.metadata.random_seed, -7);
  EXPECT_EQ(back.metadata.poscar, record.metadata.poscar);
  EXPECT_EQ(back.checksums, record.checksums);
}

TEST_F(RunRecordTest, DamageIsAnIoError) {
  write_run_record(directory_, {});
  std::filesystem::resize_file(file_, std::filesystem::file_size(file_) / 2);
  EXPECT_THROW(static_cast<void>(read_run_record(file_)), IoError);
  std::ofstream(file_) << "{}";
  EXPECT_THROW(static_cast<void>(read_run_record(file_)), IoError);
  std::filesystem::remove(file_);
  EXPECT_THROW(static_cast<void>(read_run_record(file_)), IoError);
}

TEST_F(RunRecordTest, WritingBelowAFileIsAnIoError) {
  std::ofstream(directory_ / "file") << "x";
  EXPECT_THROW(write_run_record(directory_ / "file", {}), IoError);
}

TEST(ExpectedFrames, WholeQuotientsAreWholeInSpiteOfRounding) {
  config::RunConfig run;
  run.time_interval = 0.1;
  run.t_final = 0.3;  // the quotient is 2.9999999999999996
  EXPECT_EQ(expected_frames(run), 4);
  run.t_final = 0.35;
  EXPECT_EQ(expected_frames(run), 4);
  run.output.write_every_step = true;
  EXPECT_EQ(expected_frames(run), -1);
}

}  // namespace
}  // namespace hopmc::validate
