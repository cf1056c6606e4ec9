#pragma once
/// Distances between carriers, to the nearest periodic image.

#include <Eigen/Core>
#include <string>
#include <vector>

#include "hopmc/analysis/analysed_run.hpp"
#include "hopmc/analysis/frames.hpp"
#include "hopmc/lattice/images.hpp"

namespace hopmc::analysis {

/// What is averaged: the distances of each kind of pair, and that of a carrier to its nearest neighbour.
class PairDistances {
 public:
  /// `run` must outlive the object and have at least two carriers.
  explicit PairDistances(const AnalysedRun& run);
  /// "electron-electron", ..., "nearest".
  [[nodiscard]] const std::vector<std::string>& names() const { return names_; }
  /// Means over the pairs (the carriers) of one frame, in the order of names(), bohr.
  [[nodiscard]] Eigen::ArrayXd means(const Eigen::Ref<const Eigen::RowVectorX<std::int32_t>>& sites) const;

 private:
  const AnalysedRun& run_;
  lattice::ImageSearch images_;
  std::vector<std::string> names_;
  Eigen::ArrayXXi kind_;  ///< [carriers, carriers] place in names() of a pair
  Eigen::ArrayXd pairs_;  ///< number of pairs of each kind
};

}  // namespace hopmc::analysis
