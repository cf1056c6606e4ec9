#pragma once
/// Trajectories of PyCD, hop for hop.

#include <memory>

#include "hopmc/config/run_config.hpp"
#include "hopmc/kmc/propagator.hpp"

namespace hopmc::kmc {

/// Factory for models built with replay_pycd. Draws the seeds of all n_traj trajectories at once, as PyCD
/// does.
[[nodiscard]] std::unique_ptr<PropagatorFactory> make_replay_factory(const energy::Model& model,
                                                                     const config::RunConfig& config);

}  // namespace hopmc::kmc
