#pragma once
/// Elementary functions over arrays, vectorised by the compiler for the instruction set of the machine that
/// runs them.
///
/// Only +, -, *, / and bit operations in a fixed order, without contraction: the same bits whatever the
/// vector width.

#include <cstddef>
#include <cstdint>

namespace hopmc::kmc {

/// x[i] = -ln(x[i]) for 0 < x[i] < 1; error below 2 units in the last place (tested).
void negative_log(double* x, std::size_t n) noexcept;

/// Marcus rates k[i] = exp(c0[i] - c1[i] (base[i] + pair[i])^2), 0 where that underflows (below exp(-708));
/// error of the exponential below 2 units in the last place (tested). c0 = -infinity gives 0. Results above
/// exp(709) are not representable and must not occur.
void marcus_rates(const double* base, const double* pair, const double* c0, const double* c1, double* k,
                  std::size_t n) noexcept;

/// Hops a carrier are kept in rows of whole vectors of this many doubles.
inline constexpr std::size_t lanes = 4;

/// pair[c] += table[now[c]...] - table[old[c]...] for n carriers of `width` hops each (a multiple of
/// `lanes`); exact where the numbers are multiples of a common quantum.
void replace_contributions(double* pair, const double* table, const std::uint32_t* now,
                           const std::uint32_t* old, std::size_t n, std::size_t width) noexcept;

/// sum[h] = sum over n rows of table[row[i] + h], h < width (a multiple of `lanes`).
void sum_contributions(double* sum, const double* table, const std::uint32_t* row, std::size_t n,
                       std::size_t width) noexcept;

/// total[c] = sum of the `width` rates of carrier c; returns the sum over all carriers.
double sum_rates(const double* rate, double* total, std::size_t n, std::size_t width) noexcept;

}  // namespace hopmc::kmc
