#include <cmath>

#include "ewald_sums.hpp"

namespace hopmc::energy {

RealSum::RealSum(const lattice::Crystal& crystal, const lattice::Supercell& supercell,
                 const EwaldParameters& parameters)
    : supercell_(supercell),
      unit_cell_(crystal.lattice),
      whole_cell_(supercell_lattice(crystal, supercell)),
      sqrt_alpha_(std::sqrt(parameters.alpha)),
      r_cut_(parameters.r_cut),
      as_pycd_(parameters.as_pycd) {}

void RealSum::add(const Eigen::Vector3d& difference, std::span<double> out) const {
  if (as_pycd_) {
    add_minimum_images(difference, out);
  } else {
    add_all_images(difference, out);
  }
}

double RealSum::term(double distance) const {
  return std::erfc(sqrt_alpha_ * distance) / (2 * distance);
}

void RealSum::add_all_images(const Eigen::Vector3d& difference, std::span<double> out) const {
  unit_cell_.for_each_within(difference, r_cut_, [&](const Eigen::Vector3i& n, const Eigen::Vector3d& image) {
    const double r = image.norm();
    if (r == 0 || r >= r_cut_) return;
    out[static_cast<std::size_t>(supercell_.cell_index(supercell_.folded(n)))] += term(r);
  });
}

/// PyCD's sum: the shortest image alone, and erfc(0) / 2 undivided for a site and itself.
void RealSum::add_minimum_images(const Eigen::Vector3d& difference, std::span<double> out) const {
  constexpr double pycd_self_term = 0.5;
  for (std::size_t cell = 0; cell < out.size(); ++cell) {
    const Eigen::Vector3i offset = supercell_.cell_at(static_cast<std::int64_t>(cell));
    const Eigen::Vector3d image = difference + unit_cell_.translation(offset);
    const double r = image.squaredNorm() == 0 ? 0.0 : whole_cell_.shortest(image).norm();
    if (r == 0) {
      out[cell] += pycd_self_term;
    } else if (r < r_cut_) {
      out[cell] += term(r);
    }
  }
}

}  // namespace hopmc::energy
