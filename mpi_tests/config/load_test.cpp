#include "hopmc/config/load.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "config/case_texts.hpp"
#include "config/same_run.hpp"
#include "hopmc/units/units.hpp"

namespace hopmc::config::testing {
namespace {

using ::testing::ElementsAre;

RunConfig run_of(const std::string& simulation_text, const std::string& material_text = material) {
  return load_sound(files_of(simulation_text, material_text)).run;
}

RunConfig run_with(const std::string& more_lines) {
  return run_of(short_simulation + more_lines);
}

TEST(LoadTest, ShortInputHasDefaults) {
  const RunConfig run = run_of(short_simulation);
  EXPECT_EQ(run.temperature, 300.0);
  EXPECT_EQ(run.system_size, Eigen::Vector3i(2, 2, 1));
  EXPECT_EQ(run.periodic, (std::array{true, true, true}));
  EXPECT_EQ(run.n_traj, 1);
  EXPECT_EQ(run.random_seed, 0);
  EXPECT_FALSE(run.random_seed_float.has_value());
  EXPECT_EQ(run.t_final, 1.0e-6 * units::second_in_atomic_time);
  EXPECT_EQ(run.time_interval, 1.0e-8 * units::second_in_atomic_time);
  EXPECT_EQ(run.field.magnitude, 0.0);
  EXPECT_FALSE(run.replay_pycd);
  expect_same(run.output, OutputConfig{});
}

TEST(LoadTest, DopingHasItsKinds) {
  const DopingConfig doping = run_with(R"(doping:
  doping_element_map: ['Fe:Ti', 'Fe:Sn', 'O:X']
  num_dopants: [2, 3, 0]
  insertion_type: [manual, gradient, random]
  dopant_site_indices: [[0, 11, 3]]
  gradient: [{}, {ld: 1, step_length_ratio: [1, 1], stepwise_num_dopants: [3, 0]}]
  min_shell_separation: [0, 1, 0]
  site_charge_initiation: ['yes', no, 'no']
  charge: {full: {Ti: 4, Sn: 3.5}}
relative_energies: {doping: {Fe: [[0.1, -0.02], []]}}
)")
                                  .doping;
  EXPECT_EQ(doping.max_attempts, 100);
  ASSERT_EQ(doping.kinds.size(), 3U);
  EXPECT_EQ(doping.kinds[0].element, "Ti");
  EXPECT_EQ(doping.kinds[0].insertion, Insertion::manual);
  EXPECT_THAT(doping.kinds[0].sites, ElementsAre(0, 11));
  EXPECT_THAT(doping.kinds[0].shell_energy,
              ElementsAre(0.1 * units::ev_in_hartree, -0.02 * units::ev_in_hartree));
  EXPECT_TRUE(doping.kinds[0].starts_carriers);
  EXPECT_EQ(doping.kinds[1].charge, 3.5);
  EXPECT_EQ(doping.kinds[1].min_separation, 1);
  EXPECT_EQ(doping.kinds[1].gradient.axis, 1);
  EXPECT_THAT(doping.kinds[1].gradient.dopants, ElementsAre(3, 0));
  EXPECT_EQ(doping.kinds[2].count, 0);
}

TEST(LoadTest, AGradientMayHaveOneStep) {
  const std::string text = R"(
doping: {num_dopants: [3], doping_element_map: ['Fe:Ti'], insertion_type: [gradient], charge: {full: {Ti: 4}},
  gradient: [{ld: 0, step_length_ratio: [1], stepwise_num_dopants: [3]}]}
)";
  const GradientInsertion gradient =
      load_sound(files_of(short_simulation + text)).run.doping.kinds.at(0).gradient;
  EXPECT_THAT(gradient.lengths, ElementsAre(1));
  EXPECT_THAT(gradient.dopants, ElementsAre(3));
}

TEST(LoadTest, DopingOfZeroDopantsIsNone) {
  EXPECT_TRUE(run_with("doping: {num_dopants: [0, 0], doping_element_map: ['V:W']}\n").doping.kinds.empty());
}

TEST(LoadTest, MaterialIsConvertedToAtomicUnits) {
  const MaterialConfig m = run_of(short_simulation).material;
  EXPECT_EQ(m.name, "Oxide");
  EXPECT_EQ(m.dielectric_constant, 9.355);
  EXPECT_EQ(m.attempt_frequency, 1.85e13 / units::second_in_atomic_time);
  EXPECT_THAT(m.ion_charges, ElementsAre(std::pair("Fe", 3.0), std::pair("O", -2.0)));
  EXPECT_THAT(m.class_list.at("O"), ElementsAre(1, 0, 1, 0, 0, 0));
  EXPECT_TRUE(m.class_energy.empty());
  ASSERT_EQ(m.families.size(), 2U);
  EXPECT_EQ(m.families[0].element, "Fe");
  ASSERT_EQ(m.families[1].kinds_by_class.size(), 2U);
  ASSERT_EQ(m.families[1].kinds_by_class[0].size(), 3U);
  const HopKind& kind = m.families[1].kinds_by_class[1].front();
  EXPECT_EQ(kind.distance, 2.75 * units::angstrom_in_bohr);
  EXPECT_EQ(kind.tolerance, 0.001 * units::angstrom_in_bohr);
  EXPECT_EQ(kind.reorganization_energy, 1.7 * units::ev_in_hartree);
  EXPECT_EQ(kind.coupling, -0.1 * units::ev_in_hartree);
  EXPECT_EQ(m.ewald.alpha, 2.667e-1 / units::angstrom_in_bohr);
  EXPECT_EQ(m.ewald.r_cut, 4.618 * units::angstrom_in_bohr);
  EXPECT_EQ(m.ewald.k_cut, 6.998 / units::angstrom_in_bohr);
}

TEST(LoadTest, SpeciesKeepTheirOrderAndThoseWithoutCarriers) {
  const auto species = run_of(pycd_simulation).material.species;
  ASSERT_EQ(species.size(), 2U);
  EXPECT_EQ(species[0].name, "electron");
  EXPECT_EQ(species[0].charge, -0.5);
  EXPECT_THAT(species[0].elements, ElementsAre("Fe"));
  EXPECT_EQ(species[0].count, 2);
  EXPECT_THAT(species[0].initial_sites, ElementsAre(7));
  EXPECT_EQ(species[1].name, "hole");
  EXPECT_EQ(species[1].charge, 0.5);
  EXPECT_EQ(species[1].count, 0);
}

TEST(LoadTest, TakesPycdParameters) {
  const RunConfig run = run_of(pycd_simulation);
  EXPECT_EQ(run.n_traj, 3);
  EXPECT_EQ(run.random_seed, 2);
  EXPECT_EQ(run.periodic, (std::array{true, true, false}));
  EXPECT_EQ(run.field.magnitude, 0.0001);
  EXPECT_EQ(run.field.direction, Eigen::Vector3d(1, 2, 0));
  EXPECT_TRUE(run.field.in_lattice_vectors);
  EXPECT_THAT(run.material.class_energy.at("O"), ElementsAre(0.0, 0.0406 * units::ev_in_hartree));
  EXPECT_TRUE(run.output.delg_0.write);
  EXPECT_EQ(run.output.delg_0.file_name, "dg.npy");
  EXPECT_FALSE(run.output.time.write);
  EXPECT_TRUE(run.output.wrapped.write);
  EXPECT_TRUE(run.output.hdf5);
}

TEST(LoadTest, CrlfMakesNoDifference) {
  const auto crlf = [](const std::string& text) {
    std::string result;
    for (const char c : text) result += c == '\n' ? std::string("\r\n") : std::string(1, c);
    return result;
  };
  expect_same(run_of(crlf(pycd_simulation), crlf(material)), run_of(pycd_simulation));
  const auto problems = problems_of(files_of(crlf(replaced(short_simulation, "temp: 300", "temp: x"))));
  EXPECT_THAT(problems, ElementsAre(::testing::StartsWith("case/simulation_parameters.yml:2: temp: is 'x'")));
}

TEST(LoadTest, TheLastOfEqualKeysWinsWithAWarningWhereItMatters) {
  const auto unused = load_sound(files_of(pycd_simulation));
  EXPECT_TRUE(unused.warnings.empty());  // dst_file_name, which nothing reads
  const auto used = load_sound(files_of(short_simulation + std::string("temp: 400\n")));
  EXPECT_EQ(used.run.temperature, 400.0);
  ASSERT_EQ(used.warnings.size(), 1U);
  EXPECT_EQ(used.warnings.front().text(),
            "case/simulation_parameters.yml:6: temp: given again (before on line 2); the last one counts");
  const auto section = load_sound(
      files_of(short_simulation + std::string("io: {flush_interval: 5}\nio: {buffer_memory: 1 MiB}\n")));
  EXPECT_EQ(section.run.output.flush_interval, 30.0);
  EXPECT_EQ(section.run.output.buffer_memory, 1048576);
  EXPECT_EQ(section.warnings.size(), 1U);
}

TEST(LoadTest, NumbersAreReadAsPeopleWriteThem) {
  const std::vector<std::pair<const char*, double>> numbers{
      {"300", 300.0}, {"+300", 300.0},  {"3e2", 300.0},         {"3.0E+02", 300.0},
      {".5", 0.5},    {"5.", 5.0},      {"1e-8", 1e-8},         {"1.85E+13", 1.85e13},
      {"0.1", 0.1},   {"2.5e+00", 2.5}, {"4.9e-324", 4.9e-324}, {"00.5", 0.5}};
  for (const auto& [text, value] : numbers) {
    const auto config = load_sound(files_of(short_simulation), {set("temp", text)});
    EXPECT_EQ(config.run.temperature, value) << text;
  }
  for (const char* text : {"nan", "-nan", "inf", "+inf", ".inf", "1e400", "1,5", "1 2", "--1", "+-1", "1d5",
                           "0x1p3", "1_000", "1:30", "12a", "~", "", "e5", "."}) {
    EXPECT_EQ(problems_of(files_of(short_simulation), {set("temp", text)}).size(), 1U) << text;
  }
}

TEST(LoadTest, FlagsAreReadAsPeopleWriteThem) {
  for (const char* yes : {"1", "yes", "Yes", "true", "True", "TRUE", "on", "1.0"}) {
    const auto config = load_sound(files_of(short_simulation), {set("output_data.energy.write", yes)});
    EXPECT_TRUE(config.run.output.energy.write) << yes;
  }
  for (const char* no : {"0", "no", "No", "false", "FALSE", "off", "0.0"}) {
    const auto config = load_sound(files_of(short_simulation), {set("output_data.time.write", no)});
    EXPECT_FALSE(config.run.output.time.write) << no;
  }
}

TEST(LoadTest, SeedsKeepWhetherTheyWereFloats) {
  EXPECT_EQ(run_with("random_seed: -7\n").random_seed, -7);
  EXPECT_FALSE(run_with("random_seed: -7\n").random_seed_float.has_value());
  const RunConfig fraction = run_with("random_seed: 2.75\n");
  EXPECT_EQ(fraction.random_seed, 2);
  EXPECT_EQ(fraction.random_seed_float, 2.75);
  EXPECT_EQ(run_with("random_seed: 2.0\n").random_seed_float, 2.0);
  EXPECT_EQ(run_with("random_seed: 9223372036854775807\n").random_seed, 9223372036854775807LL);
}

TEST(LoadTest, EwaldWords) {
  const auto ewald_of = [](const char* alpha, const char* r_cut, const char* k_cut) {
    const auto config = load_sound(files_of(short_simulation),
                                   {set("alpha", alpha), set("r_cut", r_cut), set("k_cut", k_cut)});
    return config.run.material.ewald;
  };
  const EwaldInput chosen = ewald_of("optimal", "optimal", "optimal");
  EXPECT_FALSE(chosen.alpha || chosen.r_cut || chosen.k_cut || chosen.k_max ||
               chosen.r_cut_is_simulation_cell);
  const EwaldInput cell = ewald_of("0.3", "simulation_cell", "[4, 5, 0]");
  EXPECT_TRUE(cell.r_cut_is_simulation_cell);
  EXPECT_FALSE(cell.r_cut || cell.k_cut);
  ASSERT_TRUE(cell.k_max.has_value());
  EXPECT_EQ(*cell.k_max, Eigen::Vector3i(4, 5, 0));
}

TEST(LoadTest, SectionsOfOurOwn) {
  const OutputConfig output = run_with(R"(output_config:
  formats: {npy: false, hdf5: true}
  hdf5_options: {compression: none, compression_opts: 6, chunks: 128, shuffle: true, fletcher32: yes}
  validation: {cross_format_check: false, tolerance: 1.0e-12}
io: {buffer_memory: 1.5 GiB, flush_interval: 2.5}
output_data:
  occupancy: {write: 1, file_name: sites.npy}
  unwrapped_traj: {write_every_step: 1}
replay: none
)")
                                  .output;
  EXPECT_FALSE(output.npy);
  EXPECT_TRUE(output.hdf5);
  EXPECT_EQ(output.compression, Compression::none);
  EXPECT_EQ(output.compression_level, 6);
  EXPECT_EQ(output.chunk_frames, 128);
  EXPECT_TRUE(output.shuffle);
  EXPECT_TRUE(output.fletcher32);
  EXPECT_FALSE(output.cross_format_check);
  EXPECT_EQ(output.tolerance, 1e-12);
  EXPECT_EQ(output.buffer_memory, 1610612736);
  EXPECT_EQ(output.flush_interval, 2.5);
  EXPECT_TRUE(output.occupancy.write);
  EXPECT_EQ(output.occupancy.file_name, "sites.npy");
  EXPECT_TRUE(output.write_every_step);
  EXPECT_TRUE(run_with("replay: pycd\n").replay_pycd);
  EXPECT_EQ(run_with("io: {buffer_memory: 4096}\n").output.buffer_memory, 4096);
  EXPECT_EQ(run_with("io: {buffer_memory: 2MB}\n").output.buffer_memory, 2000000);
  EXPECT_EQ(run_with("output_config: {hdf5_options: {chunks: 1}}\n").output.chunk_frames, 1);
  EXPECT_FALSE(run_with("output_config: {hdf5_options: {chunks: true}}\n").output.chunk_frames.has_value());
}

TEST(LoadTest, PycdHdf5SwitchYieldsToOurs) {
  const std::string off = "output_data: {hdf5_output: {enabled: false}}\n";
  EXPECT_FALSE(run_with(off).output.hdf5);
  EXPECT_TRUE(run_with(off + "output_config: {formats: {hdf5: true}}\n").output.hdf5);
  const std::string ours = "output_config: {formats: {hdf5: true}}\n";
  const auto stronger =
      load_sound(files_of(short_simulation + ours), {set("output_data.hdf5_output.enabled", "0")});
  EXPECT_FALSE(stronger.run.output.hdf5);
  ASSERT_NE(find_key(stronger, "output_config.formats.hdf5"), nullptr);
  EXPECT_EQ(find_key(stronger, "output_config.formats.hdf5")->origin, Origin::command_line);
}

TEST(LoadTest, AnInactiveFieldMayBeAnything) {
  EXPECT_EQ(run_with("external_field: {electric: {active: 0, dir: [0, 0, 0], mag: 1.0}}\n").field.magnitude,
            0.0);
}

TEST(LoadTest, ClassEnergiesOfStrangersAreWarnedAbout) {
  const auto config =
      load_sound(files_of(short_simulation + std::string("relative_energies: {class_index: {V: [0, 1]}}\n")));
  ASSERT_EQ(config.warnings.size(), 1U);
  EXPECT_THAT(config.warnings.front().text(),
              ::testing::StartsWith("case/simulation_parameters.yml:6: relative_energies.class_index.V: "));
}

TEST(LoadTest, MergeKeysAndAnchorsWork) {
  const RunConfig run = run_with(R"(output_data:
  energy: &on {write: 1}
  potential: {<<: *on, file_name: p.npy}
)");
  EXPECT_TRUE(run.output.potential.write);
  EXPECT_EQ(run.output.potential.file_name, "p.npy");
}

TEST(LoadTest, SourcesLeadLaterStagesToTheLine) {
  const auto config = load_sound(files_of(short_simulation));
  EXPECT_EQ(config.sources.problem_at("class_list.O", "is short").text(),
            "case/InputFiles/sys_config.yml:31: class_list.O: is short");
  EXPECT_EQ(config.sources.problem_at("temp", "is low").text(),
            "case/simulation_parameters.yml:2: temp: is low");
  EXPECT_EQ(config.sources.problem_at("initial_occupancy.hole", "is off").text(),
            "case/simulation_parameters.yml: initial_occupancy.hole: is off");
}

class ReferenceCaseTest : public ::testing::TestWithParam<const char*> {};

TEST_P(ReferenceCaseTest, LoadsUnmodified) {
  const std::filesystem::path reference =
      std::filesystem::path(HOPMC_SOURCE_DIR) / ".." / "shared" / "reference" / GetParam();
  if (!std::filesystem::exists(reference)) GTEST_SKIP() << "no reference data here";
  const CaseFiles files = read_case_files(reference, {});
  EXPECT_FALSE(files.poscar.text.empty());
  const LoadedConfig config = load_sound(files);
  EXPECT_TRUE(config.warnings.empty());
  EXPECT_EQ(config.run.material.name, "Fe2O3");
  EXPECT_EQ(config.run.random_seed, 2);
  ASSERT_EQ(config.run.material.families.size(), 1U);
  EXPECT_EQ(config.run.material.families[0].kinds_by_class[0].size(), 2U);
  EXPECT_TRUE(config.run.material.class_energy.empty());  // O has one class there
  const auto again = overrides_from_effective_yaml(config.effective_yaml(), Origin::command_line, "stored");
  expect_same(load_sound(files, again).run, config.run);
}

INSTANTIATE_TEST_SUITE_P(Cases, ReferenceCaseTest,
                         ::testing::Values("hematite_2x2x1_published", "hematite_3x3x1_5e",
                                           "hematite_3x3x1_1e_field"));

}  // namespace
}  // namespace hopmc::config::testing
