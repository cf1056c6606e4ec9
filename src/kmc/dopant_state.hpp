#pragma once
/// Dopants in the state of a trajectory.

#include <fmt/format.h>

#include <cstdint>
#include <vector>

#include "hopmc/config/errors.hpp"
#include "hopmc/energy/doping.hpp"
#include "hopmc/kmc/propagator.hpp"

namespace hopmc::kmc {

[[nodiscard]] inline std::vector<std::int64_t> dopant_sites_of(const energy::Doping& doping) {
  std::vector<std::int64_t> sites;
  for (const energy::Dopant& dopant : doping.dopants) sites.push_back(dopant.site);
  return sites;
}

/// A state goes on only among the dopants it was simulated with. Throws IoError.
inline void require_same_dopants(std::int64_t trajectory, const PropagatorState& state,
                                 const energy::Doping& doping) {
  if (state.dopant_sites == dopant_sites_of(doping)) return;
  throw IoError(fmt::format("trajectory {}: the checkpoint has other dopants than the case and its seed give",
                            trajectory + 1));
}

}  // namespace hopmc::kmc
