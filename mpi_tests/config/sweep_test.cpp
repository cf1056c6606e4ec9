// Texts of --sweep: which values they mean, and what is wrong with those that mean none.

#include "hopmc/config/sweep.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace {

using namespace hopmc;
using Texts = std::vector<std::string>;

std::vector<config::SweepAxis> parsed(const Texts& texts) {
  Problems problems;
  auto axes = config::parse_sweep(texts, problems);
  EXPECT_TRUE(problems.empty()) << problems.list().front().text();
  return axes;
}

Texts value_texts(const std::string& text) {
  Texts texts;
  for (const config::SweepAxis& axis : parsed({text})) {
    for (const config::SweepValue& value : axis.values) texts.push_back(value.text);
  }
  return texts;
}

/// The only problem of the texts.
std::string problem_of(const Texts& texts) {
  Problems problems;
  static_cast<void>(config::parse_sweep(texts, problems));
  EXPECT_EQ(problems.list().size(), 1U);
  return problems.empty() ? "" : problems.list().front().text();
}

TEST(Sweep, RangesHoldTheirEnd) {
  EXPECT_EQ(value_texts("temp=200:400:50"), (Texts{"200", "250", "300", "350", "400"}));
  EXPECT_EQ(value_texts("temp=200:390:50"), (Texts{"200", "250", "300", "350"}));
  EXPECT_EQ(value_texts("temp=300:200:-50"), (Texts{"300", "250", "200"}));
  EXPECT_EQ(value_texts("temp=300:300:1"), (Texts{"300"}));
  EXPECT_EQ(value_texts("n_traj=1:3:1"), (Texts{"1", "2", "3"}));
}

TEST(Sweep, RoundingErrorsOfARangeAreNotShown) {
  EXPECT_EQ(value_texts("dielectric_constant=0.1:0.7:0.1"),
            (Texts{"0.1", "0.2", "0.3", "0.4", "0.5", "0.6", "0.7"}));
  EXPECT_EQ(value_texts("time_interval=1e-9:3e-9:1e-9"), (Texts{"1e-09", "2e-09", "3e-09"}));
  for (const config::SweepAxis& axis : parsed({"dielectric_constant=0.1:0.7:0.1"})) {
    EXPECT_DOUBLE_EQ(axis.values[2].number, 0.3) << "what is written is what is simulated";
  }
}

TEST(Sweep, ListsHoldNumbersAsTheyAreGiven) {
  EXPECT_EQ(value_texts("temp=300,250.0,2e2,+7.5"), (Texts{"300", "250", "200", "7.5"}));
  EXPECT_EQ(value_texts("temp= 300, 250"), (Texts{"300", "250"}));
  EXPECT_EQ(value_texts("random_seed=12345678901234567"), (Texts{"12345678901234567"})) << "no double";
  EXPECT_EQ(value_texts("external_field.electric.mag=-1e-5,0"), (Texts{"-1e-05", "0"}));
  EXPECT_EQ(value_texts("doping.charge.full.W=5,6"), (Texts{"5", "6"}));
  EXPECT_EQ(parsed({"temp=300"}).front().unit, "K");
}

TEST(Sweep, PointsAreAllCombinations) {
  const auto axes = parsed({"temp=200,300", "n_traj=1:2:1"});
  const auto points = config::sweep_points(axes);
  Texts names;
  for (const config::SweepPoint& point : points) names.push_back(point.name);
  EXPECT_EQ(names,
            (Texts{"temp=200,n_traj=1", "temp=200,n_traj=2", "temp=300,n_traj=1", "temp=300,n_traj=2"}));
  EXPECT_EQ(points[2].values, (std::vector<double>{300, 1}));
  ASSERT_EQ(points[2].overrides.size(), 2U);
  EXPECT_EQ(points[2].overrides[0].key, "temp");
  EXPECT_EQ(points[2].overrides[0].value, "300");
  EXPECT_EQ(points[2].overrides[1].shown_as, "--sweep n_traj=1");
}

TEST(Sweep, WhatIsNoSweepIsExplained) {
  const std::vector<std::pair<std::string, std::string>> cases{
      {"temp", "is not of the form KEY="},
      {"temp=", "is not of the form KEY="},
      {"=200", "is not of the form KEY="},
      {"tmp=200", "there is no key 'tmp'; did you mean 'temp'?"},
      {"external_field..mag=1", "there is no key"},
      {"doping.charge.full./tmp/x=1", "there is no key"},
      {"replay=1", "'replay' is none or pycd; expected a key whose value is a number"},
      {"system_size=1,2", "is a list of 3 integers"},
      {"over_write=1", "has no effect"},
      {"work_dir_depth=0,1", "decides which files are read"},
      {"temp=200:300", "expected START:STOP:STEP"},
      {"temp=1:2:3:4", "expected START:STOP:STEP"},
      {"temp=a:300:1", "'a' is no number"},
      {"temp=200,,300", "'' is no number"},
      {"temp=nan", "'nan' is no number"},
      {"temp=200:300:0", "the step is zero"},
      {"temp=200:300:-10", "leads away from 300"},
      {"temp=300:200:10", "leads away from 200"},
      {"temp=1:2:1e-9", "expected 1000 at most"},
      {"temp=200,300,200.0", "200 is given more than once"},
      {"n_traj=1:2:0.5", "'1.5' is no integer"},
      {"random_seed=1.5", "'1.5' is no integer"},
  };
  for (const auto& [text, message] : cases) {
    const std::string problem = problem_of({text});
    EXPECT_TRUE(problem.starts_with("command line: --sweep " + text + ": ")) << problem;
    EXPECT_NE(problem.find(message), std::string::npos) << problem;
  }
}

TEST(Sweep, ProblemsOfAllAxesAreToldTogether) {
  Problems problems;
  static_cast<void>(config::parse_sweep(Texts{"tmp=1", "temp=a", "n_traj=1,1"}, problems));
  EXPECT_EQ(problems.list().size(), 3U);
}

TEST(Sweep, HasAtMostAThousandPointsAndEachKeyOnce) {
  EXPECT_EQ(config::sweep_points(parsed({"temp=1:500:1", "n_traj=1,2"})).size(), 1000U);
  EXPECT_NE(problem_of({"temp=1:501:1", "n_traj=1,2"}).find("asks for 1002 runs"), std::string::npos);
  EXPECT_NE(problem_of({"temp=1,2", "temp=3"}).find("'temp' is swept more than once"), std::string::npos);
}

}  // namespace
