#include "vector_math.hpp"

#include <bit>
#include <cstdint>

#include "clones.hpp"

namespace hopmc::kmc {
namespace {

// ln 2 in two parts: the first has 32 significant bits, so that its product with an exponent is exact.
constexpr double ln2_high = 0x1.62e42fefp-1;
constexpr double ln2_low = 0x1.473de6af278edp-34;

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

}  // namespace

HOPMC_CLONES void negative_log(double* x, std::size_t n) noexcept {
  for (std::size_t i = 0; i < n; ++i) x[i] = negative_log_of(x[i]);
}

}  // namespace hopmc::kmc
