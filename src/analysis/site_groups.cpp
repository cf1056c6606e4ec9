#include "hopmc/analysis/site_groups.hpp"

#include <fmt/format.h>

#include <Eigen/LU>
#include <map>
#include <utility>

#include "hopmc/config/errors.hpp"

namespace hopmc::analysis {
namespace {

using Eigen::Index;

/// Of a fractional coordinate: far above rounding, far below the distance of sites.
constexpr double position_tolerance = 1e-4;

std::size_t at(Index i) {
  return static_cast<std::size_t>(i);
}

}  // namespace

Eigen::ArrayXd SiteGroups::sites() const {
  Eigen::ArrayXd sites = Eigen::ArrayXd::Zero(count());
  for (const int group : of_site) {
    if (group >= 0) sites[group] += 1;
  }
  return sites;
}

Eigen::ArrayXd SiteGroups::share_of_sites() const {
  const Eigen::ArrayXd all = sites();
  return all / all.sum();
}

SiteGroups class_groups(const lattice::Crystal& crystal, const lattice::Supercell& supercell,
                        const std::vector<int>& basis) {
  const auto class_of = [&](int b) {
    return std::pair(crystal.basis[at(b)].element, crystal.basis[at(b)].site_class);
  };
  std::map<std::pair<int, int>, int> places;  // by element and class
  for (const int b : basis) places[class_of(b)] = 0;
  SiteGroups groups;
  for (auto& [element_and_class, place] : places) {
    place = static_cast<int>(groups.names.size());
    groups.names.push_back(fmt::format("{} class {}", crystal.elements[at(element_and_class.first)].name,
                                       element_and_class.second + 1));
  }
  std::vector<int> of_basis(crystal.basis.size(), -1);
  for (const int b : basis) of_basis[at(b)] = places[class_of(b)];
  groups.of_site.resize(at(supercell.n_sites()));
  for (std::size_t s = 0; s < groups.of_site.size(); ++s) {
    groups.of_site[s] = of_basis[at(supercell.basis_of(static_cast<std::int64_t>(s)))];
  }
  return groups;
}

Eigen::ArrayXd occupation(const Sites& sites, const CarrierGroup& species, const SiteGroups& groups) {
  Eigen::ArrayXd share = Eigen::ArrayXd::Zero(groups.count());
  const auto carriers = sites.middleCols(species.first, species.count);
  for (Index f = 0; f < carriers.rows(); ++f) {
    for (Index c = 0; c < carriers.cols(); ++c) {
      const int group = groups.of_site[at(carriers(f, c))];
      if (group >= 0) share[group] += 1;
    }
  }
  return share / static_cast<double>(carriers.size());
}

SiteFinder::SiteFinder(const AnalysedRun& run) : run_(run), inverse_lattice_(run.crystal.lattice.inverse()) {}

std::int64_t SiteFinder::site_at(const Eigen::RowVector3d& position, const CarrierGroup& species) const {
  const Eigen::RowVector3d fractional = position * inverse_lattice_;
  for (const int b : species.basis) {
    const Eigen::RowVector3d from_site = fractional - run_.crystal.basis[at(b)].fractional.transpose();
    const Eigen::RowVector3d cell = from_site.array().round();
    if ((from_site - cell).cwiseAbs().maxCoeff() > position_tolerance) continue;
    return run_.supercell.site_index(b, run_.supercell.folded(cell.cast<int>().transpose()));
  }
  throw IoError(fmt::format("{}: a {} is at a position that is none of its sites", run_.place, species.name));
}

Sites SiteFinder::sites_at(const Positions& wrapped) const {
  Sites sites(wrapped.rows(), run_.n_carriers);
  for (const CarrierGroup& species : run_.species) {
    for (Index c = species.first; c < species.first + species.count; ++c) {
      for (Index f = 0; f < wrapped.rows(); ++f) {
        sites(f, c) = static_cast<std::int32_t>(site_at(wrapped.block<1, 3>(f, 3 * c), species));
      }
    }
  }
  return sites;
}

}  // namespace hopmc::analysis
