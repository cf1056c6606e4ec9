#include "hopmc/config/override.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "config/case_texts.hpp"
#include "config/same_run.hpp"
#include "hopmc/config/shorthand.hpp"

namespace hopmc::config::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

/// Sets a variable of the environment for the time of a test.
class Variable {
 public:
  Variable(const char* name, const char* value) : name_(name) { setenv(name, value, 1); }
  ~Variable() { unsetenv(name_); }
  Variable(const Variable&) = delete;
  Variable& operator=(const Variable&) = delete;

 private:
  const char* name_;
};

TEST(OverrideTest, CommandLineBeatsEnvironmentBeatsFile) {
  const CaseFiles files = files_of(short_simulation);
  const Override environment{"temp", "350", Origin::environment, "HOPMC_TEMP"};
  EXPECT_EQ(load_sound(files).run.temperature, 300.0);
  EXPECT_EQ(load_sound(files, {environment}).run.temperature, 350.0);
  EXPECT_EQ(load_sound(files, {set("temp", "400"), environment}).run.temperature, 400.0);
  EXPECT_EQ(load_sound(files, {environment, set("temp", "400")}).run.temperature, 400.0);
}

TEST(OverrideTest, TheLastOfACommandLineWins) {
  const auto config = load_sound(files_of(short_simulation), {set("temp", "400"), set("temp", "500")});
  EXPECT_EQ(config.run.temperature, 500.0);
  EXPECT_TRUE(config.warnings.empty());
}

TEST(OverrideTest, ReachesBothFilesAndMissingKeys) {
  const auto config =
      load_sound(files_of(replaced(short_simulation, "temp: 300\n", "")),
                 {set("temp", "310"), set("dielectric_constant", "20"), set("class_list.Fe", "[1, 1]"),
                  set("output_config.hdf5_options.chunks", "64")});
  EXPECT_EQ(config.run.temperature, 310.0);
  EXPECT_EQ(config.run.material.dielectric_constant, 20.0);
  EXPECT_EQ(config.run.material.class_list.at("Fe").size(), 2U);
  EXPECT_EQ(config.run.output.chunk_frames, 64);
}

TEST(OverrideTest, ReplacesAWholeSection) {
  const auto config =
      load_sound(files_of(pycd_simulation), {set("initial_occupancy", "{electron: [3, 4], hole: []}")});
  EXPECT_THAT(config.run.material.species[0].initial_sites, ElementsAre(3, 4));
  const auto cleared = load_sound(files_of(pycd_simulation), {set("initial_occupancy", "{}")});
  EXPECT_TRUE(cleared.run.material.species[0].initial_sites.empty());
  const auto both = load_sound(files_of(pycd_simulation),
                               {set("initial_occupancy", "{}"), set("initial_occupancy.electron", "[5]")});
  EXPECT_THAT(both.run.material.species[0].initial_sites, ElementsAre(5));
}

struct BadOverride {
  const char* key;
  const char* value;
  const char* start;
  const char* part;
};

TEST(OverrideTest, MessagesSayHowTheUserWroteIt) {
  const std::vector<BadOverride> list{
      {"temp", "-5", "command line: temp: is '-5'; expected a number > 0 (K)", "(given by --set temp=-5)"},
      {"temp", "", "command line: temp: is empty", "(given by --set temp=)"},
      {"tmep", "5", "command line: tmep: there is no such key", "did you mean 'temp'?"},
      {"temp.x", "5", "command line: temp.x: there is no such key", "given by"},
      {"", "5", "command line: there is no such key", "given by"},
      {"output_data..write", "5", "command line: output_data..write: there is no such key", "given by"},
      {"output_data.enrgy.write", "1", "command line: output_data.enrgy.write: there is no such key",
       "did you mean 'output_data.energy.write'?"},
      {"doping.num_dopants[0]", "1", "command line: doping.num_dopants[0]: there is no such key",
       "did you mean 'doping.num_dopants'?"},
      {"system_size", "[2, 2", "command line: system_size: this is not valid YAML", "given by"},
      {"t_final", "1e-12", "command line: t_final: is 1e-12 s; expected at least time_interval", "given by"},
      {"output_data", "{enrgy: {write: 1}}", "command line: output_data.enrgy: unknown key",
       "did you mean 'energy'?"},
      {"species_count", "[0, 0]", "command line: species_count: there is no carrier", "given by"},
  };
  for (const BadOverride& bad : list) {
    const auto problems = problems_of(files_of(short_simulation), {set(bad.key, bad.value)});
    ASSERT_EQ(problems.size(), 1U) << bad.key << '=' << bad.value << ' '
                                   << ::testing::PrintToString(problems);
    EXPECT_THAT(problems.front(), ::testing::StartsWith(bad.start));
    EXPECT_THAT(problems.front(), HasSubstr(bad.part));
  }
}

