// POSCAR files in every form that is read.
#include "hopmc/lattice/poscar.hpp"

#include <gtest/gtest.h>

#include <Eigen/LU>
#include <algorithm>

#include "support/materials.hpp"

namespace hopmc::lattice {
namespace {

using Eigen::Vector3d;

config::LoadedConfig rock_salt_config() {
  config::LoadedConfig config;
  config.run.material.ion_charges = {{"Mg", 2.0}, {"O", -2.0}};
  config.run.material.class_list = {{"Mg", {0, 1}}, {"O", {0}}};
  return config;
}

/// Two Mg out of order in z, and one O; the second Mg is of class 2.
const char* const form_5 =
    "a comment\n1.0\n4 0 0\n0 5 0\n0 0 6\nMg O\n2 1\nDirect\n0.1 0.2 0.75\n0.5 0.5 0.25\n0 0 0.5\n";

Crystal read(const std::string& text, bool replay = false) {
  config::LoadedConfig config = rock_salt_config();
  config.run.replay_pycd = replay;
  Problems problems;
  Crystal crystal = read_crystal({"POSCAR", text}, config, problems);
  problems.throw_if_any();
  return crystal;
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const std::size_t at = text.find(from);
  if (at == std::string::npos) throw std::logic_error("nothing to replace");
  return text.replace(at, from.size(), to);
}

void expect_same(const Crystal& a, const Crystal& b) {
  ASSERT_EQ(a.basis.size(), b.basis.size());
  EXPECT_NEAR((a.lattice - b.lattice).norm(), 0, 1e-12);
  for (std::size_t i = 0; i < a.basis.size(); ++i) {
    EXPECT_EQ(a.basis[i].element, b.basis[i].element);
    EXPECT_EQ(a.basis[i].site_class, b.basis[i].site_class);
    EXPECT_NEAR((a.basis[i].position - b.basis[i].position).norm(), 0, 1e-12);
  }
}

TEST(Poscar, Form5DirectSortedByZWithItsClasses) {
  const Crystal crystal = read(form_5);
  ASSERT_EQ(crystal.elements.size(), 2U);
  EXPECT_EQ(crystal.elements[0].name, "Mg");
  EXPECT_EQ(crystal.elements[1].first, 2);
  EXPECT_EQ(crystal.elements[1].count, 1);
  ASSERT_EQ(crystal.n_basis(), 3);
  EXPECT_EQ(crystal.basis[0].fractional, Vector3d(0.5, 0.5, 0.25));
  EXPECT_EQ(crystal.basis[0].site_class, 1);
  EXPECT_EQ(crystal.basis[1].fractional, Vector3d(0.1, 0.2, 0.75));
  EXPECT_EQ(crystal.basis[1].site_class, 0);
  EXPECT_EQ(crystal.basis[2].element, 1);
  EXPECT_NEAR((crystal.basis[1].position - test::angstrom(1) * Vector3d(0.4, 1, 4.5)).norm(), 0, 1e-12);
  EXPECT_NEAR(crystal.volume(), 120 * std::pow(test::angstrom(1), 3), 1e-9);
  EXPECT_EQ(crystal.find_element("O"), 1);
  EXPECT_EQ(crystal.find_element("N"), -1);
  EXPECT_EQ(crystal.sites_of(0), (std::vector<int>{0, 1}));
}

TEST(Poscar, EqualZKeepsTheOrderOfTheFile) {
  const Crystal crystal = read(replaced(form_5, "0.1 0.2 0.75", "0.1 0.2 0.25"));
  EXPECT_EQ(crystal.basis[0].fractional, Vector3d(0.1, 0.2, 0.25));
  EXPECT_EQ(crystal.basis[0].site_class, 0);
}

TEST(Poscar, Form4NamesElementsInTheComment) {
  expect_same(read(replaced(replaced(form_5, "a comment", "Mg O rock salt"), "Mg O\n2", "2")), read(form_5));
}

TEST(Poscar, CartesianCoordinates) {
  for (const char* const kind : {"Cartesian", "cart", "K"}) {
    std::string text = replaced(form_5, "Direct", kind);
    text = replaced(text, "0.1 0.2 0.75", "0.4 1 4.5");
    text = replaced(text, "0.5 0.5 0.25", "2 2.5 1.5");
    text = replaced(text, "0 0 0.5", "0 0 3");
    expect_same(read(text), read(form_5));
  }
}

TEST(Poscar, ScaleFactorAppliesToLatticeAndCartesianCoordinates) {
  std::string half = replaced(form_5, "\n1.0\n", "\n0.5\n");
  half = replaced(half, "4 0 0\n0 5 0\n0 0 6", "8 0 0\n0 10 0\n0 0 12");
  expect_same(read(half), read(form_5));
  half = replaced(half, "Direct", "Cartesian");
  half = replaced(half, "0.1 0.2 0.75", "0.8 2 9");
  half = replaced(half, "0.5 0.5 0.25", "4 5 3");
  half = replaced(half, "0 0 0.5", "0 0 6");
  expect_same(read(half), read(form_5));
}

TEST(Poscar, NegativeScaleFactorIsTheVolume) {
  std::string text = replaced(form_5, "\n1.0\n", "\n-120\n");
  expect_same(read(text), read(form_5));
  text = replaced(text, "4 0 0\n0 5 0\n0 0 6", "2 0 0\n0 2.5 0\n0 0 3");
  expect_same(read(text), read(form_5));
}

TEST(Poscar, ReplayIgnoresTheScaleFactor) {
  expect_same(read(replaced(form_5, "\n1.0\n", "\n0.5\n"), true), read(form_5));
}

TEST(Poscar, WhatSurroundsTheNumbersDoesNotMatter) {
  std::string crlf;
  for (const char c : std::string(form_5)) crlf += c == '\n' ? std::string("\r\n") : std::string(1, c);
  expect_same(read(crlf), read(form_5));
  expect_same(read(replaced(form_5, "Direct", "Selective dynamics\ndirect")), read(form_5));
  expect_same(read(replaced(form_5, "0.2 0.75", "0.2 0.75 T T F Mg1 ! note")), read(form_5));
  expect_same(read(std::string(form_5) + "\n\n  \n"), read(form_5));
  expect_same(read(std::string(form_5) + "\n0 0 0\n0 0 0\n0 0 0\n"), read(form_5));  // velocities
  expect_same(read(replaced(form_5, "0.1 0.2 0.75", "\t+1.0D-01  2e-1   0.75")), read(form_5));
  expect_same(read(replaced(form_5, "\n1.0\n", "\n  1.0  scale\n")), read(form_5));
  const std::string mark = "\xef\xbb\xbf";
  expect_same(read(mark + form_5), read(form_5));
  const std::string form_4 = replaced(replaced(form_5, "a comment", "Mg O rock salt"), "Mg O\n2", "2");
  expect_same(read(mark + form_4), read(form_5));
  std::string cut = form_5;
  cut.pop_back();
  expect_same(read(cut), read(form_5));
}

TEST(Poscar, FractionalCoordinatesAreKeptAsGiven) {
  const Crystal crystal = read(replaced(form_5, "0.5 0.5 0.25", "-0.5 1.5 0.25"));
  EXPECT_EQ(crystal.basis[0].fractional, Vector3d(-0.5, 1.5, 0.25));
}

TEST(Poscar, LeftHandedLattices) {
  const Crystal crystal = read(replaced(form_5, "0 0 6", "0 0 -6"));
  EXPECT_LT(crystal.lattice.determinant(), 0);
  EXPECT_GT(crystal.volume(), 0);
}

TEST(Poscar, HematiteAndBivo4) {
  for (const auto& [given, atoms] : {std::pair(test::hematite(), 30), std::pair(test::bivo4(), 24)}) {
    Problems problems;
    const Crystal crystal = read_crystal(given.files.poscar, given.config, problems);
    EXPECT_TRUE(problems.empty());
    EXPECT_EQ(crystal.n_basis(), atoms);
  }
}

}  // namespace
}  // namespace hopmc::lattice
