// One clear message, with file and line, for every way in which a POSCAR can be wrong.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "hopmc/lattice/poscar.hpp"

namespace hopmc::lattice {
namespace {

struct Malformed {
  std::string name;
  std::string text;
  int line;
  std::string message;  ///< part of it
};

const char* const head = "MgO\n1.0\n4 0 0\n0 5 0\n0 0 6\n";
const char* const tail = "Mg O\n2 1\nDirect\n0.1 0.2 0.75\n0.5 0.5 0.25\n0 0 0.5\n";

std::string with_tail(const std::string& first) {
  return first + tail;
}
std::string with_head(const std::string& last) {
  return head + last;
}

std::string binary_junk() {
  constexpr char bytes[] = "\x00\x01\x02\n\xff\xfe\n\x03\n\n\n\n\n\n\x7f";
  return {bytes, sizeof bytes - 1};
}

std::vector<Malformed> cases() {
  return {
      {"Empty", "", 0, "ends after 0 lines"},
      {"OnlyBlank", "\n\n \n", 0, "ends after 0 lines"},
      {"OneLine", "MgO\n", 1, "ends after 1 lines"},
      {"CutInTheLattice", "MgO\n1.0\n4 0 0\n0 5 0\n", 4, "ends after 4 lines"},
      {"CutBeforeCoordinates", with_head("Mg O\n2 1\nDirect\n"), 9, "0 coordinates for 3 atoms"},
      {"ScaleIsAWord", with_tail("MgO\nAngstrom\n4 0 0\n0 5 0\n0 0 6\n"), 2, "'Angstrom' is no scale factor"},
      {"ScaleIsZero", with_tail("MgO\n0.0\n4 0 0\n0 5 0\n0 0 6\n"), 2, "scale factor is zero"},
      {"ScaleIsNan", with_tail("MgO\nnan\n4 0 0\n0 5 0\n0 0 6\n"), 2, "no scale factor"},
      {"ThreeScales", with_tail("MgO\n1 1 2\n4 0 0\n0 5 0\n0 0 6\n"), 2, "three scale factors"},
      {"ScaleIsMissing", with_tail("MgO\n\n4 0 0\n0 5 0\n0 0 6\n"), 2, "no scale factor"},
      {"LatticeWithTwoNumbers", with_tail("MgO\n1.0\n4 0 0\n0 5\n0 0 6\n"), 4,
       "three numbers of a lattice vector"},
      {"LatticeWithAWord", with_tail("MgO\n1.0\n4 0 0\n0 5 0\n0 x 6\n"), 5, "'x' in a lattice vector"},
      {"LatticeWithInfinity", with_tail("MgO\n1.0\ninf 0 0\n0 5 0\n0 0 6\n"), 3, "not a finite number"},
      {"LatticeWithHugeNumber", with_tail("MgO\n1.0\n1e999 0 0\n0 5 0\n0 0 6\n"), 3, "not a finite number"},
      {"LatticeOfZero", with_tail("MgO\n1.0\n0 0 0\n0 0 0\n0 0 0\n"), 3, "singular"},
      {"LatticeInAPlane", with_tail("MgO\n1.0\n4 0 0\n0 5 0\n4 5 0\n"), 3, "singular"},
      {"LatticeAlmostInAPlane", with_tail("MgO\n1.0\n4 0 0\n0 5 0\n4 5 1e-7\n"), 3, "singular"},
      {"CountOfZero", with_head("Mg O\n2 0\nDirect\n0.1 0.2 0.75\n0.5 0.5 0.25\n"), 7,
       "'0' is no number of atoms"},
      {"NegativeCount", with_head("Mg O\n2 -1\nDirect\n0 0 0\n0.5 0.5 0.25\n"), 7,
       "'-1' is no number of atoms"},
      {"CountWithPoint", with_head("Mg O\n2.0 1\nDirect\n0 0 0\n0.5 0.5 0.25\n"), 7,
       "'2.0' is no number of atoms"},
      {"CountTooLarge", with_head("Mg O\n2 99999999\nDirect\n0 0 0\n0.5 0.5 0.25\n"), 7, "are supported"},
      {"CountBeyondIntegers", with_head("Mg O\n2 99999999999999\nDirect\n0 0 0\n1 1 1\n"), 7,
       "no number of atoms"},
      {"MoreNamesThanCounts", with_head("Mg O\n3\nDirect\n0 0 0\n0.5 0.5 0\n0 0 0.5\n"), 7,
       "1 counts for 2 elements"},
      {"FewNamesInForm4",
       "rocksalt\n1.0\n4 0 0\n0 5 0\n0 0 6\n2 1\nDirect\n0.1 0.2 0.75\n0.5 0.5 0.25\n0 0 0.5\n", 1,
       "must name 2 elements; it has 1"},
      {"NoCoordinateType", with_head("Mg O\n2 1\n0.1 0.2 0.75\n0.5 0.5 0.25\n0 0 0.5\n"), 8,
       "expected Direct or Cartesian"},
      {"UnknownCoordinateType", with_head("Mg O\n2 1\nFractional\n0.1 0.2 0.75\n0.5 0.5 0.25\n0 0 0.5\n"), 8,
       "found 'Fractional'"},
      {"CoordinateMissing", with_head("Mg O\n2 1\nDirect\n0.1 0.2 0.75\n0.5 0.5 0.25\n"), 11,
       "2 coordinates for 3 atoms"},
      {"CoordinateWithTwoNumbers", with_head("Mg O\n2 1\nDirect\n0.1 0.2\n0.5 0.5 0.25\n0 0 0.5\n"), 9,
       "three numbers of an atom's coordinates"},
      {"CoordinateWithAWord", with_head("Mg O\n2 1\nDirect\n0.1 0.2 0.75\n0.5 half 0.25\n0 0 0.5\n"), 10,
       "'half' in an atom's coordinates"},
      {"CoordinateIsNan", with_head("Mg O\n2 1\nDirect\n0.1 0.2 0.75\n0.5 0.5 0.25\n0 0 NaN\n"), 11,
       "not a finite number"},
      {"MoreCoordinatesThanAtoms",
       with_head("Mg O\n2 1\nDirect\n0.1 0.2 0.75\n0.5 0.5 0.25\n0 0 0.5\n0 0 0.9\n"), 12,
       "more coordinates than the 3 atoms"},
      {"OverlappingAtoms", with_head("Mg O\n2 1\nDirect\n0.1 0.2 0.75\n0.5 0.5 0.25\n0.5 0.5 0.251\n"), 11,
       "this O atom and the Mg atom of line 10 overlap"},
      {"OverlapAcrossAFace", with_head("Mg O\n2 1\nDirect\n0 0.2 0.999\n0.5 0.5 0.25\n1 0.2 0.001\n"), 11,
       "the Mg atom of line 9 overlap"},
      {"ElementWithoutCharge", with_head("Mg S\n2 1\nDirect\n0.1 0.2 0.75\n0.5 0.5 0.25\n0 0 0.5\n"), 6,
       "element S has no charge in charge_types"},
      {"ElementMisspelt", with_head("MG O\n2 1\nDirect\n0.1 0.2 0.75\n0.5 0.5 0.25\n0 0 0.5\n"), 6,
       "did you mean Mg?"},
      {"ElementTwice", with_head("Mg O Mg\n1 1 1\nDirect\n0.1 0.2 0.75\n0.5 0.5 0.25\n0 0 0.5\n"), 6,
       "element Mg is named twice"},
      {"ElementWithoutClasses", with_head("Mg Ca\n2 1\nDirect\n0.1 0.2 0.75\n0.5 0.5 0.25\n0 0 0.5\n"), 6,
       "element Ca has no class_list"},
      {"CoordinateFarAway", with_head("Mg O\n2 1\nDirect\n0.1 0.2 0.75\n0.5 0.5 2.5e9\n0 0 0.5\n"), 10,
       "2.5e+09 unit cells away"},
      {"BinaryJunk", binary_junk(), 2, "no scale factor"},
  };
}

Problems problems_of(const std::string& text) {
  config::LoadedConfig config;
  config.run.material.ion_charges = {{"Mg", 2.0}, {"O", -2.0}, {"Ca", 2.0}};
  config.run.material.class_list = {{"Mg", {0, 0}}, {"O", {0}}};
  Problems problems;
  (void)read_crystal({"InputFiles/POSCAR", text}, config, problems);
  return problems;
}

class MalformedPoscar : public testing::TestWithParam<Malformed> {};

TEST_P(MalformedPoscar, IsReportedWithItsLine) {
  const Problems problems = problems_of(GetParam().text);
  ASSERT_FALSE(problems.empty());
  const Problem& first = problems.list().front();
  EXPECT_EQ(first.file, "InputFiles/POSCAR");
  EXPECT_EQ(first.line, GetParam().line);
  EXPECT_THAT(first.message, testing::HasSubstr(GetParam().message));
}

INSTANTIATE_TEST_SUITE_P(Cases, MalformedPoscar, testing::ValuesIn(cases()),
                         [](const auto& given) { return given.param.name; });

TEST(MalformedPoscars, TheSameTextWithoutMistakesIsRead) {
  EXPECT_TRUE(problems_of(with_head(tail)).empty());
}

TEST(MalformedPoscars, ClassListOfTheWrongLength) {
  const Problems problems = problems_of(with_head("Mg O\n1 1\nDirect\n0.1 0.2 0.75\n0.5 0.5 0.25\n"));
  ASSERT_EQ(problems.list().size(), 1U);
  EXPECT_EQ(problems.list()[0].key, "class_list.Mg");
  EXPECT_THAT(problems.list()[0].message, testing::HasSubstr("2 entries for the 1 Mg atoms"));
}

TEST(MalformedPoscars, AllMistakesAreReportedTogether) {
  const Problems problems =
      problems_of("MgO\nx\n4 0\n0 y 0\n0 0 6\nMg O\n2 1\nDirect\n0.1 0.2\n0.5 0.5 0.25\n0 0 z\n");
  EXPECT_EQ(problems.list().size(), 5U);
}

TEST(MalformedPoscars, AreReportedWhateverTheOtherFilesSay) {
  const auto count = [](const std::string& text) {
    Problems problems;
    check_poscar({"InputFiles/POSCAR", text}, problems);
    return problems.list().size();
  };
  EXPECT_EQ(count("MgO\nx\n4 0\n0 y 0\n0 0 6\nMg O\n2 1\nDirect\n0.1 0.2\n0.5 0.5 0.25\n0 0 z\n"), 5U);
  EXPECT_EQ(count("MgO\n1.0\n4 0 0\n8 0 0\n0 0 6\nMg Mg\n1 1\nDirect\n0.1 0.2 0.75\n0 0 0.5\n"), 2U);
  EXPECT_EQ(count("Xx\n1.0\n4 0 0\n0 5 0\n0 0 6\nXx\n1\nDirect\n0.1 0.2 0.75\n"), 0U);
}

}  // namespace
}  // namespace hopmc::lattice
