#pragma once
/// The mean square displacement of a lone carrier from its rate matrix.

#include "hopmc/analysis/displacement.hpp"
#include "hopmc/analysis/exact_transport.hpp"
#include "hopmc/energy/model.hpp"

namespace hopmc::analysis {

/// <dx_a dx_b>(lag) at lags 0, interval, 2 interval, ..., of a carrier in equilibrium (in a field: in its
/// steady state), without the square of the drift [n_lags, 6], bohr^2.
///
/// With hops i -> j of rate k and vector d, stationary occupation p and generator L, m(t) = E[dx; site] obeys
/// dm/dt = m L + c, c_j = sum_i p_i k_ij d_ij, and d<dx dx>/dt = sum_i p_i k_ij d_ij d_ij + 2 m b, b_i =
/// sum_j k_ij d_ij: linear equations, which a matrix exponential carries from one lag to the next (N. G. van
/// Kampen, Stochastic Processes in Physics and Chemistry, ch. V). They lose some 1e-16 of what a carrier
/// would travel if it never went back: of a lag of 1e8 of the fastest hops, 1e-8 of the square of a hop.
///
/// In detailed balance, with the corrector f of exact_transport(), <dx dx>(t) = 2 D t + <df df>(t), f being
/// that of the site: no such loss, however many orders of magnitude lie between the rates (some 1e-14 of the
/// square of a hop). Throws InputError as exact_transport(). Local.
[[nodiscard]] TensorCurve exact_msd(const energy::Model& model, int species, double interval,
                                    Eigen::Index n_lags, const energy::Doping& doping = {});

}  // namespace hopmc::analysis