TEST(OverrideTest, WarnsWhereItHasNoEffect) {
  const auto config = load_sound(files_of(short_simulation), {set("over_write", "1")});
  ASSERT_EQ(config.warnings.size(), 1U);
  EXPECT_THAT(config.warnings.front().text(), HasSubstr("command line: over_write: has no effect"));
}

TEST(ShorthandTest, Formats) {
  Problems problems;
  const auto both = formats_override("hdf5,npy", Origin::environment, "HOPMC_FORMATS", problems);
  ASSERT_EQ(both.size(), 2U);
  EXPECT_EQ(both[0].key, "output_config.formats.hdf5");
  EXPECT_EQ(both[0].value, "true");
  EXPECT_EQ(both[1].key, "output_config.formats.npy");
  EXPECT_EQ(both[1].value, "true");
  const auto one = formats_override(" npy ", Origin::command_line, "--formats npy", problems);
  EXPECT_EQ(one[0].value, "false");
  EXPECT_EQ(one[1].value, "true");
  EXPECT_TRUE(problems.empty());
}

TEST(ShorthandTest, FormatsThatAreNone) {
  for (const char* text : {"", " ", "hdf", "npy,", "npy;hdf5", "NPY hdf5", "netcdf"}) {
    Problems problems;
    EXPECT_TRUE(formats_override(text, Origin::command_line, "--formats", problems).empty()) << text;
    ASSERT_EQ(problems.list().size(), 1U) << text;
    EXPECT_THAT(problems.list().front().text(),
                AllOf(::testing::StartsWith("command line: output_config.formats: "),
                      HasSubstr("given by --formats")));
  }
  Problems problems;
  static_cast<void>(formats_override("hfd5", Origin::command_line, "--formats", problems));
  EXPECT_THAT(problems.list().front().text(), HasSubstr("did you mean 'hdf5'?"));
}

TEST(ShorthandTest, Compression) {
  const auto output_of = [](const char* text) {
    Problems problems;
    const auto overrides = compression_override(text, Origin::command_line, "--compression", problems);
    EXPECT_TRUE(problems.empty()) << text;
    const std::string file = "output_config: {hdf5_options: {compression_opts: 4}}\n";
    return load_sound(files_of(short_simulation + file), overrides).run.output;
  };
  EXPECT_EQ(output_of("none").compression, Compression::none);
  EXPECT_EQ(output_of("gzip").compression, Compression::gzip);
  EXPECT_EQ(output_of("gzip").compression_level, 4);
  EXPECT_EQ(output_of("gzip:9").compression_level, 9);
  EXPECT_EQ(output_of("gzip:0").compression_level, 0);
  EXPECT_EQ(output_of("lzf").compression, Compression::lzf);
  EXPECT_EQ(output_of("blosc").compression, Compression::blosc);
  EXPECT_EQ(output_of("blosc").blosc_codec, BloscCodec::zstd);
  EXPECT_EQ(output_of("blosc").compression_level, 4);
  EXPECT_EQ(output_of("blosc:7").compression_level, 7);
  EXPECT_EQ(output_of("blosc:lz4").blosc_codec, BloscCodec::lz4);
  EXPECT_EQ(output_of("blosc:lz4").compression_level, 4);
  EXPECT_EQ(output_of("blosc:zstd:9").blosc_codec, BloscCodec::zstd);
  EXPECT_EQ(output_of("blosc:zstd:9").compression_level, 9);
}

TEST(ShorthandTest, CompressionThatIsNone) {
  for (const char* text :
       {"", "gzip:", "gzip:10", "gzip:-1", "gzip:x", "none:1", "zip", "gzip 5", "lzf:1",
        "blosc:", "blosc:gzip", "blosc:10", "blosc:1:zstd", "blosc:zstd:1:2", "gzip:zstd"}) {
    Problems problems;
    EXPECT_TRUE(compression_override(text, Origin::command_line, "--compression", problems).empty()) << text;
    ASSERT_EQ(problems.list().size(), 1U) << text;
    EXPECT_THAT(problems.list().front().text(), HasSubstr("expected none, lzf, gzip, gzip:LEVEL or blosc"))
        << text;
  }
}

