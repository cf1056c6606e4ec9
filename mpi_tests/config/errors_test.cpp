#include "hopmc/config/errors.hpp"

#include <gtest/gtest.h>

#include <array>
#include <string>

#include "hopmc/config/load.hpp"

namespace hopmc {
namespace {

TEST(ProblemTest, TextLeavesOutWhatIsEmpty) {
  EXPECT_EQ((Problem{"a.yml", 3, "temp", "is bad"}).text(), "a.yml:3: temp: is bad");
  EXPECT_EQ((Problem{"a.yml", 0, "temp", "is bad"}).text(), "a.yml: temp: is bad");
  EXPECT_EQ((Problem{"a.yml", 3, "", "is bad"}).text(), "a.yml:3: is bad");
  EXPECT_EQ((Problem{"", 3, "temp", "is bad"}).text(), "temp: is bad");
  EXPECT_EQ((Problem{"", 0, "", "is bad"}).text(), "is bad");
}

TEST(InputErrorTest, MessageHasAProblemALine) {
  const InputError error({{"a.yml", 1, "x", "one"}, {"b.yml", 2, "y", "two"}});
  EXPECT_STREQ(error.what(), "a.yml:1: x: one\nb.yml:2: y: two");
  EXPECT_EQ(error.status(), ExitStatus::bad_input);
  EXPECT_EQ(error.problems().size(), 2U);
}

TEST(ProblemsTest, ThrowsOnlyWhereThereAreAny) {
  Problems problems;
  EXPECT_TRUE(problems.empty());
  EXPECT_NO_THROW(problems.throw_if_any());
  problems.add("a.yml", 1, "x", "one");
  problems.add({"b.yml", 2, "y", "two"});
  EXPECT_FALSE(problems.empty());
  EXPECT_EQ(problems.list().size(), 2U);
  EXPECT_THROW(problems.throw_if_any(), InputError);
}

TEST(NearestNameTest, FindsWhatMayBeMeant) {
  const std::array<std::string, 5> names{"temp", "t_final", "time_interval", "system_size", "full"};
  EXPECT_EQ(config::nearest_name("tmep", names), "temp");
  EXPECT_EQ(config::nearest_name("TEMP", names), "temp");
  EXPECT_EQ(config::nearest_name("temperature", names), "temp");
  EXPECT_EQ(config::nearest_name("tfinal", names), "t_final");
  EXPECT_EQ(config::nearest_name("time_intervall", names), "time_interval");
  EXPECT_EQ(config::nearest_name("sytem_sise", names), "system_size");
  EXPECT_EQ(config::nearest_name("fulll", names), "full");
}

TEST(NearestNameTest, SuggestsNothingFarFetched) {
  const std::array<std::string, 3> names{"temp", "vn", "Fe"};
  EXPECT_EQ(config::nearest_name("banana", names), "");
  EXPECT_EQ(config::nearest_name("O", names), "");
  EXPECT_EQ(config::nearest_name("x", names), "");
  EXPECT_EQ(config::nearest_name("", names), "");
  EXPECT_EQ(config::nearest_name("temp", {}), "");
}

TEST(SourceMapTest, FindsTheNearestEnclosingKey) {
  config::SourceMap map;
  map.set("a", "a.yml", 0);
  map.set("a.b", "a.yml", 7);
  map.set("a.b.c", "command line", 0, "--set a.b.c=1");
  EXPECT_EQ(map.problem_at("a.b.d", "is bad").text(), "a.yml:7: a.b.d: is bad");
  EXPECT_EQ(map.problem_at("a.x.y", "is bad").text(), "a.yml: a.x.y: is bad");
  EXPECT_EQ(map.problem_at("a.b.c", "is bad").text(), "command line: a.b.c: is bad (given by --set a.b.c=1)");
  EXPECT_EQ(map.problem_at("z.y", "is bad").text(), "z.y: is bad");
}

}  // namespace
}  // namespace hopmc
