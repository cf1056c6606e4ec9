#pragma once
/// Straight lines through mean square displacements.

#include <Eigen/Core>
#include <string>

#include "hopmc/config/run_config.hpp"

namespace hopmc::analysis {

/// Which frames and lags there are and which lags are fitted; the same for all trajectories of a run.
struct LagPlan {
  Eigen::Index skipped = 0;   ///< leading frames left out: carriers have yet to find their equilibrium
  Eigen::Index n_frames = 0;  ///< those that are left
  double interval = 0;        ///< between lags, atomic time
  Eigen::Index n_lags = 0;    ///< lags 0 .. n_lags - 1
  Eigen::Index first = 0;     ///< of the fit
  Eigen::Index last = 0;      ///< of the fit, inclusive
  [[nodiscard]] double time(Eigen::Index lag) const { return static_cast<double>(lag) * interval; }
  /// Time from the first frame that is not left out to the last.
  [[nodiscard]] double length() const { return time(n_frames - 1); }
};

/// Frames before the equilibration time are left out of the `n_frames` of a trajectory; all else is of those
/// left. PyCD's window: lags up to msd_t_final, the fit without trim_length lags at either end. Where they
/// are not given, lags up to a tenth of the trajectory (three intervals at least), and a tenth of these left
/// out at either end. `place`: of the keys, for messages. Throws InputError where the trajectory is too short
/// for the lags, or the fit is left with fewer than two.
[[nodiscard]] LagPlan plan_lags(const config::MsdConfig& msd, Eigen::Index n_frames, double time_interval,
                                const std::string& place);

struct LineFit {
  double slope = 0;
  double intercept = 0;
  double r_squared = 0;
};

/// Least squares through `curve` (by lag) in the plan's fit window.
[[nodiscard]] LineFit fit_line(const Eigen::Ref<const Eigen::ArrayXd>& curve, const LagPlan& plan);

}  // namespace hopmc::analysis
