#pragma once
/// POSCAR as written: the numbers of the file, in its own units and order, each with its line.

#include <Eigen/Core>
#include <optional>
#include <string>
#include <vector>

#include "hopmc/config/case_files.hpp"
#include "hopmc/config/errors.hpp"

namespace hopmc::lattice {

struct PoscarAtom {
  Eigen::Vector3d coordinates = Eigen::Vector3d::Zero();
  int line = 0;
};

struct PoscarText {
  double scale = 1;
  int scale_line = 2;
  Eigen::Matrix3d lattice = Eigen::Matrix3d::Identity();  ///< rows, before scaling
  int lattice_line = 3;
  std::vector<std::string> names;
  int names_line = 0;
  std::vector<int> counts;
  int counts_line = 0;
  bool cartesian = false;
  std::vector<PoscarAtom> atoms;  ///< in the order of the file
};

/// Splits and converts; every malformed line goes to `problems`. Empty if nothing useful could be read.
[[nodiscard]] std::optional<PoscarText> parse_poscar(const config::TextFile& file, Problems& problems);

}  // namespace hopmc::lattice
