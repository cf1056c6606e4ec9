#pragma once
/// The dopants of every trajectory.

#include <vector>

#include "hopmc/config/load.hpp"
#include "hopmc/config/run_config.hpp"
#include "hopmc/energy/model.hpp"

namespace hopmc::kmc {

/// Places the dopants of all n_traj trajectories; empty where nothing is doped.
///
/// They are drawn from each trajectory's own stream, in order of trajectory: a set that an earlier trajectory
/// has is drawn anew. So they depend on case and seed alone, and more trajectories do not change the first
/// ones. In the replay mode: as PyCD places them, all from the stream of the last trajectory.
/// Throws InputError, at the keys as `sources` knows them, where dopants find no place or there are fewer
/// sets than trajectories. Local, the same on every rank.
[[nodiscard]] std::vector<energy::Doping> draw_dopings(const energy::Model& model,
                                                       const config::RunConfig& config,
                                                       const config::SourceMap& sources = {});

/// Fewest shells that lie between two dopants of each kind; -1 where a kind has fewer than two, or no hops
/// lead from one to the other.
[[nodiscard]] std::vector<int> smallest_separations(const energy::Model& model, const energy::Doping& doping);

}  // namespace hopmc::kmc
