#pragma once
/// Repeated measurements in three numbers.

#include <span>

namespace hopmc::bench {

/// Median with the least and the most.
struct Spread {
  double median = 0;
  double least = 0;
  double most = 0;
};

/// Of any number of values (all zero without any); the median of an even number is the mean of the middle
/// two.
[[nodiscard]] Spread spread_of(std::span<const double> values);

}  // namespace hopmc::bench
