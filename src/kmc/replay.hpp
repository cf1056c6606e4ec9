#pragma once
/// Trajectories of PyCD, hop for hop.

#include <memory>
#include <vector>

#include "hopmc/config/run_config.hpp"
#include "hopmc/kmc/propagator.hpp"

namespace hopmc::kmc {

/// Factory for models built with replay_pycd. Draws the seeds of all n_traj trajectories at once, as PyCD
/// does. `dopings`: by trajectory, or empty.
[[nodiscard]] std::unique_ptr<PropagatorFactory> make_replay_factory(const energy::Model& model,
                                                                     const config::RunConfig& config,
                                                                     std::vector<energy::Doping> dopings);

}  // namespace hopmc::kmc
