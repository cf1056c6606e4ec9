#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <stdexcept>

#include "ewald_sums.hpp"
#include "hopmc/energy/doping.hpp"
#include "hopmc/energy/model.hpp"
#include "hopmc/lattice/images.hpp"
#include "hopmc/units/units.hpp"

namespace hopmc::energy {
namespace {

/// Plane positions that agree to this many parts of a supercell are one plane.
constexpr double planes_per_cell = 1e6;

/// What lies at the pair's distance from a site of cell 0.
struct Partner {
  int basis = 0;
  Eigen::Vector3i offset = Eigen::Vector3i::Zero();
};

std::vector<Partner> partners_of(const Model& model, const DopantKind& kind, int basis) {
  const config::PairwiseInsertion& pairwise = kind.given.pairwise;
  const double scale = std::pow(10.0, pairwise.digits);
  const double wanted = std::nearbyint(pairwise.distance * scale);
  const lattice::ImageSearch whole_cell(supercell_lattice(model.crystal, model.supercell));
  const lattice::ImageSearch unit_cell(model.crystal.lattice);
  std::vector<Partner> partners;
  const auto& sites = model.crystal.basis;
  for (const int other : model.crystal.sites_of(kind.host)) {
    for (std::int64_t cell = 0; cell < model.supercell.n_cells(); ++cell) {
      const Eigen::Vector3i offset = model.supercell.cell_at(cell);
      const Eigen::Vector3d vector = sites[static_cast<std::size_t>(other)].position -
                                     sites[static_cast<std::size_t>(basis)].position +
                                     unit_cell.translation(offset);
      if (std::nearbyint(whole_cell.shortest(vector).norm() * scale) == wanted) {
        partners.push_back({other, offset});
      }
    }
  }
  return partners;
}

/// Where the site's plane cuts the supercell, in units of 1e-6 supercell vectors.
std::int64_t plane_of(const Model& model, const config::PairwiseInsertion& pairwise, std::int64_t site) {
  const Eigen::Vector3i cell = model.supercell.cell_of(site);
  const auto& fractional =
      model.crystal.basis[static_cast<std::size_t>(model.supercell.basis_of(site))].fractional;
  double sum = 0;
  for (int d = 0; d < 3; ++d) {
    const double intercept = pairwise.plane[static_cast<std::size_t>(d)];
    if (intercept != 0) sum += (cell[d] + fractional[d]) / model.supercell.size()[d] / intercept;
  }
  return std::llrint(sum * planes_per_cell);
}

}  // namespace

void discard_around(std::int64_t site, int separation, const lattice::ShellMap& shells,
                    std::vector<std::int64_t>& available) {
  // Few sites are near and many available, both in ascending order: what lies between two near ones stays.
  auto kept = available.begin();  // end of what stays
  auto next = available.begin();  // begin of what is not decided
  for (const std::int64_t near : shells.within(site, separation)) {
    const auto found = std::lower_bound(next, available.end(), near);
    kept = kept == next ? found : std::move(next, found, kept);
    next = found != available.end() && *found == near ? found + 1 : found;
  }
  available.erase(kept == next ? available.end() : std::move(next, available.end(), kept), available.end());
}

std::vector<std::int64_t> insert_randomly(std::vector<std::int64_t>& available, std::int64_t count,
                                          int separation, const lattice::ShellMap& shells,
                                          const Choose& choose) {
  std::vector<std::int64_t> sites;
  while (static_cast<std::int64_t>(sites.size()) < count && !available.empty()) {
    sites.push_back(available[choose(available.size())]);
    discard_around(sites.back(), separation, shells, available);
  }
  return sites;
}

std::vector<std::int64_t> paired_sites(const Model& model, const DopantKind& kind) {
  const lattice::ShellMap& sites = model.shells.at(kind.host);
  std::map<int, std::vector<Partner>> partners;
  for (const int b : model.crystal.sites_of(kind.host)) partners[b] = partners_of(model, kind, b);
  std::map<std::int64_t, std::vector<std::int64_t>> planes;  // position -> sites that are in a pair
  for (std::size_t place = 0; place < sites.n_sites(); ++place) {
    const std::int64_t site = sites.site_at(place);
    const std::size_t pairs = partners[model.supercell.basis_of(site)].size();
    if (pairs == 0) continue;
    // PyCD counts a site once for each of its pairs.
    auto& plane = planes[plane_of(model, kind.given.pairwise, site)];
    plane.insert(plane.end(), model.replay_pycd ? pairs : 1, site);
  }
  if (planes.empty()) throw std::invalid_argument("no two sites are intra_pair_distance apart");
  if (planes.size() % 2 != 0) {
    throw std::invalid_argument(
        fmt::format("the pairs lie in {} planes of plane_of_arrangement, which cannot be coupled in twos",
                    planes.size()));
  }
  std::vector<std::vector<std::int64_t>> coupled;
  for (auto plane = planes.begin(); plane != planes.end(); ++plane) {
    coupled.push_back(plane->second);
    ++plane;
    coupled.back().insert(coupled.back().end(), plane->second.begin(), plane->second.end());
  }
  // A plane cuts a and b at half a unit cell.
  const auto n_planes = static_cast<std::size_t>(2 * (model.supercell.size()[0] + model.supercell.size()[1]));
  std::vector<std::int64_t> chosen;
  for (std::size_t i = 0; i < n_planes; i += static_cast<std::size_t>(kind.given.pairwise.spacing)) {
    if (i >= coupled.size()) {
      throw std::invalid_argument(
          fmt::format("there are {} double planes of pairs; expected {}, twice the "
                      "cells along a and b",
                      coupled.size(), n_planes));
    }
    chosen.insert(chosen.end(), coupled[i].begin(), coupled[i].end());
  }
  if (static_cast<std::int64_t>(chosen.size()) != kind.given.count) {
    throw std::invalid_argument(
        fmt::format("num_dopants is {}, but the planes of pairs hold {} sites; expected "
                    "the same number",
                    kind.given.count, chosen.size()));
  }
  return chosen;
}

}  // namespace hopmc::energy
