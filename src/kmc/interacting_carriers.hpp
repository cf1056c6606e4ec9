#pragma once
/// Trajectories of several carriers that repel, attract and exclude each other.

#include <memory>

#include "hopmc/kmc/propagator.hpp"

namespace hopmc::kmc {

/// Factory for models with any number of carriers.
[[nodiscard]] std::unique_ptr<PropagatorFactory> make_interacting_factory(const energy::Model& model,
                                                                          std::int64_t seed,
                                                                          RecordingPlan plan);

}  // namespace hopmc::kmc
