#pragma once
/// Transport of a lone carrier from its rate matrix: the exact answer that Monte Carlo approaches.

#include <Eigen/Core>

#include "hopmc/energy/model.hpp"

namespace hopmc::analysis {

/// Long-time behaviour of one carrier in the infinite crystal.
struct ExactTransport {
  Eigen::Matrix3d diffusion = Eigen::Matrix3d::Zero();  ///< diffusion tensor, bohr^2 / atomic time
  Eigen::Vector3d velocity = Eigen::Vector3d::Zero();   ///< drift velocity, bohr / atomic time
  Eigen::VectorXd occupation;                           ///< probability of each (basis) site of the species
  Eigen::VectorXd escape_rate;                          ///< total rate of leaving it, 1/atomic time
  /// Of a chain in detailed balance [sites, 3], bohr: what f makes of the positions (below); else empty.
  Eigen::MatrixX3d corrector;
  /// Scalar diffusivity trace(D) / 3, bohr^2 / atomic time.
  [[nodiscard]] double diffusivity() const { return diffusion.trace() / 3; }
};

/// Exact transport of species `species` of a crystal that is periodic in all directions, without other
/// carriers.
///
/// With the stationary occupation p and the corrector f that makes x + f(site) - v t a martingale (the
/// generator L obeys L f = v - drift), D = 1/2 sum_i p_i sum_h k_ih (d_ih + f_target - f_i)(d_ih + f_target -
/// f_i)^T; see B. Derrida, J. Stat. Phys. 31, 433 (1983) and C. Kipnis and S. R. S. Varadhan, Commun. Math.
/// Phys. 104, 1 (1986). In detailed balance v = 0, and f makes D the smallest: D is found as that, to all
/// digits however many orders of magnitude lie between the rates. Local.
///
/// Throws InputError if the sites fall into groups that no hop connects (no unique stationary state), however
/// slow hops are; and, of its own, where doubles do not hold the rates or, in a field, cannot solve for f.
///
/// With dopants: of the crystal that repeats the supercell with them, one row of the rate matrix for each
/// site of the species in the supercell, so time grows with the cube of their number; `occupation` and
/// `escape_rate` are ascending in site index. InputError where the supercell is not periodic in all
/// directions.
[[nodiscard]] ExactTransport exact_transport(const energy::Model& model, int species,
                                             const energy::Doping& doping = {});

}  // namespace hopmc::analysis
