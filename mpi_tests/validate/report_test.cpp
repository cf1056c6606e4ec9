#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <map>
#include <string>

#include "../../src/validate/mismatch_log.hpp"
#include "../../src/validate/survey.hpp"
#include "hopmc/validate/validate.hpp"

namespace hopmc::validate {
namespace {

using testing::HasSubstr;
using testing::Not;

Report made_up() {
  Report report;
  report.directory = "results";
  report.formats = {"hdf5", "npy"};
  report.checks = {"a check"};
  for (std::int64_t t = 0; t < 2; ++t) {
    ColumnReport c;
    c.trajectory = t;
    c.column = trajectory::Column::energy;
    c.in_hdf5 = c.in_npy = true;
    c.shape = {11};
    c.dtype = "<f8";
    c.bitwise_equal = t == 0;
    c.largest_absolute_difference = t == 0 ? 0 : std::numeric_limits<double>::infinity();
    c.hdf5 = ColumnStatistics{11, 1.5, 0.25, -1, 4};
    c.npy = c.hdf5;
    report.columns.push_back(c);
  }
  return report;
}

TEST(Report, TextHasOneRowAFormat) {
  const std::string text = to_text(made_up());
  EXPECT_THAT(text, HasSubstr("1 of 2"));
  EXPECT_THAT(text, HasSubstr("[11]"));
  EXPECT_THAT(text, HasSubstr("inf"));
  EXPECT_THAT(text, HasSubstr("All hold"));
  EXPECT_THAT(text, Not(HasSubstr("does not hold")));
}

TEST(Report, TextListsMismatches) {
  Report report = made_up();
  report.mismatches.push_back({"traj1/time.npy", "missing"});
  EXPECT_FALSE(report.ok());
  const std::string text = to_text(report);
  EXPECT_THAT(text, HasSubstr("traj1/time.npy: missing"));
  EXPECT_THAT(text, HasSubstr("1 mismatch."));
}

TEST(Report, JsonEscapesAndHasNoInfinities) {
  Report report = made_up();
  report.mismatches.push_back({"a \"quoted\" \\ place\n", "not \xff UTF-8"});
  const std::string json = to_json(report);
  EXPECT_THAT(json, HasSubstr("\"ok\": false"));
  EXPECT_THAT(json, HasSubstr(R"(a \"quoted\" \\ place\n)"));
  EXPECT_THAT(json, HasSubstr("\"largest_absolute_difference\": null"));
  EXPECT_THAT(json, Not(HasSubstr("inf")));
  EXPECT_THAT(json, HasSubstr("\"trajectory\": 2"));
}

TEST(Readers, TakeTurnsAndAreNotTooMany) {
  for (const int ranks : {1, 2, 3, 255, 256, 257, 1000, 100000}) {
    std::map<int, int> tasks_of;
    for (std::size_t i = 0; i < 1000; ++i) ++tasks_of[reader_of(i, ranks)];
    EXPECT_GE(tasks_of.begin()->first, 0);
    EXPECT_LT(tasks_of.rbegin()->first, ranks);
    EXPECT_LE(tasks_of.size(), std::size_t{most_readers});
    EXPECT_GE(2 * tasks_of.size(), std::min<std::size_t>(most_readers, static_cast<std::size_t>(ranks)));
    const auto [least, most] = std::minmax_element(
        tasks_of.begin(), tasks_of.end(), [](const auto& a, const auto& b) { return a.second < b.second; });
    EXPECT_LE(most->second - least->second, 1) << ranks;
  }
}

TEST(MismatchLog, ManyAlikeAreCounted) {
  MismatchLog log;
  for (int i = 0; i < 100; ++i) log.add("time: shape", "place " + std::to_string(i), "wrong");
  log.add("energy: shape", "elsewhere", "wrong");
  const std::vector<Mismatch> list = log.take();
  ASSERT_EQ(list.size(), 8U);
  EXPECT_EQ(list.front().place, "place 0");
  EXPECT_THAT(list.back().message, HasSubstr("94 more"));
}

}  // namespace
}  // namespace hopmc::validate