TEST(EnvironmentTest, VariablesBecomeOverrides) {
  EXPECT_TRUE(environment_overrides().empty());
  const Variable formats("HOPMC_FORMATS", "hdf5");
  const Variable compression("HOPMC_COMPRESSION", "gzip:6");
  const auto overrides = environment_overrides();
  const auto config = load_sound(files_of(short_simulation), overrides);
  EXPECT_FALSE(config.run.output.npy);
  EXPECT_TRUE(config.run.output.hdf5);
  EXPECT_EQ(config.run.output.compression_level, 6);
  const ResolvedKey* npy = find_key(config, "output_config.formats.npy");
  ASSERT_NE(npy, nullptr);
  EXPECT_EQ(npy->value, "false");
  EXPECT_EQ(npy->origin, Origin::environment);
  EXPECT_EQ(npy->source, "HOPMC_FORMATS");
}

TEST(EnvironmentTest, EmptyVariablesAskForNothing) {
  const Variable formats("HOPMC_FORMATS", "");
  const Variable compression("HOPMC_COMPRESSION", "");
  EXPECT_TRUE(environment_overrides().empty());
}

TEST(EnvironmentTest, WrongVariablesAreAllReported) {
  const Variable formats("HOPMC_FORMATS", "csv");
  const Variable compression("HOPMC_COMPRESSION", "best");
  Problems problems;
  EXPECT_TRUE(environment_overrides(problems).empty());
  EXPECT_EQ(problems.list().size(), 2U);
  EXPECT_THROW(static_cast<void>(environment_overrides()), InputError);
}

TEST(ResolvedKeysTest, SayWhereEachValueComesFrom) {
  const auto config =
      load_sound(files_of(short_simulation),
                 {set("n_traj", "7"), {"random_seed", "3", Origin::command_line, "--seed 3"}});
  const auto expect_key = [&](const char* key, const char* value, Origin origin, const char* source) {
    const ResolvedKey* resolved = find_key(config, key);
    ASSERT_NE(resolved, nullptr) << key;
    EXPECT_EQ(resolved->value, value);
    EXPECT_EQ(resolved->origin, origin);
    EXPECT_EQ(resolved->source, source);
  };
  expect_key("temp", "300", Origin::file, "simulation_parameters.yml:2");
  expect_key("class_list.O", "[2, 1, 2, 1, 1, 1]", Origin::file, "sys_config.yml:31");
  expect_key("n_traj", "7", Origin::command_line, "--set n_traj=7");
  expect_key("random_seed", "3", Origin::command_line, "--seed 3");
  expect_key("pbc", "[1, 1, 1]", Origin::default_value, "default");
  EXPECT_EQ(find_key(config, "precision_parameters"), nullptr);
}

TEST(EffectiveYamlTest, GivesTheSameRunAgain) {
  const std::string awkward = R"(input_file_directory_name: 'In, put: [files] "x"'
random_seed: 2.5
)";
  const std::string text = std::string(pycd_simulation) + awkward;
  const CaseFiles files = files_of(text);
  const auto first =
      load_sound(files, {set("k_cut", "[3, 3, 2]"), set("name", "''"), set("io.buffer_memory", "1 GiB"),
                         set("output_data.hdf5_output.enabled", "no")});
  const auto stored = overrides_from_effective_yaml(first.effective_yaml(), Origin::environment, "stored");
  const auto second = load_sound(files, stored);
  expect_same(second.run, first.run);
  EXPECT_EQ(second.effective_yaml(), first.effective_yaml());
  EXPECT_EQ(find_key(second, "input_file_directory_name")->value,
            find_key(first, "input_file_directory_name")->value);
  // The stored values carry everything that was given: another file with the same optional keys yields to
  // them.
  const auto other = load_sound(files_of(replaced(text, "temp: 300", "temp: 999")), stored);
  expect_same(other.run, first.run);
}

TEST(EffectiveYamlTest, LongListsStayOnOneLine) {
  std::string sites = "[0";
  for (int i = 1; i < 3000; ++i) sites += ", " + std::to_string(i);
  sites += "]";
  const auto config = load_sound(files_of(short_simulation), {set("species_count", "[3000, 0]"),
                                                              set("initial_occupancy.electron", sites)});
  EXPECT_EQ(find_key(config, "initial_occupancy.electron")->value, sites);
}

TEST(EffectiveYamlTest, RefusesWhatIsNoYaml) {
  EXPECT_THROW(static_cast<void>(overrides_from_effective_yaml("a: [", Origin::command_line, "stored")),
               InputError);
}

}  // namespace
}  // namespace hopmc::config::testing
