#include "hopmc/analysis/multiple_tau.hpp"

#include <algorithm>
#include <cstddef>
#include <utility>

namespace hopmc::analysis {
namespace {

using Eigen::Index;

constexpr Index ring = 8;  ///< positions that a level keeps

/// Shorter lags are those of the level below, which has more origins for them.
Index shortest_of(Index level) {
  return level == 0 ? 1 : ring / 2 + 1;
}

/// Place of a level's first lag among all lags.
Index place_of(Index level) {
  return level == 0 ? 0 : ring + (level - 1) * (ring / 2);
}

/// Positions that a level has seen after `samples`.
Index seen(Index samples, Index level) {
  return (samples + (Index{1} << level) - 1) >> level;
}

}  // namespace

std::vector<Index> multiple_tau_lags(Index longest) {
  std::vector<Index> lags;
  for (Index level = 0;; ++level) {
    for (Index k = shortest_of(level); k <= ring; ++k) {
      if (k << level > longest) return lags;
      lags.push_back(k << level);
    }
  }
}

MultipleTau::MultipleTau(std::vector<CarrierRange> groups, Index n_carriers, Index longest)
    : groups_(std::move(groups)),
      n_lags_(static_cast<Index>(multiple_tau_lags(longest).size())),
      sums_(Eigen::ArrayXXd::Zero(n_lags_, static_cast<Index>(groups_.size()))) {
  for (Index level = 0; place_of(level) < n_lags_; ++level) levels_.emplace_back(3 * n_carriers, ring);
}

void MultipleTau::clear() {
  samples_ = 0;
  sums_.setZero();
}

void MultipleTau::add(const double* positions) {
  const Index width = levels_.front().rows();
  const Eigen::Map<const Eigen::VectorXd> now(positions, width);
  for (Index level = 0; std::cmp_less(level, levels_.size()); ++level) {
    Eigen::MatrixXd& kept = levels_[static_cast<std::size_t>(level)];
    const Index before = samples_ >> level;  // positions of this level so far: a whole number
    Index place = place_of(level);
    for (Index k = shortest_of(level); k <= std::min(ring, before) && place < n_lags_; ++k, ++place) {
      const auto then = kept.col((before - k) % ring);
      for (std::size_t g = 0; g < groups_.size(); ++g) {
        const Index first = 3 * groups_[g].first;
        const Index size = 3 * groups_[g].count;
        sums_(place, static_cast<Index>(g)) +=
            (now.segment(first, size) - then.segment(first, size)).squaredNorm();
      }
    }
    kept.col(before % ring) = now;
    if (before % 2 != 0) break;  // every second position goes on to the next level
  }
  ++samples_;
}

Eigen::ArrayXd MultipleTau::origins() const {
  Eigen::ArrayXd origins(n_lags_);
  for (Index level = 0, place = 0; place < n_lags_; ++level) {
    for (Index k = shortest_of(level); k <= ring && place < n_lags_; ++k, ++place) {
      origins[place] = static_cast<double>(std::max<Index>(0, seen(samples_, level) - k));
    }
  }
  return origins;
}

}  // namespace hopmc::analysis
