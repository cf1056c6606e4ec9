#include "hopmc/kmc/propagator.hpp"

#include <bit>
#include <cmath>
#include <cstdint>

#include "interacting_carriers.hpp"
#include "replay.hpp"
#include "single_carrier.hpp"

namespace hopmc::kmc {
namespace {

/// A seed with a fraction (0.3) keys the streams by its bits, so that no two seeds give the same numbers; 2.0
/// is 2.
std::int64_t stream_seed(const config::RunConfig& config) {
  if (config.random_seed_float && *config.random_seed_float != std::floor(*config.random_seed_float)) {
    return std::bit_cast<std::int64_t>(*config.random_seed_float);
  }
  return config.random_seed;
}

}  // namespace

std::unique_ptr<PropagatorFactory> make_propagator_factory(const energy::Model& model,
                                                           const config::RunConfig& config) {
  if (config.replay_pycd) return make_replay_factory(model, config);
  const RecordingPlan plan{config.output.write_every_step};
  const std::int64_t seed = stream_seed(config);
  if (model.n_carriers() == 1) return make_single_carrier_factory(model, seed, plan);
  return make_interacting_factory(model, seed, plan);
}

}  // namespace hopmc::kmc
