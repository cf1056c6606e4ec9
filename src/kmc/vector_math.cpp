#include "vector_math.hpp"

#include <array>
#include <bit>
#include <cstdint>

#include "clones.hpp"

namespace hopmc::kmc {
namespace {

// ln 2 in two parts: the first has 32 significant bits, so that its product with an exponent is exact.
constexpr double ln2_high = 0x1.62e42fefp-1;
constexpr double ln2_low = 0x1.473de6af278edp-34;
constexpr double log2_e = 0x1.71547652b82fep+0;

constexpr std::uint64_t sqrt_half_bits = 0x3fe6a09e667f3bcd;  // bits of sqrt(1/2)
constexpr std::uint64_t mantissa_mask = 0x000fffffffffffff;

/// -ln(x) with x = 2^e m, m in [sqrt(1/2), sqrt(2)), ln m = 2 atanh(s), s = (m - 1) / (m + 1), |s| < 0.172.
inline double negative_log_of(double x) noexcept {
  const std::uint64_t shifted = std::bit_cast<std::uint64_t>(x) - sqrt_half_bits;
  const auto exponent =
      static_cast<double>(static_cast<std::int32_t>(static_cast<std::int64_t>(shifted) >> 52));
  const double m = std::bit_cast<double>((shifted & mantissa_mask) + sqrt_half_bits);
  const double f = m - 1.0;
  const double s = f / (m + 1.0);
  const double z = s * s;
  // Taylor series of (2 atanh(s) - 2 s) / s; the first term left out is below 2^-53 of the result.
  double p = 2.0 / 21.0;
  p = p * z + 2.0 / 19.0;
  p = p * z + 2.0 / 17.0;
  p = p * z + 2.0 / 15.0;
  p = p * z + 2.0 / 13.0;
  p = p * z + 2.0 / 11.0;
  p = p * z + 2.0 / 9.0;
  p = p * z + 2.0 / 7.0;
  p = p * z + 2.0 / 5.0;
  p = p * z + 2.0 / 3.0;
  p = p * z;
  // 2 s = f - s f; summing the small terms first keeps the error in f's last place.
  const double ln_m = f - s * (f - p);
  return -(exponent * ln2_high + (exponent * ln2_low + ln_m));
}

constexpr double smallest_exponent = -708.0;  // exp of it is still a normal number

/// exp(x) for x <= 709; 0 below smallest_exponent. x = k ln 2 + r, |r| < 0.347.
inline double exp_of(double x) noexcept {
  const double clamped = x < smallest_exponent ? smallest_exponent : x;
  // Adding 1.5 * 2^52 leaves the nearest integer in the low bits of the sum.
  constexpr double to_integer = 0x1.8p52;
  const double shifted = clamped * log2_e + to_integer;
  const double k = shifted - to_integer;
  const double r = (clamped - k * ln2_high) - k * ln2_low;
  // Taylor series to r^13, evaluated in pairs (Estrin) because the chain of a Horner scheme would dominate.
  const double r2 = r * r;
  const double r4 = r2 * r2;
  const double r8 = r4 * r4;
  const double a = (1.0 / 2 + r * (1.0 / 6)) + r2 * (1.0 / 24 + r * (1.0 / 120));
  const double b = (1.0 / 720 + r * (1.0 / 5040)) + r2 * (1.0 / 40320 + r * (1.0 / 362880));
  const double c = (1.0 / 3628800 + r * (1.0 / 39916800)) + r2 * (1.0 / 479001600 + r * (1.0 / 6227020800));
  const double p = 1.0 + (r + r2 * ((a + r4 * b) + r8 * c));
  const double scaled =
      std::bit_cast<double>(std::bit_cast<std::uint64_t>(p) + (std::bit_cast<std::uint64_t>(shifted) << 52));
  return x < smallest_exponent ? 0.0 : scaled;
}

}  // namespace

HOPMC_CLONES void negative_log(double* x, std::size_t n) noexcept {
  for (std::size_t i = 0; i < n; ++i) x[i] = negative_log_of(x[i]);
}

HOPMC_CLONES void marcus_rates(const double* __restrict__ base, const double* __restrict__ pair,
                               const double* __restrict__ c0, const double* __restrict__ c1,
                               double* __restrict__ k, std::size_t n) noexcept {
  for (std::size_t i = 0; i < n; ++i) {
    const double x = base[i] + pair[i];
    k[i] = exp_of(c0[i] - c1[i] * (x * x));
  }
}

HOPMC_CLONES void replace_contributions(double* __restrict__ pair, const double* __restrict__ table,
                                        const std::uint32_t* __restrict__ now,
                                        const std::uint32_t* __restrict__ old, std::size_t n,
                                        std::size_t width) noexcept {
  for (std::size_t c = 0; c < n; ++c) {
    for (std::size_t h = 0; h < width; h += lanes) {
      for (std::size_t l = h; l < h + lanes; ++l)
        pair[c * width + l] += table[now[c] + l] - table[old[c] + l];
    }
  }
}

HOPMC_CLONES void sum_contributions(double* __restrict__ sum, const double* __restrict__ table,
                                    const std::uint32_t* __restrict__ row, std::size_t n,
                                    std::size_t width) noexcept {
  for (std::size_t h = 0; h < width; h += lanes) {
    double s[lanes] = {};
    for (std::size_t i = 0; i < n; ++i) {
      for (std::size_t l = 0; l < lanes; ++l) s[l] += table[row[i] + h + l];
    }
    for (std::size_t l = 0; l < lanes; ++l) sum[h + l] = s[l];
  }
}

HOPMC_CLONES double sum_rates(const double* __restrict__ rate, double* __restrict__ total, std::size_t n,
                              std::size_t width) noexcept {
  for (std::size_t c = 0; c < n; ++c) {
    double s[lanes] = {};
    for (std::size_t h = 0; h < width; h += lanes) {
      for (std::size_t l = 0; l < lanes; ++l) s[l] += rate[c * width + h + l];
    }
    total[c] = (s[0] + s[1]) + (s[2] + s[3]);
  }
  double sum = 0;
  for (std::size_t c = 0; c < n; ++c) sum += total[c];
  return sum;
}

}  // namespace hopmc::kmc
