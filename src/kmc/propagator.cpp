#include "hopmc/kmc/propagator.hpp"

#include <bit>
#include <cmath>
#include <cstdint>
#include <utility>

#include "hopmc/kmc/dopings.hpp"
#include "interacting_carriers.hpp"
#include "replay.hpp"
#include "single_carrier.hpp"
#include "stream_seed.hpp"

namespace hopmc::kmc {

std::int64_t stream_seed(const config::RunConfig& config) {
  if (config.random_seed_float && *config.random_seed_float != std::floor(*config.random_seed_float)) {
    return std::bit_cast<std::int64_t>(*config.random_seed_float);
  }
  return config.random_seed;
}

std::unique_ptr<PropagatorFactory> make_propagator_factory(const energy::Model& model,
                                                           const config::RunConfig& config,
                                                           std::vector<energy::Doping> dopings) {
  if (model.doped() && dopings.empty()) dopings = draw_dopings(model, config);
  if (config.replay_pycd) return make_replay_factory(model, config, std::move(dopings));
  const RecordingPlan plan{config.output.write_every_step};
  const std::int64_t seed = stream_seed(config);
  if (model.n_carriers() == 1) return make_single_carrier_factory(model, std::move(dopings), seed, plan);
  return make_interacting_factory(model, std::move(dopings), seed, plan);
}

}  // namespace hopmc::kmc
