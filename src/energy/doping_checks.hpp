#pragma once
/// From the doping section to kinds of dopants in the crystal.

#include "hopmc/config/errors.hpp"
#include "hopmc/config/load.hpp"
#include "hopmc/energy/model.hpp"

namespace hopmc::energy {

/// Sets dopant_kinds and shells. `model` has crystal, supercell, hops, ion charges and species. Problems:
/// unknown hosts, manual sites that are not there, more dopants than sites, what cannot be replayed.
void set_doping(Model& model, const config::LoadedConfig& config, Problems& problems);

}  // namespace hopmc::energy
