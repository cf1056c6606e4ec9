#include "hopmc/kmc/propagator.hpp"

#include "interacting_carriers.hpp"
#include "replay.hpp"
#include "single_carrier.hpp"

namespace hopmc::kmc {

std::unique_ptr<PropagatorFactory> make_propagator_factory(const energy::Model& model,
                                                           const config::RunConfig& config) {
  if (config.replay_pycd) return make_replay_factory(model, config);
  const RecordingPlan plan{config.output.write_every_step};
  if (model.n_carriers() == 1) return make_single_carrier_factory(model, config.random_seed, plan);
  return make_interacting_factory(model, config.random_seed, plan);
}

}  // namespace hopmc::kmc
