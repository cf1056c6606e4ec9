#pragma once
/// Squared displacements of a trajectory as it grows, at lags that lie the closer the shorter they are.

#include <Eigen/Core>
#include <vector>

namespace hopmc::analysis {

/// Carriers that are summed up together: contiguous columns of the positions.
struct CarrierRange {
  Eigen::Index first = 0;
  Eigen::Index count = 0;
};

/// Lags 1 .. 8, 10 .. 16 by 2, 20 .. 32 by 4, ... up to `longest`, in samples.
[[nodiscard]] std::vector<Eigen::Index> multiple_tau_lags(Eigen::Index longest);

/// A multiple-tau correlator (J. Ramirez et al., J. Chem. Phys. 133, 154103 (2010)) of squared displacements.
///
/// Level l keeps the last 8 of every 2^l-th position. They are thinned out, not averaged: an average over 2^l
/// positions would take a constant from the displacement that differs from level to level. So every sum is
/// exactly that over time origins that are multiples of 2^l.
class MultipleTau {
 public:
  /// Positions are rows of [3 n_carriers] numbers. longest >= 1.
  MultipleTau(std::vector<CarrierRange> groups, Eigen::Index n_carriers, Eigen::Index longest);

  /// The next position, 3 n_carriers numbers.
  void add(const double* positions);
  /// Forgets all positions.
  void clear();

  [[nodiscard]] Eigen::Index samples() const { return samples_; }
  /// Time origins behind each lag, by its place in multiple_tau_lags().
  [[nodiscard]] Eigen::ArrayXd origins() const;
  /// |r(t + lag) - r(t)|^2 summed over origins and carriers [lags, groups].
  [[nodiscard]] const Eigen::ArrayXXd& sums() const { return sums_; }

 private:
  std::vector<CarrierRange> groups_;
  Eigen::Index n_lags_;
  Eigen::Index samples_ = 0;
  Eigen::ArrayXXd sums_;
  std::vector<Eigen::MatrixXd> levels_;  ///< the last positions [3 n_carriers, 8], a ring
};

}  // namespace hopmc::analysis
