#pragma once
/// Where the carriers of a trajectory start.

#include <cstdint>
#include <functional>
#include <vector>

#include "hopmc/energy/model.hpp"
#include "random_stream.hpp"

namespace hopmc::kmc {

/// Chooses `count` of the free sites (ascending); returns them in the order of the carriers.
using SiteSampler =
    std::function<std::vector<std::int64_t>(const std::vector<std::int64_t>& free_sites, std::size_t count)>;

/// Sites of all carriers: for each species the given initial sites first, then `sample` among the dopants on
/// which its carriers start, then among its sites that are still free. No two carriers share a site.
[[nodiscard]] std::vector<std::int64_t> initial_occupancy(const energy::Model& model,
                                                          const energy::Doping& doping,
                                                          const SiteSampler& sample);

/// Samples without replacement from the trajectory's own stream.
[[nodiscard]] SiteSampler stream_sampler(const RandomStream& stream);

}  // namespace hopmc::kmc
