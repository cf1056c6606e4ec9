#pragma once
/// Mean values with honest errors.

#include <array>
#include <limits>
#include <span>
#include <vector>

namespace hopmc::analysis {

/// Probability that an interval covers the true value.
inline constexpr double confidence = 0.95;

/// A value with its uncertainty; NaN: there are too few blocks to tell.
struct Estimate {
  static constexpr double unknown = std::numeric_limits<double>::quiet_NaN();
  double value = unknown;
  double standard_error = unknown;
  std::array<double, 2> interval{unknown, unknown};   ///< by Student's t distribution
  std::array<double, 2> bootstrap{unknown, unknown};  ///< by bootstrap over the blocks

  /// The same in another unit.
  [[nodiscard]] Estimate times(double factor) const;
};

/// `value` with the error that the scatter of independent `blocks` around their own mean gives it.
///
/// interval: value -+ t(n - 1) standard errors, which is wider the fewer blocks there are. bootstrap: blocks
/// drawn with replacement, studentised (P. Hall, Ann. Statist. 16, 927 (1988)), which follows a skewed
/// distribution of blocks too; the draws are always the same. Both need 2 blocks, the bootstrap 5.
[[nodiscard]] Estimate estimate(double value, std::span<const double> blocks);

/// The mean of the blocks.
[[nodiscard]] Estimate estimate_mean(std::span<const double> blocks);

/// numerator / denominator, linearised in the scatter of the blocks of both (W. G. Cochran, Sampling
/// Techniques (1977), ch. 6).
[[nodiscard]] Estimate estimate_ratio(double numerator, std::span<const double> numerator_blocks,
                                      double denominator, std::span<const double> denominator_blocks);

}  // namespace hopmc::analysis
