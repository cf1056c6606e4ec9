#pragma once
/// Trajectories of several carriers that repel, attract and exclude each other.

#include <memory>
#include <vector>

#include "hopmc/kmc/propagator.hpp"

namespace hopmc::kmc {

/// Factory for models with any number of carriers. `dopings`: by trajectory, or empty.
[[nodiscard]] std::unique_ptr<PropagatorFactory> make_interacting_factory(const energy::Model& model,
                                                                          std::vector<energy::Doping> dopings,
                                                                          std::int64_t seed,
                                                                          RecordingPlan plan);

}  // namespace hopmc::kmc
