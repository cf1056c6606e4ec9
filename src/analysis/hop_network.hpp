#pragma once
/// Diffusion along a network of bonds, as a network of resistors conducts.

#include <Eigen/Core>
#include <array>

namespace hopmc::analysis {

/// Bonds between sites, of weight w and vector d. least_energy() is the smallest sum of w (d + f_to -
/// f_from)(d + f_to - f_from)^T over all bonds that any f(site) reaches; it becomes smaller the more the
/// sites can give way. Sites are taken out one after the other, each star of bonds replaced by the mesh that
/// has the same energy, and bonds side by side by one: only positive terms are added to the energy, so that a
/// bond of weight w keeps its digits next to others of up to 1e30 w.
class HopNetwork {
 public:
  explicit HopNetwork(Eigen::Index n_sites);

  void add(Eigen::Index from, Eigen::Index to, double weight, const Eigen::Vector3d& vector);

  /// Takes the network apart. Time grows with the cube of the number of sites.
  [[nodiscard]] Eigen::Matrix3d least_energy();

  /// The f that reaches it [sites, 3], 0 at site 0: weighted means of what is known to all digits. After
  /// least_energy().
  [[nodiscard]] Eigen::MatrixX3d relaxed() const;

 private:
  [[nodiscard]] Eigen::Vector3d vector_of(Eigen::Index from, Eigen::Index to) const {
    return {vector_[0](from, to), vector_[1](from, to), vector_[2](from, to)};
  }

  Eigen::Matrix3d energy_ = Eigen::Matrix3d::Zero();  ///< of what no f can change
  Eigen::MatrixXd weight_;                 ///< below the diagonal; a row stays as it was when its site went
  std::array<Eigen::MatrixXd, 3> vector_;  ///< likewise: from the row's site to the column's
};

}  // namespace hopmc::analysis
