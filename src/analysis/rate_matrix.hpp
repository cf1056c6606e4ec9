#pragma once
/// The hops of a lone carrier as a matrix over the sites of its species.

#include <Eigen/Core>
#include <vector>

#include "hopmc/energy/model.hpp"

namespace hopmc::analysis {

/// A hop between two of the species' sites, numbered by cell and place in Species::basis.
struct Step {
  Eigen::Index from;
  Eigen::Index to;
  Eigen::Vector3d vector;
  double rate;
};

struct RateMatrix {
  std::vector<Step> steps;
  Eigen::MatrixXd generator;    ///< L: rates off the diagonal, rows that sum to 0; 1/atomic time
  Eigen::MatrixXd drift;        ///< [sites, 3] sum of rate * vector, bohr / atomic time
  Eigen::VectorXd escape_rate;  ///< total rate of leaving a site, 1/atomic time
};

/// Of the unit cell of the crystal; with dopants of the supercell, which then has to be periodic in all
/// directions (else InputError).
[[nodiscard]] RateMatrix rate_matrix(const energy::Model& model, int species, const energy::Doping& doping);

}  // namespace hopmc::analysis
