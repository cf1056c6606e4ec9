/// Each case spoils one thing in a sound input and expects exactly one message, at its place.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "config/bad_doping.hpp"
#include "config/bad_names.hpp"
#include "config/bad_values.hpp"
#include "config/case_texts.hpp"

namespace hopmc::config::testing {
namespace {

int line_of(const std::string& text, const std::string& part) {
  const std::size_t at = text.find(part);
  if (at == std::string::npos) {
    ADD_FAILURE() << "the text has no '" << part << "'";
    return 0;
  }
  return 1 + static_cast<int>(std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(at), '\n'));
}

std::string expected_start(const BadInput& bad, const std::string& text, const char* path) {
  std::string start = path;
  if (*bad.at != '\0') start += ":" + std::to_string(line_of(text, bad.at));
  start += ": ";
  if (*bad.key != '\0') start += std::string(bad.key) + ": ";
  return start;
}

class BadInputTest : public ::testing::TestWithParam<BadInput> {};

TEST_P(BadInputTest, HasOneMessageAtItsPlace) {
  const BadInput& bad = GetParam();
  const bool in_simulation = bad.in == In::simulation;
  std::string simulation_text = short_simulation;
  std::string material_text = material;
  std::string& text = in_simulation ? simulation_text : material_text;
  text = *bad.from == '\0' ? text + bad.to : replaced(text, bad.from, bad.to);

  const std::vector<std::string> problems = problems_of(files_of(simulation_text, material_text));

  ASSERT_EQ(problems.size(), 1U) << ::testing::PrintToString(problems);
  const char* path = in_simulation ? simulation_path : material_path;
  EXPECT_THAT(problems.front(), ::testing::StartsWith(expected_start(bad, text, path)));
  for (const char* part : bad.parts) EXPECT_THAT(problems.front(), ::testing::HasSubstr(part));
  EXPECT_THAT(problems.front(), ::testing::Not(::testing::HasSubstr("\n")));
}

std::string name_of_case(const ::testing::TestParamInfo<BadInput>& info) {
  return info.param.name;
}

INSTANTIATE_TEST_SUITE_P(Numbers, BadInputTest, ::testing::ValuesIn(numbers), name_of_case);
INSTANTIATE_TEST_SUITE_P(Shapes, BadInputTest, ::testing::ValuesIn(shapes), name_of_case);
INSTANTIATE_TEST_SUITE_P(Names, BadInputTest, ::testing::ValuesIn(names), name_of_case);
INSTANTIATE_TEST_SUITE_P(Output, BadInputTest, ::testing::ValuesIn(output), name_of_case);
INSTANTIATE_TEST_SUITE_P(Doping, BadInputTest, ::testing::ValuesIn(doping), name_of_case);
INSTANTIATE_TEST_SUITE_P(Yaml, BadInputTest, ::testing::ValuesIn(yaml), name_of_case);

TEST(BadInputTest, AllProblemsAreReportedTogether) {
  const std::string text =
      replaced(replaced(short_simulation, "temp: 300", "tmep: -1"), "t_final: 1.0e-6", "t_final: soon");
  const auto problems = problems_of(files_of(text, replaced(material, "vn: 1.85E+13", "vn: fast")));
  EXPECT_THAT(problems,
              ::testing::UnorderedElementsAre(::testing::HasSubstr("tmep"), ::testing::HasSubstr("'soon'"),
                                              ::testing::HasSubstr("'fast'")));
}

TEST(BadInputTest, CarriersNeedHopsOnTheirElement) {
  const std::string without_holes =
      replaced(replaced(replaced(replaced(material, "    'O:O': [[2.7, 2.8, 2.9], [2.75]]\n", ""),
                                 "    'O:O': [[0.002, 0.002, 0.002], [0.001]]\n", ""),
                        "    'O:O': [[1.4, 1.5, 1.6], [1.7]]\n", ""),
               "    'O:O': [[0, 0, 0], [-0.1]]\n", "");
  const auto problems = problems_of(files_of(short_simulation, without_holes));
  ASSERT_EQ(problems.size(), 1U);
  EXPECT_THAT(problems.front(),
              ::testing::HasSubstr("case/InputFiles/sys_config.yml:16: neighbor_cutoff_dist: "));
  EXPECT_THAT(problems.front(), ::testing::HasSubstr("'O:O'"));
  EXPECT_THAT(problems.front(), ::testing::HasSubstr("hole"));
  load_sound(files_of(replaced(short_simulation, "[1, 1]", "[1, 0]"), without_holes));
}

TEST(BadInputTest, EmptyFilesLackWhatIsRequired) {
  const auto problems = problems_of(files_of("", "# nothing\n"));
  EXPECT_EQ(problems.size(), 16U);
  for (const std::string& problem : problems) EXPECT_THAT(problem, ::testing::HasSubstr("is missing in "));
}

}  // namespace
}  // namespace hopmc::config::testing
