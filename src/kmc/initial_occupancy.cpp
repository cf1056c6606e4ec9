#include "initial_occupancy.hpp"

#include <algorithm>
#include <memory>
#include <unordered_set>
#include <utility>

namespace hopmc::kmc {
namespace {

std::vector<std::int64_t> free_sites_of(const energy::Model& model, const energy::Species& species,
                                        const std::unordered_set<std::int64_t>& occupied) {
  std::vector<std::int64_t> sites;
  for (std::int64_t cell = 0; cell < model.supercell.n_cells(); ++cell) {
    for (const int basis : species.basis) {
      const std::int64_t site = basis + model.supercell.n_basis() * cell;
      if (!occupied.contains(site)) sites.push_back(site);
    }
  }
  return sites;
}

}  // namespace

std::vector<std::int64_t> initial_occupancy(const energy::Model& model, const energy::Doping& doping,
                                            const SiteSampler& sample) {
  std::vector<std::int64_t> occupancy;
  std::unordered_set<std::int64_t> occupied;
  const auto place = [&](std::int64_t site) {
    occupancy.push_back(site);
    occupied.insert(site);
  };
  // Given sites are taken before anybody is placed at random, also those of species that come later.
  for (const auto& species : model.species) {
    occupied.insert(species.initial_sites.begin(), species.initial_sites.end());
  }
  for (std::size_t s = 0; s < model.species.size(); ++s) {
    const energy::Species& species = model.species[s];
    if (species.count == 0) continue;
    for (const std::int64_t site : species.initial_sites) place(site);
    std::size_t missing = static_cast<std::size_t>(species.count) - species.initial_sites.size();
    for (std::size_t k = 0; k < model.dopant_kinds.size() && missing > 0; ++k) {
      if (model.dopant_kinds[k].starting_species != static_cast<int>(s)) continue;
      std::vector<std::int64_t> free_sites = doping.sites_of(static_cast<int>(k));
      std::erase_if(free_sites, [&](std::int64_t site) { return occupied.contains(site); });
      const std::size_t count = std::min(missing, free_sites.size());
      for (const std::int64_t site : sample(free_sites, count)) place(site);
      missing -= count;
    }
    if (missing == 0) continue;
    for (const std::int64_t site : sample(free_sites_of(model, species, occupied), missing)) place(site);
  }
  return occupancy;
}

SiteSampler stream_sampler(const RandomStream& stream) {
  auto index = std::make_shared<std::uint64_t>(0);
  return [&stream, index](const std::vector<std::int64_t>& free_sites, std::size_t count) {
    // The first `count` steps of a Fisher-Yates shuffle.
    std::vector<std::int64_t> pool = free_sites;
    for (std::size_t i = 0; i < count; ++i) {
      const std::size_t j = i + stream.placement(*index, pool.size() - i);
      std::swap(pool[i], pool[j]);
    }
    pool.resize(count);
    return pool;
  };
}

}  // namespace hopmc::kmc
