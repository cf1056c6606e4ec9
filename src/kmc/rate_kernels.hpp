#pragma once
/// The inner loops of interacting carriers.
///
/// Only +, -, * and bit operations in a fixed order, without contraction: the same bits whatever the vector
/// width.

#include <bit>
#include <cstddef>
#include <cstdint>

#include "clones.hpp"

namespace hopmc::kmc {

/// Hops a carrier are kept in rows of whole vectors of this many doubles.
inline constexpr std::size_t lanes = 4;
/// Arrays are padded to whole blocks of this many numbers, so that loops have no remainder.
inline constexpr std::size_t block = 8;
[[nodiscard]] constexpr std::size_t padded(std::size_t n) noexcept {
  return (n + block - 1) / block * block;
}

/// 2^y for y < 1023; 0 below 2^-1022. Error below 2 units in the last place (tested). y = k + r, |r| <= 1/2.
HOPMC_INSIDE_CLONES double exp2_of(double y) noexcept {
  // Adding 1.5 * 2^52 leaves the nearest integer in the low bits of the sum.
  constexpr double to_integer = 0x1.8p52;
  const double shifted = y + to_integer;
  const double r = y - (shifted - to_integer);
  // 1 + r times the polynomial of degree 10 that is nowhere farther than 1.3e-17 from (2^r - 1) / r (Remez).
  // Evaluated in pairs because the chain of a Horner scheme would dominate.
  const double r2 = r * r;
  const double r4 = r2 * r2;
  const double a = (0x1.ebfbdff82c598p-3 + r * 0x1.c6b08d704a0cbp-5) +
                   r2 * (0x1.3b2ab6fba1dd9p-7 + r * 0x1.5d87fe78a2cbdp-10);
  const double b = (0x1.43091309700dap-13 + r * 0x1.ffcbfc7441c97p-17) +
                   r2 * (0x1.62bfd476e9a95p-20 + r * 0x1.b524dcb878ef4p-24);
  const double c = 0x1.e606406677be9p-28 + r * 0x1.ea0447380274bp-32;
  const double p = 1.0 + (r * 0x1.62e42fefa39efp-1 + r2 * (a + r4 * (b + r4 * c)));
  const double scaled =
      std::bit_cast<double>(std::bit_cast<std::uint64_t>(p) + (std::bit_cast<std::uint64_t>(shifted) << 52));
  return y < -1022.0 ? 0.0 : scaled;
}

/// Marcus rates k[i] = 2^(c0[i] - x[i]^2), 0 where that is below 2^-1022; c0 = -infinity gives 0. Results of
/// 2^1023 and more must not occur. n: a multiple of `block`.
HOPMC_INSIDE_CLONES void marcus_rates(const double* __restrict__ c0, const double* __restrict__ x,
                                      double* __restrict__ k, std::size_t n) noexcept {
  for (std::size_t first = 0; first < n; first += block) {
    for (std::size_t i = first; i < first + block; ++i) k[i] = exp2_of(c0[i] - x[i] * x[i]);
  }
}

/// row[h] = from[h], h < width, a multiple of `lanes` here and below.
HOPMC_INSIDE_CLONES void copy_row(double* __restrict__ row, const double* __restrict__ from,
                                  std::size_t width) noexcept {
  for (std::size_t h = 0; h < width; h += lanes) {
    for (std::size_t l = h; l < h + lanes; ++l) row[l] = from[l];
  }
}

/// row[h] += plus[h] - minus[h]; exact where the numbers are multiples of a common quantum.
HOPMC_INSIDE_CLONES void replace_row(double* __restrict__ row, const double* __restrict__ plus,
                                     const double* __restrict__ minus, std::size_t width) noexcept {
  for (std::size_t h = 0; h < width; h += lanes) {
    for (std::size_t l = h; l < h + lanes; ++l) row[l] += plus[l] - minus[l];
  }
}

/// row[h] += the sum over n rows of table[start[i] + h].
HOPMC_INSIDE_CLONES void add_rows(double* __restrict__ row, const double* __restrict__ table,
                                  const std::uint32_t* __restrict__ start, std::size_t n,
                                  std::size_t width) noexcept {
  for (std::size_t h = 0; h < width; h += lanes) {
    double sum[lanes];
    for (std::size_t l = 0; l < lanes; ++l) sum[l] = row[h + l];
    for (std::size_t i = 0; i < n; ++i) {
      const double* const from = table + start[i] + h;
      for (std::size_t l = 0; l < lanes; ++l) sum[l] += from[l];
    }
    for (std::size_t l = 0; l < lanes; ++l) row[h + l] = sum[l];
  }
}

/// Sum of a row of rates.
HOPMC_INSIDE_CLONES double total_of(const double* rate, std::size_t width) noexcept {
  double total = (rate[0] + rate[1]) + (rate[2] + rate[3]);
  for (std::size_t h = lanes; h < width; h += lanes) {
    total += (rate[h] + rate[h + 1]) + (rate[h + 2] + rate[h + 3]);
  }
  return total;
}

/// before[c] = sum of the rates of all carriers before c, never falling; returns the sum over all n.
HOPMC_INSIDE_CLONES double add_up(const double* __restrict__ rate, double* __restrict__ before, std::size_t n,
                                  std::size_t width) noexcept {
  double sum = 0;
  std::size_t c = 0;
  // Four at a time: the chain of additions is what takes time.
  for (; c + 4 <= n; c += 4) {
    const double* const k = rate + c * width;
    const double one = total_of(k, width);
    const double two = one + total_of(k + width, width);
    const double third = total_of(k + 2 * width, width);
    before[c] = sum;
    before[c + 1] = sum + one;
    before[c + 2] = sum + two;
    before[c + 3] = sum + (two + third);
    sum += two + (third + total_of(k + 3 * width, width));
  }
  for (; c < n; ++c) {
    before[c] = sum;
    sum += total_of(rate + c * width, width);
  }
  return sum;
}

/// Of n rising edges (a multiple of `block`), the first of which is not above u: the last that is not. Counts
/// instead of branching, because no branch that chance decides is predicted.
HOPMC_INSIDE_CLONES std::size_t interval_of(double u, const double* edge, std::size_t n) noexcept {
  std::size_t first = 0;
  for (std::size_t i = block; i < n; i += block) first += edge[i] <= u ? block : 0;
  std::size_t passed = 0;
  for (std::size_t i = 1; i < block; ++i) passed += edge[first + i] <= u ? 1 : 0;
  return first + passed;
}

/// The first hop of a row of rates whose cumulative rate is above u, or the last one.
HOPMC_INSIDE_CLONES std::size_t hop_of(double u, const double* rate, std::size_t width) noexcept {
  std::size_t passed = 0;
  double sum = 0;
  for (std::size_t h = 0; h + 1 < width; ++h) {
    sum += rate[h];
    passed += sum <= u ? 1 : 0;
  }
  return passed;
}

}  // namespace hopmc::kmc
