#pragma once
/// Numbers about one block of a column: moments, non-finite values, differences between two formats.

#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>

#include "hopmc/validate/validate.hpp"

namespace hopmc::validate {

/// Statistics of a block and how many of its values are not finite.
struct BlockStatistics {
  ColumnStatistics finite;
  std::int64_t non_finite = 0;
  std::int64_t first_non_finite = -1;  ///< place in the block
};

/// Differences between two blocks of the same length, in bits and in value.
struct Differences {
  std::int64_t count = 0;   ///< values whose bits differ
  std::int64_t first = -1;  ///< place of the first of them
  double first_a = 0;
  double first_b = 0;
  double largest_absolute = 0;
  double largest_relative = 0;  ///< |a - b| / max(|a|, |b|)
};

[[nodiscard]] BlockStatistics statistics_of(std::span<const double> values);
[[nodiscard]] BlockStatistics statistics_of(std::span<const std::int32_t> values);
[[nodiscard]] Differences differences_of(std::span<const double> a, std::span<const double> b);
[[nodiscard]] Differences differences_of(std::span<const std::int32_t> a, std::span<const std::int32_t> b);

}  // namespace hopmc::validate
