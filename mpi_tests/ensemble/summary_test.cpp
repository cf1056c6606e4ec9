#include "hopmc/ensemble/summary.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hopmc::ensemble {
namespace {

using testing::HasSubstr;
using testing::Not;

RunSummary example() {
  RunSummary summary;
  summary.ranks = 2;
  summary.wall_seconds = 10;
  summary.simulate_seconds = 15;
  summary.wait_seconds = 1;
  summary.longest_wait_seconds = 0.25;
  summary.compress_seconds = 2;
  summary.write_seconds = 0.5;
  summary.trajectories = 4;
  summary.frames = 4000;
  summary.hops = 120'000'000;
  summary.hops_made = summary.hops;
  summary.flushes = 3;
  summary.raw_bytes = 8'000'000;
  summary.hdf5_bytes = 2'000'000;
  summary.npy_bytes = 8'000'512;
  summary.peak_buffer_bytes = 1'048'576;
  return summary;
}

TEST(Summary, TellsWhatWasMade) {
  EXPECT_THAT(
      to_text(example(), 0),
      HasSubstr("4 trajectories, 4000 frames, 120 million hops in 10 s on 2 ranks: 12.0 million hops/s"));
}

TEST(Summary, HopsOfAnEarlierRunAreNotItsSpeed) {
  RunSummary summary = example();
  summary.hops_made = 30'000'000;
  EXPECT_THAT(
      to_text(summary, 0),
      HasSubstr("120 million hops, 30.0 million of them new, in 10 s on 2 ranks: 3.00 million hops/s"));
}

TEST(Summary, SharesTheTimeOfAllRanks) {
  const std::string text = to_text(example(), 0);
  EXPECT_THAT(text, HasSubstr("simulate      15.00 s   75.0 %"));
  EXPECT_THAT(text, HasSubstr("wait           1.00 s    5.0 %   longest single wait 250 ms"));
  EXPECT_THAT(text, HasSubstr("compress       2.00 s   10.0 %"));
  EXPECT_THAT(text, HasSubstr("write          0.50 s    2.5 %   3 collective flushes"));
  EXPECT_THAT(text, HasSubstr("other          1.50 s    7.5 %"));
}

TEST(Summary, CountsTheValidationOfAllRanks) {
  const std::string text = to_text(example(), 10);
  EXPECT_THAT(text, HasSubstr("validate      20.00 s   50.0 %"));
  EXPECT_THAT(text, HasSubstr("wait           1.00 s    2.5 %"));
  EXPECT_THAT(text, HasSubstr("other          1.50 s    3.8 %"));
}

TEST(Summary, GivesSizesAndRatio) {
  const std::string text = to_text(example(), 0);
  EXPECT_THAT(text, HasSubstr("8.00 MB"));
  EXPECT_THAT(text, HasSubstr("HDF5          2.00 MB   4.00 to 1"));
  EXPECT_THAT(text, HasSubstr("npy"));
}

TEST(Summary, LeavesOutWhatWasNotWritten) {
  RunSummary summary = example();
  summary.npy_bytes = 0;
  summary.ranks = 1;
  summary.trajectories = 1;
  const std::string text = to_text(summary, 0);
  EXPECT_THAT(text, Not(HasSubstr("npy")));
  EXPECT_THAT(text, HasSubstr("1 trajectory,"));
  EXPECT_THAT(text, HasSubstr("on 1 rank:"));
}

TEST(Summary, SurvivesAnEmptyRun) {
  const std::string text = to_text(RunSummary{}, 0);
  EXPECT_THAT(text, HasSubstr("0 trajectories"));
  EXPECT_THAT(text, Not(HasSubstr("nan")));
  EXPECT_THAT(text, Not(HasSubstr("inf")));
}

}  // namespace
}  // namespace hopmc::ensemble
