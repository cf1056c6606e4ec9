#pragma once
/// The section `doping` of simulation_parameters.yml with relative_energies.doping.

#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace hopmc::config {

/// How the sites of a kind of dopant are chosen.
enum class Insertion { manual, random, pairwise, gradient };

/// `pairwise`: pairs of sites in planes.
struct PairwiseInsertion {
  double distance = 0;                   ///< of the two sites of a pair, bohr
  int digits = 0;                        ///< decimals, in bohr, to which distances must agree
  std::array<double, 3> plane{1, 1, 0};  ///< intercepts of the planes in supercell vectors; 0: parallel
  int spacing = 1;                       ///< every so many planes hold dopants
};

/// `gradient`: steps along a lattice vector, each with its own number of dopants.
struct GradientInsertion {
  int axis = 0;                       ///< `ld`
  std::vector<int> lengths;           ///< relative lengths of the steps
  std::vector<std::int64_t> dopants;  ///< in each step
};

/// One entry of doping_element_map and what belongs to it.
struct DopantKind {
  std::string host;     ///< element whose sites are taken
  std::string element;  ///< the dopant
  Insertion insertion = Insertion::random;
  std::int64_t count = 0;
  std::vector<std::int64_t> sites;   ///< manual: site indices, at least `count`
  int min_separation = 0;            ///< shells between two dopants of the kind
  bool starts_carriers = false;      ///< carriers start on its sites
  double charge = 0;                 ///< of the dopant ion, e
  std::vector<double> shell_energy;  ///< shift of site energies by shell around the dopant, hartree
  PairwiseInsertion pairwise;
  GradientInsertion gradient;
};

struct DopingConfig {
  std::vector<DopantKind> kinds;  ///< empty where nothing is doped
  std::int64_t max_attempts = 1;
};

}  // namespace hopmc::config
