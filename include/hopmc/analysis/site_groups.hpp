#pragma once
/// Divisions of the sites into groups (classes, shells around dopants), and how long carriers stay in each.

#include <Eigen/Core>
#include <cstdint>
#include <string>
#include <vector>

#include "hopmc/analysis/analysed_run.hpp"
#include "hopmc/analysis/frames.hpp"

namespace hopmc::analysis {

/// Names of the groups and, for every site of the supercell, the group it is in (-1: none).
struct SiteGroups {
  std::vector<std::string> names;
  std::vector<int> of_site;
  [[nodiscard]] Eigen::Index count() const { return static_cast<Eigen::Index>(names.size()); }
  /// Number of sites by group.
  [[nodiscard]] Eigen::ArrayXd sites() const;
  /// Fraction of the sites that are in any group, by group.
  [[nodiscard]] Eigen::ArrayXd share_of_sites() const;
};

/// The elements and classes of the sites of `basis`, in order: "O class 2".
[[nodiscard]] SiteGroups class_groups(const lattice::Crystal& crystal, const lattice::Supercell& supercell,
                                      const std::vector<int>& basis);

/// Fraction of the frames and carriers of `species` in each group.
[[nodiscard]] Eigen::ArrayXd occupation(const Sites& sites, const CarrierGroup& species,
                                        const SiteGroups& groups);

/// Finds the site at a position inside the supercell.
class SiteFinder {
 public:
  explicit SiteFinder(const AnalysedRun& run);
  /// Sites of wrapped positions [frames, 3 carriers]. Throws IoError where there is none: the coordinates are
  /// not those of this crystal.
  [[nodiscard]] Sites sites_at(const Positions& wrapped) const;

 private:
  [[nodiscard]] std::int64_t site_at(const Eigen::RowVector3d& position, const CarrierGroup& species) const;
  const AnalysedRun& run_;
  Eigen::Matrix3d inverse_lattice_;
};

}  // namespace hopmc::analysis
