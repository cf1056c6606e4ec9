#pragma once
/// Arrhenius' law: D = D0 exp(-Ea / kT).

#include <optional>
#include <span>

#include "hopmc/analysis/estimate.hpp"

namespace hopmc::analysis {

/// A diffusivity at a temperature.
struct ThermalDiffusivity {
  double kT = 0;           ///< energy
  double diffusivity = 0;  ///< of any unit
  double standard_error = Estimate::unknown;
};

/// A straight line through ln D against 1/kT. Errors are NaN for fewer than three points.
struct ArrheniusFit {
  double activation_energy = 0;  ///< unit of kT
  double activation_energy_error = Estimate::unknown;
  double ln_prefactor = 0;  ///< D0 in the unit of D
  double ln_prefactor_error = Estimate::unknown;
  double chi_squared = Estimate::unknown;  ///< NaN: the points have no errors, and count alike
  int points = 0;
};

/// Least squares through ln D, weighted by (D / error)^2 or, unless every point has an error, all alike;
/// points with D <= 0 are left out.
///
/// Errors are those that the errors of the points lead to, times sqrt(chi^2 / (n - 2)) where the points lie
/// farther from the line than their errors say; without errors of the points, those that their distances
/// from the line lead to. Nothing where fewer than two temperatures are left. Hop rates have a prefactor that
/// does not depend on temperature, so it is ln D and not ln(D T) that is straight (for a single rate).
[[nodiscard]] std::optional<ArrheniusFit> fit_arrhenius(std::span<const ThermalDiffusivity> points);

}  // namespace hopmc::analysis
