#pragma once
/// What must hold of a model before anything is computed from it.

#include "hopmc/config/errors.hpp"
#include "hopmc/config/load.hpp"
#include "hopmc/energy/model.hpp"

namespace hopmc::energy {

/// Largest number of sites: occupancy is stored in 32 bits.
[[nodiscard]] bool check_size(const config::LoadedConfig& config, int n_basis, Problems& problems);

/// Carriers, their sites and their hops. `model` has crystal, supercell, hops and species.
void check_carriers(const Model& model, const config::LoadedConfig& config, Problems& problems);

/// Rates of hops must be finite and few enough for a clock in double precision. `model` is complete.
void check_rates(const Model& model, const config::LoadedConfig& config, Problems& problems);

/// The Ewald sums of `model.ewald` must be feasible: images and k vectors in their spheres, memory of the
/// pair matrix.
[[nodiscard]] bool check_ewald(const Model& model, const config::LoadedConfig& config, Problems& problems);

/// Refuses what PyCD cannot do, or does in a way that is not worth reproducing.
void check_replay(const Model& model, const config::LoadedConfig& config, Problems& problems);

}  // namespace hopmc::energy
