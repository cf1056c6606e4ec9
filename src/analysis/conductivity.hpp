#pragma once
/// The electrical conductivity of all carriers of a run together.

#include "hopmc/analysis/analyze.hpp"

namespace hopmc::analysis {

/// <|sum q dr|^2> / (2 n_dim t V kT), V the volume of the supercell, atomic units: Einstein's form of the
/// Green-Kubo relation (M. P. Allen and D. J. Tildesley, Computer Simulation of Liquids, 2nd ed., sec. 2.7).
/// All correlations between carriers, of one species or two, are in it. `a`: its species and what is
/// collective.
[[nodiscard]] Estimate conductivity(const Analysis& a, const AnalysedRun& run);

}  // namespace hopmc::analysis
