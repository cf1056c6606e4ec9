#include "hopmc/analysis/estimate.hpp"

#include <algorithm>
#include <boost/math/distributions/students_t.hpp>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <random>

namespace hopmc::analysis {
namespace {

constexpr std::size_t n_resamples = 2000;
constexpr std::size_t fewest_for_bootstrap = 5;
constexpr double tail = (1 - confidence) / 2;

struct Moments {
  double mean = 0;
  double standard_error = 0;
};

template <class Get>
Moments moments_of(std::size_t n, Get get) {
  Moments m;
  double square = 0;
  for (std::size_t i = 0; i < n; ++i) m.mean += get(i) / static_cast<double>(n);
  for (std::size_t i = 0; i < n; ++i) square += (get(i) - m.mean) * (get(i) - m.mean);
  m.standard_error = std::sqrt(square / static_cast<double>(n - 1) / static_cast<double>(n));
  return m;
}

/// An index below n (n < 2^32), the same on every platform, which std::uniform_int_distribution is not.
std::size_t draw(std::mt19937_64& generator, std::size_t n) {
  return static_cast<std::size_t>(((generator() >> 32U) * static_cast<std::uint64_t>(n)) >> 32U);
}

/// Deviations of resampled means in units of their own standard errors, ascending.
std::vector<double> studentised(std::span<const double> blocks, double mean) {
  std::mt19937_64 generator;  // by its standard seed
  std::vector<double> sample(blocks.size());
  std::vector<double> result;
  for (std::size_t r = 0; r < n_resamples; ++r) {
    for (double& x : sample) x = blocks[draw(generator, blocks.size())];
    const Moments m = moments_of(sample.size(), [&](std::size_t i) { return sample[i]; });
    if (m.standard_error > 0) result.push_back((m.mean - mean) / m.standard_error);
  }
  std::sort(result.begin(), result.end());
  return result;
}

double quantile(const std::vector<double>& ascending, double p) {
  const double place = p * static_cast<double>(ascending.size() - 1);
  const auto below = static_cast<std::size_t>(place);
  const std::size_t above = std::min(below + 1, ascending.size() - 1);
  return std::lerp(ascending[below], ascending[above], place - static_cast<double>(below));
}

}  // namespace

Estimate Estimate::times(double factor) const {
  Estimate e = *this;
  e.value *= factor;
  e.standard_error *= std::abs(factor);
  for (auto* interval_of : {&e.interval, &e.bootstrap}) {
    for (double& bound : *interval_of) bound *= factor;
    if (factor < 0) std::swap((*interval_of)[0], (*interval_of)[1]);
  }
  return e;
}

Estimate estimate(double value, std::span<const double> blocks) {
  Estimate e;
  e.value = value;
  const std::size_t n = blocks.size();
  if (n < 2) return e;
  const Moments m = moments_of(n, [&](std::size_t i) { return blocks[i]; });
  e.standard_error = m.standard_error;
  const boost::math::students_t distribution(static_cast<double>(n - 1));
  const double t = boost::math::quantile(distribution, 1 - tail);
  e.interval = {value - t * m.standard_error, value + t * m.standard_error};
  if (n < fewest_for_bootstrap) return e;
  const std::vector<double> deviations = studentised(blocks, m.mean);
  if (deviations.empty()) {
    e.bootstrap = {value, value};  // all blocks are equal
    return e;
  }
  e.bootstrap = {value - quantile(deviations, 1 - tail) * m.standard_error,
                 value - quantile(deviations, tail) * m.standard_error};
  return e;
}

Estimate estimate_mean(std::span<const double> blocks) {
  if (blocks.empty()) return {};
  const double sum = std::accumulate(blocks.begin(), blocks.end(), 0.0);
  return estimate(sum / static_cast<double>(blocks.size()), blocks);
}

Estimate estimate_ratio(double numerator, std::span<const double> numerator_blocks, double denominator,
                        std::span<const double> denominator_blocks) {
  const double ratio = numerator / denominator;
  std::vector<double> deviations(numerator_blocks.size());
  for (std::size_t i = 0; i < deviations.size(); ++i) {
    deviations[i] = (numerator_blocks[i] - ratio * denominator_blocks[i]) / denominator;
  }
  return estimate(ratio, deviations);
}

}  // namespace hopmc::analysis
