#pragma once
/// Second moments of displacements over all time origins, <dx_a dx_b>(lag): mean square displacements and all
/// that a diffusion tensor needs.

#include <Eigen/Core>
#include <array>
#include <complex>
#include <cstddef>
#include <utility>
#include <vector>

namespace hopmc::analysis {

/// Positions, a row a frame: x, y, z of carrier 1, 2, ... [frames, 3 carriers].
using Positions = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using PositionsView = Eigen::Ref<const Positions, 0, Eigen::OuterStride<>>;

/// The order in which a symmetric tensor is kept: xx, yy, zz, xy, xz, yz.
inline constexpr std::array<std::pair<int, int>, 6> tensor_components{
    {{0, 0}, {1, 1}, {2, 2}, {0, 1}, {0, 2}, {1, 2}}};
inline constexpr Eigen::Index n_components = 6;

/// A function of the lag for each component: [lags, 6].
using TensorCurve = Eigen::Array<double, Eigen::Dynamic, n_components>;

/// Sums dx_a dx_b of a group of carriers over all time origins, for lags 0 .. n_lags - 1.
///
/// |r(t + m) - r(t)|^2 splits into squares, which prefix sums give, and a correlation, which a Fourier
/// transform gives (V. Calandrini et al., Collection SFN 12, 201 (2011)): O(F log lags) for F frames. It is
/// fed a window of frames at a time, so that the memory depends on the lags and not on F; and because
/// positions are taken relative to the window, and the shortest lags are summed directly, the difference of
/// large numbers loses no more than some 1e-13 of the result, however far the carriers diffuse. Of a steady
/// drift it would lose more: take it out of the positions first.
class DisplacementMoments {
 public:
  /// `window_origins`: most time origins of one add(); see origins_of_window(). n_lags >= 1.
  DisplacementMoments(Eigen::Index n_lags, Eigen::Index window_origins);

  /// Adds every pair of frames (t, t + m), t < n_origins, t + m < positions.rows(), m < n_lags, of every
  /// carrier. To cover a trajectory, windows start n_origins frames apart, and each but the last has
  /// n_lags - 1 frames more than origins.
  void add(const PositionsView& positions, Eigen::Index n_origins);

  /// Mean over origins and carriers. Needs at least one pair of frames at every lag.
  [[nodiscard]] TensorCurve mean();

 private:
  using Spectrum = std::vector<std::complex<double>>;
  void add_short_lags(const Positions& carrier, Eigen::Index n_origins);
  void add_squares(const Positions& square, Eigen::Index n_origins);
  void add_spectra(const Positions& carrier, Eigen::Index n_origins);
  void subtract_correlations();

  Eigen::Index n_lags_;
  Eigen::Index n_short_;      ///< lags below are summed directly
  Eigen::Index n_transform_;  ///< length of the Fourier transforms
  TensorCurve sums_;
  Eigen::ArrayXd counts_;            ///< pairs of frames times carriers, by lag
  std::array<Spectrum, 6> spectra_;  ///< of sum_t x_a(t) x_b(t + m) + x_b(t) x_a(t + m), half of each
  Spectrum buffer_, transform_;
  std::array<Spectrum, 3> origin_spectrum_, target_spectrum_;
};

/// How many time origins a window should have: about three times the lags, which keeps the transforms short
/// and their number small; fewer where `n_carriers` make that a large window.
[[nodiscard]] Eigen::Index origins_of_window(Eigen::Index n_lags, Eigen::Index n_frames,
                                             Eigen::Index n_carriers);

}  // namespace hopmc::analysis
