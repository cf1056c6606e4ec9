#pragma once
/// The unit cell: lattice vectors, elements and basis sites in the order that numbers sites.

#include <Eigen/Core>
#include <string>
#include <vector>

namespace hopmc::lattice {

/// A contiguous range of basis sites of one element.
struct Element {
  std::string name;
  int first = 0;  ///< basis index of its first site
  int count = 0;
};

struct BasisSite {
  int element = 0;     ///< index into Crystal::elements
  int site_class = 0;  ///< 0-based entry of class_list
  Eigen::Vector3d fractional = Eigen::Vector3d::Zero();
  Eigen::Vector3d position = Eigen::Vector3d::Zero();  ///< Cartesian, bohr
};

/// A unit cell with its basis: elements in POSCAR order, atoms of an element in ascending fractional z
/// (stable).
struct Crystal {
  Eigen::Matrix3d lattice = Eigen::Matrix3d::Identity();  ///< rows are the lattice vectors, bohr
  std::vector<Element> elements;
  std::vector<BasisSite> basis;

  [[nodiscard]] int n_basis() const noexcept { return static_cast<int>(basis.size()); }
  [[nodiscard]] double volume() const;  ///< bohr^3
  /// Index of the element, or -1.
  [[nodiscard]] int find_element(const std::string& name) const;
  /// Basis indices of the sites of an element, ascending.
  [[nodiscard]] std::vector<int> sites_of(int element) const;
};

}  // namespace hopmc::lattice
