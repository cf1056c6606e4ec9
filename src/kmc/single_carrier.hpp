#pragma once
/// Trajectories of one carrier on a static landscape.

#include <memory>
#include <vector>

#include "hopmc/kmc/propagator.hpp"

namespace hopmc::kmc {

/// Factory for models with exactly one carrier. `dopings`: by trajectory, or empty.
[[nodiscard]] std::unique_ptr<PropagatorFactory> make_single_carrier_factory(
    const energy::Model& model, std::vector<energy::Doping> dopings, std::int64_t seed, RecordingPlan plan);

}  // namespace hopmc::kmc
