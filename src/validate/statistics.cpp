#include "statistics.hpp"

#include <algorithm>
#include <cstring>
#include <limits>

namespace hopmc::validate {
namespace {

template <class T>
bool finite(T value) {
  return std::isfinite(static_cast<double>(value));
}

/// Two passes over a block in cache, and sums of deviations from its first value: columns such as energies
/// vary little about a large number.
template <class T>
BlockStatistics block_statistics(std::span<const T> values) {
  BlockStatistics result;
  ColumnStatistics& s = result.finite;
  double origin = 0;
  double sum = 0;
  s.minimum = std::numeric_limits<double>::infinity();
  s.maximum = -s.minimum;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (!finite(values[i])) {
      if (result.non_finite++ == 0) result.first_non_finite = static_cast<std::int64_t>(i);
      continue;
    }
    const auto v = static_cast<double>(values[i]);
    if (s.count++ == 0) origin = v;
    sum += v - origin;
    s.minimum = std::min(s.minimum, v);
    s.maximum = std::max(s.maximum, v);
  }
  if (s.count == 0) {
    s = {};
    return result;
  }
  s.mean = origin + sum / static_cast<double>(s.count);
  double squares = 0;
  for (const T value : values) {
    if (!finite(value)) continue;
    const double d = static_cast<double>(value) - s.mean;
    squares += d * d;
  }
  s.variance = squares / static_cast<double>(s.count);
  return result;
}

template <class T>
bool same_bits(T a, T b) {
  return std::memcmp(&a, &b, sizeof(T)) == 0;
}

template <class T>
Differences block_differences(std::span<const T> a, std::span<const T> b) {
  Differences result;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (same_bits(a[i], b[i])) continue;
    const auto x = static_cast<double>(a[i]);
    const auto y = static_cast<double>(b[i]);
    if (result.count++ == 0) {
      result.first = static_cast<std::int64_t>(i);
      result.first_a = x;
      result.first_b = y;
    }
    const double difference = std::abs(x - y);
    const double scale = std::max(std::abs(x), std::abs(y));
    const bool comparable = std::isfinite(difference);
    const double infinite = std::numeric_limits<double>::infinity();
    result.largest_absolute = std::max(result.largest_absolute, comparable ? difference : infinite);
    const double relative = scale > 0 ? difference / scale : 0;
    result.largest_relative = std::max(result.largest_relative, comparable ? relative : infinite);
  }
  return result;
}

}  // namespace

void ColumnStatistics::merge(const ColumnStatistics& other) {
  if (other.count == 0) return;
  if (count == 0) {
    *this = other;
    return;
  }
  // Pairwise update of mean and squared deviations: Chan, Golub and LeVeque, Am. Stat. 37, 242 (1983).
  const auto n_a = static_cast<double>(count);
  const auto n_b = static_cast<double>(other.count);
  const double n = n_a + n_b;
  const double delta = other.mean - mean;
  variance = (variance * n_a + other.variance * n_b + delta * delta * n_a * n_b / n) / n;
  mean += delta * n_b / n;
  count += other.count;
  minimum = std::min(minimum, other.minimum);
  maximum = std::max(maximum, other.maximum);
}

BlockStatistics statistics_of(std::span<const double> values) {
  return block_statistics(values);
}
BlockStatistics statistics_of(std::span<const std::int32_t> values) {
  return block_statistics(values);
}
Differences differences_of(std::span<const double> a, std::span<const double> b) {
  return block_differences(a, b);
}
Differences differences_of(std::span<const std::int32_t> a, std::span<const std::int32_t> b) {
  return block_differences(a, b);
}

}  // namespace hopmc::validate
