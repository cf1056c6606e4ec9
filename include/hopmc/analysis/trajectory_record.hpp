#pragma once
/// What the analysis takes from one trajectory; the ensemble's results follow from these records alone.

#include <Eigen/Core>
#include <cstdint>
#include <vector>

#include "hopmc/analysis/analysed_run.hpp"
#include "hopmc/analysis/displacement.hpp"
#include "hopmc/analysis/dopant_shells.hpp"
#include "hopmc/analysis/line_fit.hpp"
#include "hopmc/analysis/site_groups.hpp"

namespace hopmc::analysis {

/// What is to be taken from every trajectory of a run; the same on every rank.
struct AnalysisPlan {
  LagPlan lags;
  /// Pieces of equal length into which a trajectory is cut where trajectories are too few for errors; 1:
  /// none.
  Eigen::Index n_blocks = 1;
  bool center_of_charge = false;        ///< there are several carriers
  std::vector<SiteGroups> site_groups;  ///< by species
  std::vector<DopantShells> shells;     ///< by species; empty: no dopants are known
  Eigen::Index n_distances = 0;         ///< kinds of pair distances; 0: a lone carrier
  Eigen::Index distance_stride = 1;     ///< frames from one sample of the distances to the next
  Eigen::Index n_distance_samples = 0;
  /// Mean drift velocity of each species, taken out of the displacements: [3, species], bohr / atomic time.
  Eigen::Array3Xd drift;
  /// What the mean square displacement of each group is multiplied by for the drift being an estimate
  /// [lags, groups]; see drift_correction(). Ones where no drift is taken out.
  Eigen::ArrayXXd correction;

  /// Species, and the center of charge as the last.
  [[nodiscard]] Eigen::Index n_groups() const { return drift.cols() + (center_of_charge ? 1 : 0); }
  /// The whole trajectory, then its blocks.
  [[nodiscard]] Eigen::Index n_pieces() const { return n_blocks > 1 ? 1 + n_blocks : 1; }
};

/// Trajectories below which their blocks in time count instead: an error from fewer would be too uncertain.
inline constexpr Eigen::Index enough_blocks = 10;

[[nodiscard]] AnalysisPlan make_plan(const AnalysedRun& run, Eigen::Index n_trajectories);

struct TrajectoryRecord {
  Eigen::ArrayXXd curves;        ///< [lags, 6 components * groups * pieces] <dx_a dx_b>, bohr^2
  Eigen::ArrayXXd displacement;  ///< [3, species * pieces] of the mean carrier from end to end, bohr
  Eigen::ArrayXXd distances;     ///< [samples, kinds] bohr; NaN where the run has no sites
  Eigen::ArrayXd occupation;     ///< groups of the first species, the next, ...; NaN likewise
  /// Shells of the first species, the next, ... [shells, 2]: fraction of the time (NaN likewise), sites.
  Eigen::ArrayXXd shells;
  double ambiguous_steps = 0;  ///< of wrapped coordinates that had to be unwrapped

  /// Zeros of the right shapes, e.g. to be received into.
  explicit TrajectoryRecord(const AnalysisPlan& plan);

  [[nodiscard]] auto curve(const AnalysisPlan& plan, Eigen::Index piece, Eigen::Index group) {
    return curves.middleCols<n_components>(n_components * (piece * plan.n_groups() + group));
  }
};

/// 1 / (1 - lag / (n T)) at every lag [lags], for walks of length T from which the mean drift of `n_walkers`
/// of them, which they are themselves, was taken out: the estimate follows the walks, so that the variance of
/// free walkers falls short by just that factor (2 D t - 2 (2 D t^2 / n T) + 2 D t^2 / n T). 1 at a lag of n
/// T, where nothing is left.
[[nodiscard]] Eigen::ArrayXd drift_correction(const LagPlan& lags, double n_walkers);

/// Mean displacement of each species from the first frame to the last of the plan [3, species], bohr.
[[nodiscard]] Eigen::Array3Xd total_displacement(const AnalysedRun& run, const AnalysisPlan& plan,
                                                 std::int64_t trajectory);

/// Reads and analyses a trajectory, a window of frames at a time. Local. Throws IoError.
[[nodiscard]] TrajectoryRecord analyse_trajectory(const AnalysedRun& run, const AnalysisPlan& plan,
                                                  std::int64_t trajectory);

}  // namespace hopmc::analysis
