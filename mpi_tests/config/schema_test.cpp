#include "hopmc/config/schema.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "config/case_texts.hpp"

namespace hopmc::config {
namespace {

std::vector<Key> all_keys() {
  std::vector<Key> keys;
  for (const InputFile file : {InputFile::simulation_parameters, InputFile::sys_config}) {
    for (const Key& key : schema_of(file)) keys.push_back(key);
  }
  return keys;
}

TEST(SchemaTest, PatternsAreDistinctOverBothFiles) {
  std::set<std::string_view> seen;
  for (const Key& key : all_keys()) EXPECT_TRUE(seen.insert(key.pattern).second) << key.pattern;
}

TEST(SchemaTest, NoKeyIsASectionOfAnother) {
  for (const Key& key : all_keys()) {
    for (const Key& other : all_keys()) {
      EXPECT_FALSE(other.pattern.starts_with(std::string(key.pattern) + ".")) << key.pattern;
    }
  }
}

TEST(SchemaTest, EveryKeyIsExplained) {
  for (const Key& key : all_keys()) {
    EXPECT_FALSE(key.about.empty()) << key.pattern;
    if (key.status == KeyStatus::accepted) {
      EXPECT_FALSE(key.required) << key.pattern;
      EXPECT_TRUE(key.default_value.empty()) << key.pattern;
    } else {
      EXPECT_NE(expectation(key), "any value") << key.pattern;
    }
    EXPECT_FALSE(key.required && !key.default_value.empty()) << key.pattern;
  }
}

TEST(SchemaTest, EveryDefaultIsAcceptedWhereItIsWritten) {
  const CaseFiles files = testing::files_of(testing::short_simulation);
  int defaults = 0;
  for (const Key& key : all_keys()) {
    if (key.default_value.empty()) continue;
    const Override given = testing::set(std::string(key.pattern), std::string(key.default_value));
    EXPECT_THAT(testing::problems_of(files, {given}), ::testing::IsEmpty());
    ++defaults;
  }
  EXPECT_GT(defaults, 30);
}

TEST(SchemaTest, MatchTellsKeysSectionsAndStrangers) {
  const auto schema = schema_of(InputFile::sys_config);
  const auto of = [&](const char* dotted) { return match(schema, segments_of(dotted)); };
  ASSERT_NE(of("class_list.Fe").key, nullptr);
  EXPECT_EQ(of("class_list.Fe").key->pattern, "class_list.<element>");
  EXPECT_TRUE(of("class_list").is_section);
  EXPECT_EQ(of("class_list").key, nullptr);
  EXPECT_TRUE(of("charge_types.full").is_section);
  EXPECT_NE(of("charge_types.full.Fe").key, nullptr);
  EXPECT_FALSE(of("class_lists").is_section);
  EXPECT_THAT(of("class_lists").siblings, ::testing::Contains("class_list"));
  EXPECT_EQ(of("vn.x").key, nullptr);
}

TEST(SchemaTest, ExpectationNamesRangeAndUnit) {
  const Key temperature{.type = ValueType::number, .range = Range::positive, .unit = "K"};
  EXPECT_EQ(expectation(temperature), "a number > 0 (K)");
  const Key words{.type = ValueType::word, .words = "a|b|c"};
  EXPECT_EQ(expectation(words), "a or b or c");
  const Key list{.type = ValueType::integer_list, .range = Range::at_least_one, .length = 3};
  EXPECT_EQ(expectation(list), "a list of 3 integers >= 1");
}

}  // namespace
}  // namespace hopmc::config
