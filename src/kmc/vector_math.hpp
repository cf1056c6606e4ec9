#pragma once
/// Elementary functions over arrays, vectorised by the compiler for the instruction set of the machine that
/// runs them.
///
/// Only +, -, *, / and bit operations in a fixed order, without contraction: the same bits whatever the
/// vector width.

#include <cstddef>

namespace hopmc::kmc {

/// x[i] = -ln(x[i]) for 0 < x[i] < 1; error below 2 units in the last place (tested).
void negative_log(double* x, std::size_t n) noexcept;

/// Marcus rates k[i] = exp(c0[i] - c1[i] (base[i] + pair[i])^2), 0 where that underflows (below exp(-708));
/// error of the exponential below 2 units in the last place (tested). c0 = -infinity gives 0. Results above
/// exp(709) are not representable and must not occur.
void marcus_rates(const double* base, const double* pair, const double* c0, const double* c1, double* k,
                  std::size_t n) noexcept;

}  // namespace hopmc::kmc
