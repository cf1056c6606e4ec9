#pragma once
/// Hand-built configurations of two materials, for tests that need a model without reading YAML.
///
/// Hematite: R. L. Blake et al., American Mineralogist 51, 123 (1966); hops: S. Kerisit and K. M. Rosso,
/// Geochim. Cosmochim. Acta 70, 1888 (2006). BiVO4: monoclinic scheelite, I112/b; hops: T. Liu et al.,
/// Phys. Chem. Chem. Phys. 17, 23503 (2015).

#include <fmt/format.h>

#include <Eigen/Core>
#include <array>
#include <cmath>
#include <functional>

#include <string>
#include <vector>

#include "hopmc/config/case_files.hpp"
#include "hopmc/config/load.hpp"
#include "hopmc/energy/model.hpp"
#include "hopmc/units/units.hpp"

namespace hopmc::test {

struct Case {
  config::CaseFiles files;
  config::LoadedConfig config;
};

struct CaseOptions {
  Eigen::Vector3i size = Eigen::Vector3i::Ones();
  int electrons = 1;
  int holes = 0;
  bool replay_pycd = false;
  bool explicit_cutoffs = false;  ///< those that PyCD's example of the material gives
};

inline double angstrom(double x) {
  return x * units::angstrom_in_bohr;
}
inline double ev(double x) {
  return x * units::ev_in_hartree;
}
inline double seconds(double x) {
  return x * units::second_in_atomic_time;
}

using Operation = std::function<Eigen::Vector3d(const Eigen::Vector3d&)>;

/// All distinct images of a position under operations and centering vectors, inside the cell.
inline std::vector<Eigen::Vector3d> orbit(const Eigen::Vector3d& position,
                                          const std::vector<Operation>& operations,
                                          const std::vector<Eigen::Vector3d>& centering) {
  std::vector<Eigen::Vector3d> images;
  for (const Eigen::Vector3d& shift : centering) {
    for (const Operation& operation : operations) {
      Eigen::Vector3d x = operation(position) + shift;
      for (double& c : x) {
        c -= std::floor(c + 1e-9);
        if (c < 0) c = 0;
      }
      bool known = false;
      for (const Eigen::Vector3d& y : images) known = known || (x - y).cwiseAbs().maxCoeff() < 1e-6;
      if (!known) images.push_back(x);
    }
  }
  return images;
}

struct ElementAtoms {
  std::string name;
  std::vector<Eigen::Vector3d> fractional;
};

/// A POSCAR of form 5 in direct coordinates; lattice rows in angstrom.
inline std::string poscar_text(const std::string& comment, const Eigen::Matrix3d& lattice,
                               const std::vector<ElementAtoms>& elements) {
  std::string text = comment + "\n1.0\n";
  for (int row = 0; row < 3; ++row) {
    text += fmt::format("{:20.14f}{:20.14f}{:20.14f}\n", lattice(row, 0), lattice(row, 1), lattice(row, 2));
  }
  std::string counts;
  for (const ElementAtoms& element : elements) {
    text += fmt::format("{:>5}", element.name);
    counts += fmt::format("{:5}", element.fractional.size());
  }
  text += "\n" + counts + "\nDirect\n";
  for (const ElementAtoms& element : elements) {
    for (const Eigen::Vector3d& x : element.fractional) {
      text += fmt::format("{:18.14f}{:18.14f}{:18.14f}\n", x[0], x[1], x[2]);
    }
  }
  return text;
}

inline std::string hematite_poscar() {
  constexpr double a = 5.038, c = 13.772, z_fe = 0.3553, x_o = 0.3059;
  Eigen::Matrix3d lattice;
  lattice << a, 0, 0, -a / 2, a * std::sqrt(3.0) / 2, 0, 0, 0, c;
  using V = Eigen::Vector3d;
  const std::vector<Operation> iron = {
      [](const V& x) { return x; }, [](const V& x) { return V(0, 0, 0.5 - x[2]); },
      [](const V& x) { return V(-x); }, [](const V& x) { return V(0, 0, 0.5 + x[2]); }};
  const std::vector<Operation> oxygen = {[](const V& x) { return x; },
                                         [](const V& x) { return V(0, x[0], x[2]); },
                                         [](const V& x) { return V(-x[0], -x[0], x[2]); },
                                         [](const V& x) { return V(-x); },
                                         [](const V& x) { return V(0, -x[0], -x[2]); },
                                         [](const V& x) { return V(x[0], x[0], -x[2]); }};
  const std::vector<V> centering = {V::Zero(), V(2, 1, 1) / 3, V(1, 2, 2) / 3};
  return poscar_text(
      "hematite, R-3c, hexagonal axes", lattice,
      {{"Fe", orbit(V(0, 0, z_fe), iron, centering)}, {"O", orbit(V(x_o, 0, 0.25), oxygen, centering)}});
}

inline std::string bivo4_poscar() {
  constexpr double a = 5.1956, b = 5.0935, c = 11.7045, gamma = 90.383 * units::pi / 180;
  Eigen::Matrix3d lattice;
  lattice << a, 0, 0, b * std::cos(gamma), b * std::sin(gamma), 0, 0, 0, c;
  using V = Eigen::Vector3d;
  const std::vector<Operation> group = {
      [](const V& x) { return x; }, [](const V& x) { return V(-x[0], 0.5 - x[1], x[2]); },
      [](const V& x) { return V(-x); }, [](const V& x) { return V(x[0], 0.5 + x[1], -x[2]); }};
  const std::vector<V> centering = {V::Zero(), V(0.5, 0.5, 0.5)};
  std::vector<V> oxygen = orbit(V(0.149247, 0.502624, 0.205808), group, centering);
  const std::vector<V> second = orbit(V(0.248535, 0.402193, 0.456248), group, centering);
  oxygen.insert(oxygen.end(), second.begin(), second.end());
  return poscar_text("BiVO4, monoclinic scheelite", lattice,
                     {{"O", oxygen},
                      {"V", orbit(V(0, 0.25, 0.123191), group, centering)},
                      {"Bi", orbit(V(0, 0.25, 0.625673), group, centering)}});
}

/// One class of hops; lengths in angstrom, energies in eV.
inline std::vector<config::HopKind> hop_kinds(const std::vector<double>& distances, double tolerance,
                                              const std::vector<double>& lambdas,
                                              const std::vector<double>& couplings) {
  std::vector<config::HopKind> kinds;
  for (std::size_t i = 0; i < distances.size(); ++i) {
    kinds.push_back({angstrom(distances[i]), angstrom(tolerance), ev(lambdas[i]), ev(couplings[i])});
  }
  return kinds;
}

/// What both materials have in common.
inline Case basic_case(const CaseOptions& options, const std::string& poscar) {
  Case result;
  result.files.poscar = {"POSCAR", poscar};
  config::RunConfig& run = result.config.run;
  run.system_size = options.size;
  run.temperature = 300;
  run.t_final = seconds(1e-6);
  run.time_interval = seconds(1e-8);
  run.random_seed = 2;
  run.replay_pycd = options.replay_pycd;
  return result;
}

inline Case hematite(const CaseOptions& options = {}) {
  Case result = basic_case(options, hematite_poscar());
  config::MaterialConfig& material = result.config.run.material;
  material.name = "Fe2O3";
  material.dielectric_constant = 9.355;
  material.attempt_frequency = 1.85e13 / units::second_in_atomic_time;
  material.ion_charges = {{"Fe", 3.0}, {"O", -2.0}};
  material.class_list = {{"Fe", std::vector<int>(12, 0)}, {"O", std::vector<int>(18, 0)}};
  material.families = {{"Fe", {hop_kinds({2.971, 2.901}, 0.002, {1.74533, 1.88683}, {0.184, 0.028})}}};
  material.species = {{"electron", -1, {"Fe"}, options.electrons, {}}, {"hole", 1, {"O"}, options.holes, {}}};
  if (options.explicit_cutoffs) {
    material.ewald.alpha = 0.2667 / units::angstrom_in_bohr;
    material.ewald.r_cut = angstrom(4.618);
    material.ewald.k_cut = 6.998 / units::angstrom_in_bohr;
  }
  return result;
}

inline Case bivo4(const CaseOptions& options = {}) {
  Case result = basic_case(options, bivo4_poscar());
  config::MaterialConfig& material = result.config.run.material;
  material.name = "BiVO4";
  material.dielectric_constant = 38.299;
  material.attempt_frequency = 1e13 / units::second_in_atomic_time;
  material.ion_charges = {{"Bi", 3.0}, {"O", -2.0}, {"V", 5.0}};
  std::vector<int> oxygen(16, 0);
  std::fill(oxygen.begin() + 8, oxygen.end(), 1);
  material.class_list = {{"O", oxygen}, {"V", std::vector<int>(4, 0)}, {"Bi", std::vector<int>(4, 0)}};
  material.class_energy = {{"O", {0.0, ev(0.0406)}}};
  const std::vector<double> lambdas = {1.4668, 0.7552, 0.7552, 1.6419, 0.9952, 1.5667,
                                       1.4887, 1.4887, 2.3456, 1.4863, 1.4863};
  const std::vector<double> none(11, 0.0);
  material.families = {
      {"V",
       {hop_kinds({3.8474, 3.9447, 5.0935, 5.1956}, 0.002, {1.4768, 1.4964, 1.4652, 1.4932}, {0, 0, 0, 0})}},
      {"O",
       {hop_kinds({2.7962, 2.8541, 2.8600, 2.9123, 2.9707, 2.9678, 3.0076, 3.0205, 2.9958, 3.6123, 3.6845},
                  0.001, lambdas, none),
        hop_kinds({2.7450, 2.8541, 2.8600, 2.9573, 2.9723, 3.0033, 3.0076, 3.0205, 3.0473, 3.6123, 3.6845},
                  0.001, lambdas, none)}}};
  material.species = {{"electron", -1, {"V"}, options.electrons, {}}, {"hole", 1, {"O"}, options.holes, {}}};
  if (options.explicit_cutoffs) {
    material.ewald.alpha = 0.2051 / units::angstrom_in_bohr;
    material.ewald.r_cut = angstrom(4.669);
    material.ewald.k_cut = 5.298 / units::angstrom_in_bohr;
  }
  return result;
}

/// The model of a case; throws InputError with every problem.
inline energy::Model model_of(const Case& given) {
  Problems problems;
  energy::Model model = energy::build_model(given.files, given.config, problems);
  problems.throw_if_any();
  return model;
}

}  // namespace hopmc::test
