#pragma once
/// Dopants as PyCD places them.

#include <vector>

#include "hopmc/config/run_config.hpp"
#include "hopmc/energy/model.hpp"

namespace hopmc::kmc {

/// The seeds of PyCD's trajectories, drawn one after the other from the generator that random_seed seeds.
[[nodiscard]] std::vector<double> replay_seeds(const config::RunConfig& config);

/// Dopants of all trajectories. PyCD places them in a first pass over the trajectories, with the generator in
/// the state that the seeding of the last trajectory has left. Throws std::invalid_argument where PyCD fails.
[[nodiscard]] std::vector<energy::Doping> replay_dopings(const energy::Model& model,
                                                         const config::RunConfig& config);

}  // namespace hopmc::kmc
