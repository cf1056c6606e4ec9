#pragma once
/// Where a lone carrier is in the stationary state, by class of site and by shell around the dopants.

#include <vector>

#include "hopmc/analysis/analyze.hpp"
#include "hopmc/analysis/exact_transport.hpp"
#include "hopmc/energy/model.hpp"

namespace hopmc::analysis {

/// Sums of `transport.occupation`, which exact_transport() found for the same arguments. Estimates have a
/// value and no error. Local.
[[nodiscard]] std::vector<Occupation> exact_class_occupation(const energy::Model& model, int species,
                                                             const energy::Doping& doping,
                                                             const ExactTransport& transport);
/// The same of the shells; empty without dopants on the elements of the species.
[[nodiscard]] std::vector<ShellOccupation> exact_shell_occupation(const energy::Model& model, int species,
                                                                  const energy::Doping& doping,
                                                                  const ExactTransport& transport);

}  // namespace hopmc::analysis
