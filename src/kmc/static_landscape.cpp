#include "static_landscape.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace hopmc::kmc {
namespace {

/// Splits the rates into slots of equal weight with at most two destinations each (M. D. Vose, IEEE Trans.
/// Softw. Eng. 17, 972 (1991)). Destinations are those of `all`, one a rate.
void fill_alias_slots(const std::vector<double>& rates, const std::vector<Destination>& all,
                      AliasSlot* slots) {
  const std::size_t n = rates.size();
  const double total = std::accumulate(rates.begin(), rates.end(), 0.0);
  std::vector<double> weight(n);
  std::vector<std::size_t> small;
  std::vector<std::size_t> large;
  for (std::size_t i = 0; i < n; ++i) {
    weight[i] = rates[i] / total * static_cast<double>(n);
    (weight[i] < 1.0 ? small : large).push_back(i);
  }
  const auto set = [&](std::size_t slot, double share, std::size_t second) {
    slots[slot].cut = share >= 1.0 ? std::numeric_limits<std::uint64_t>::max()
                                   : static_cast<std::uint64_t>(std::ldexp(share, 64));
    slots[slot].destinations = {all[slot], all[second]};
  };
  while (!small.empty() && !large.empty()) {
    const std::size_t s = small.back();
    const std::size_t l = large.back();
    small.pop_back();
    set(s, weight[s], l);
    weight[l] -= 1.0 - weight[s];
    if (weight[l] < 1.0) {
      large.pop_back();
      small.push_back(l);
    }
  }
  // What is left has weight 1 but for rounding. A destination of rate 0 must never be reached: it is among
  // the small ones, which run out first, unless rounding emptied the large ones; then the largest rate takes
  // its slot.
  const auto best = static_cast<std::size_t>(std::max_element(rates.begin(), rates.end()) - rates.begin());
  for (const std::size_t i : large) set(i, 1.0, i);
  for (const std::size_t i : small) set(i, rates[i] > 0 ? 1.0 : 0.0, rates[i] > 0 ? i : best);
}

}  // namespace

StaticLandscape::StaticLandscape(const energy::Model& model, int species, const energy::DopantField& dopants)
    : supercell_(&model.supercell),
      by_site_(!model.supercell.fully_periodic() || !dopants.empty()),
      basis_(model.species[static_cast<std::size_t>(species)].basis),
      position_(static_cast<std::size_t>(model.crystal.n_basis()), -1) {
  for (std::size_t i = 0; i < basis_.size(); ++i) {
    position_[static_cast<std::size_t>(basis_[i])] = static_cast<int>(i);
    width_ = std::max(width_, model.hops[static_cast<std::size_t>(basis_[i])].size());
  }
  const std::size_t cells = by_site_ ? static_cast<std::size_t>(supercell_->n_cells()) : 1;
  const std::size_t nodes = basis_.size() * cells;
  slots_.resize(nodes * width_);
  mean_time_.resize(nodes * width_);
  delta_g0_.resize(nodes * width_);
  for (std::size_t node = 0; node < nodes; ++node) fill_node(model, species, dopants, node);
}

std::size_t StaticLandscape::node_of(std::int64_t site) const noexcept {
  const auto place =
      static_cast<std::size_t>(position_[static_cast<std::size_t>(supercell_->basis_of(site))]);
  return by_site_ ? static_cast<std::size_t>(site / supercell_->n_basis()) * basis_.size() + place : place;
}

void StaticLandscape::fill_node(const energy::Model& model, int species, const energy::DopantField& dopants,
                                std::size_t node) {
  const int origin = basis_of(node);
  const auto& hops = model.hops[static_cast<std::size_t>(origin)];
  const double charge = model.species[static_cast<std::size_t>(species)].charge;
  const Eigen::Vector3i cell = supercell_->cell_at(static_cast<std::int64_t>(node / basis_.size()));
  const std::int64_t site = supercell_->site_index(origin, cell);
  std::vector<double> rates(width_, 0.0);
  std::vector<Destination> destinations(width_);
  for (std::size_t h = 0; h < hops.size(); ++h) {
    const auto& hop = hops[h];
    const Eigen::Vector3i target_cell = cell + hop.offset;
    const std::int64_t target_site = supercell_->site_index(hop.target, supercell_->folded(target_cell));
    const double delta =
        model.static_energy_change(species, origin, hop) + dopants.energy_change(charge, site, target_site);
    delta_g0_[node * width_ + h] = delta;
    const bool reachable = !by_site_ || supercell_->reachable(target_cell);
    if (!reachable) continue;
    rates[h] = model.rate(hop, delta);
    const std::size_t target = node_of(target_site);
    destinations[h] = {static_cast<std::uint32_t>(target * width_),
                       static_cast<std::int32_t>(h),
                       {hop.offset[0], hop.offset[1], hop.offset[2]}};
  }
  const double total = std::accumulate(rates.begin(), rates.end(), 0.0);
  mean_time_[node * width_] = 1.0 / total;  // infinite where nothing leads away
  if (total > 0) fill_alias_slots(rates, destinations, &slots_[node * width_]);
}

}  // namespace hopmc::kmc
