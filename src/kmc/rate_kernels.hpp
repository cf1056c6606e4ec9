#pragma once
/// The inner loops of interacting carriers, written for the compiler's vectoriser. They are inlined into
/// functions that have a copy for each instruction set (clones.hpp).
///
/// Only +, -, * and bit operations in a fixed order, without contraction: the same bits whatever the vector
/// width.

#include <bit>
#include <cstddef>
#include <cstdint>

namespace hopmc::kmc {

/// Hops a carrier are kept in rows of whole vectors of this many doubles.
inline constexpr std::size_t lanes = 4;
/// Arrays are padded to whole blocks of this many numbers: no loop has a remainder.
inline constexpr std::size_t block = 8;

/// 2^y for y <= 1023; 0 below 2^-1022. Error below 2 units in the last place (tested). y = k + r, |r| <= 1/2.
[[gnu::always_inline]] inline double exp2_of(double y) noexcept {
  // Adding 1.5 * 2^52 leaves the nearest integer in the low bits of the sum.
  constexpr double to_integer = 0x1.8p52;
  const double shifted = y + to_integer;
  const double r = y - (shifted - to_integer);
  // (2^r - 1) / r with the smallest largest error (1e-17), evaluated in pairs because the chain of a Horner
  // scheme would dominate.
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
/// 2^1023 and more must not occur.
[[gnu::always_inline]] inline void marcus_rates(const double* __restrict__ c0, const double* __restrict__ x, double* __restrict__ k,
                         std::size_t n) noexcept {
  for (std::size_t first = 0; first < n; first += block) {
    for (std::size_t i = first; i < first + block; ++i) k[i] = exp2_of(c0[i] - x[i] * x[i]);
  }
}

/// Rows of `width` numbers, a multiple of `lanes`.
[[gnu::always_inline]] inline void copy_row(double* __restrict__ to, const double* __restrict__ from,
                                            std::size_t width) noexcept {
  for (std::size_t h = 0; h < width; h += lanes) {
    for (std::size_t l = 0; l < lanes; ++l) to[h + l] = from[h + l];
  }
}
[[gnu::always_inline]] inline void subtract_row(double* __restrict__ to, const double* __restrict__ a,
                                                const double* __restrict__ b, std::size_t width) noexcept {
  for (std::size_t h = 0; h < width; h += lanes) {
    for (std::size_t l = 0; l < lanes; ++l) to[h + l] = a[h + l] - b[h + l];
  }
}

/// row[h] += now[h] - old[h], h < width (a multiple of `lanes`); exact where the numbers are multiples of a
/// common quantum.
[[gnu::always_inline]] inline void replace_row(double* __restrict__ row, const double* __restrict__ now,
                        const double* __restrict__ old, std::size_t width) noexcept {
  for (std::size_t h = 0; h < width; h += lanes) {
    for (std::size_t l = 0; l < lanes; ++l) row[h + l] += now[h + l] - old[h + l];
  }
}

/// row[h] += the sum over n rows of table[start[i] + h].
[[gnu::always_inline]] inline void add_rows(double* __restrict__ row, const double* __restrict__ table,
                     const std::uint32_t* __restrict__ start, std::size_t n, std::size_t width) noexcept {
  for (std::size_t h = 0; h < width; h += lanes) {
    double s[lanes];
    for (std::size_t l = 0; l < lanes; ++l) s[l] = row[h + l];
    for (std::size_t i = 0; i < n; ++i) {
      const double* const from = table + start[i] + h;
      for (std::size_t l = 0; l < lanes; ++l) s[l] += from[l];
    }
    for (std::size_t l = 0; l < lanes; ++l) row[h + l] = s[l];
  }
}

/// before[c] = sum of the rates of all carriers before c; returns the sum over all n.
[[gnu::always_inline]] inline double add_up(const double* __restrict__ rate, double* __restrict__ before, std::size_t n,
                     std::size_t width) noexcept {
  double sum = 0;
  for (std::size_t c = 0; c < n; ++c) {
    before[c] = sum;
    const double* const k = rate + c * width;
    double total = (k[0] + k[1]) + (k[2] + k[3]);
    for (std::size_t h = lanes; h < width; h += lanes) total += (k[h] + k[h + 1]) + (k[h + 2] + k[h + 3]);
    sum += total;
  }
  return sum;
}

/// Of n rising edges (a multiple of `block`), of which the first is not above u, the last that is not.
[[gnu::always_inline]] inline std::size_t interval_of(double u, const double* edge, std::size_t n) noexcept {
  std::size_t start = 0;
  for (std::size_t i = block; i < n; i += block) start += edge[i] <= u ? block : 0;
  std::size_t passed = 0;
  for (std::size_t i = 1; i < block; ++i) passed += edge[start + i] <= u ? 1 : 0;
  return start + passed;
}

/// The first hop of a row of rates whose cumulative rate is above u, or the last one.
[[gnu::always_inline]] inline std::size_t hop_of(double u, const double* rate, std::size_t width) noexcept {
  std::size_t passed = 0;
  double sum = 0;
  for (std::size_t h = 0; h + 1 < width; ++h) {
    sum += rate[h];
    passed += sum <= u ? 1 : 0;
  }
  return passed;
}

}  // namespace hopmc::kmc
