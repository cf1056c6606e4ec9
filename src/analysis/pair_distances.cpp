#include "hopmc/analysis/pair_distances.hpp"

#include <algorithm>
#include <limits>

#include "hopmc/analysis/unwrap.hpp"

namespace hopmc::analysis {
namespace {

using Eigen::Index;

Eigen::Vector3d position_of(const AnalysedRun& run, std::int64_t site) {
  const auto& basis = run.crystal.basis[static_cast<std::size_t>(run.supercell.basis_of(site))];
  const Eigen::Vector3d fractional = run.supercell.cell_of(site).cast<double>() + basis.fractional;
  return run.crystal.lattice.transpose() * fractional;
}

}  // namespace

PairDistances::PairDistances(const AnalysedRun& run)
    : run_(run), images_(period_images(run.crystal, run.supercell)), kind_(run.n_carriers, run.n_carriers) {
  std::vector<double> counts;
  for (std::size_t i = 0; i < run.species.size(); ++i) {
    for (std::size_t j = i; j < run.species.size(); ++j) {
      const CarrierGroup &a = run.species[i], &b = run.species[j];
      const Index n = i == j ? a.count * (a.count - 1) / 2 : a.count * b.count;
      if (n == 0) continue;
      kind_.block(a.first, b.first, a.count, b.count).setConstant(static_cast<int>(names_.size()));
      names_.push_back(a.name + "-" + b.name);
      counts.push_back(static_cast<double>(n));
    }
  }
  names_.emplace_back("nearest");
  counts.push_back(static_cast<double>(run.n_carriers));
  pairs_ = Eigen::Map<const Eigen::ArrayXd>(counts.data(), static_cast<Index>(counts.size()));
}

Eigen::ArrayXd PairDistances::means(const Eigen::Ref<const Eigen::RowVectorX<std::int32_t>>& sites) const {
  const Index n = sites.size();
  std::vector<Eigen::Vector3d> positions;
  for (Index c = 0; c < n; ++c) positions.push_back(position_of(run_, sites[c]));
  Eigen::ArrayXd sums = Eigen::ArrayXd::Zero(pairs_.size());
  Eigen::ArrayXd nearest = Eigen::ArrayXd::Constant(n, std::numeric_limits<double>::infinity());
  for (Index i = 0; i < n; ++i) {
    for (Index j = i + 1; j < n; ++j) {
      const Eigen::Vector3d apart =
          positions[static_cast<std::size_t>(j)] - positions[static_cast<std::size_t>(i)];
      const double distance = images_.shortest(apart).norm();
      sums[kind_(i, j)] += distance;
      nearest[i] = std::min(nearest[i], distance);
      nearest[j] = std::min(nearest[j], distance);
    }
  }
  sums[sums.size() - 1] = nearest.sum();
  return sums / pairs_;
}

}  // namespace hopmc::analysis
