#include "hopmc/analysis/exact_occupation.hpp"

#include <cstddef>

namespace hopmc::analysis {
namespace {

using Eigen::Index;

/// Part of the time in each group; `groups` are of the cells that the rate matrix covers.
Eigen::ArrayXd shares_of_time(const energy::Model& model, const std::vector<int>& basis,
                              const SiteGroups& groups, const ExactTransport& transport) {
  Eigen::ArrayXd shares = Eigen::ArrayXd::Zero(groups.count());
  for (Index i = 0; i < transport.occupation.size(); ++i) {
    const auto place = static_cast<std::size_t>(i);
    const std::size_t cell = place / basis.size();
    const auto site = cell * static_cast<std::size_t>(model.crystal.n_basis()) +
                      static_cast<std::size_t>(basis[place % basis.size()]);
    shares[groups.of_site[site]] += transport.occupation[i];
  }
  return shares;
}

Estimate without_error(double value) {
  Estimate e;
  e.value = value;
  return e;
}

const std::vector<int>& basis_of(const energy::Model& model, int species) {
  return model.species[static_cast<std::size_t>(species)].basis;
}

}  // namespace

std::vector<Occupation> exact_class_occupation(const energy::Model& model, int species,
                                               const energy::Doping& doping,
                                               const ExactTransport& transport) {
  const lattice::Supercell unit(Eigen::Vector3i::Ones(), {true, true, true}, model.crystal.n_basis());
  const lattice::Supercell& cell = doping.dopants.empty() ? unit : model.supercell;
  const SiteGroups groups = class_groups(model.crystal, cell, basis_of(model, species));
  const Eigen::ArrayXd sites = groups.share_of_sites();
  const Eigen::ArrayXd time = shares_of_time(model, basis_of(model, species), groups, transport);
  std::vector<Occupation> result;
  for (Index g = 0; g < groups.count(); ++g) {
    result.push_back({groups.names[static_cast<std::size_t>(g)], sites[g], without_error(time[g])});
  }
  return result;
}

std::vector<ShellOccupation> exact_shell_occupation(const energy::Model& model, int species,
                                                    const energy::Doping& doping,
                                                    const ExactTransport& transport) {
  std::vector<ShellOccupation> result;
  if (doping.dopants.empty()) return result;
  const std::vector<int>& basis = basis_of(model, species);
  const DopantShells shells(model.supercell, model.dopant_kinds, model.shells, basis);
  if (shells.list().empty()) return result;
  const SiteGroups groups = shells.groups(doping);
  const Eigen::ArrayXd sites = groups.sites();
  const Eigen::ArrayXd time = shares_of_time(model, basis, groups, transport);
  const double all_sites = sites.sum();
  for (Index g = 0; g < groups.count(); ++g) {
    if (sites[g] == 0) continue;
    result.push_back({shells.list()[static_cast<std::size_t>(g)], sites[g], sites[g] / all_sites,
                      without_error(time[g]), without_error(time[g] * all_sites / sites[g])});
  }
  return result;
}

}  // namespace hopmc::analysis
