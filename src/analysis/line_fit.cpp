#include "hopmc/analysis/line_fit.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "hopmc/config/errors.hpp"
#include "hopmc/units/units.hpp"

namespace hopmc::analysis {
namespace {

using Eigen::Index;

constexpr double default_part = 0.1;     ///< of the trajectory, and of the lags at either end
constexpr double rounding_slack = 1e-9;  ///< a quotient that is whole but for rounding counts as whole
constexpr Index fewest_frames = 20;
constexpr double fewest_intervals = 3;  ///< lags 0 .. 3: two are left where one is left out at either end

std::string lag_text(double time, const std::string& unit) {
  return fmt::format("{:g} {}", time * units::atomic_time / config::seconds_of(unit), unit);
}

}  // namespace

LagPlan plan_lags(const config::MsdConfig& msd, Index n_frames, double time_interval,
                  const std::string& place) {
  LagPlan plan;
  plan.interval = time_interval;
  plan.skipped = static_cast<Index>(std::ceil(msd.equilibration / time_interval * (1 - rounding_slack)));
  plan.n_frames = n_frames - plan.skipped;
  const std::string after = plan.skipped > 0 ? " after equilibration_time" : "";
  if (plan.n_frames < fewest_frames) {
    throw InputError(Problem{place, 0, plan.skipped > 0 ? "equilibration_time" : "",
                             fmt::format("the trajectories have {} frames{}; expected at least {} for a mean "
                                         "square displacement",
                                         std::max<Index>(0, plan.n_frames), after, fewest_frames)});
  }
  const double longest = plan.length();
  const double wanted =
      msd.longest_lag.value_or(std::max(default_part * longest, fewest_intervals * time_interval));
  if (wanted > longest * (1 + rounding_slack)) {
    throw InputError(Problem{
        place, 0, "msd_t_final",
        fmt::format(
            "is {}, and the trajectories are {} long{}; expected a shorter lag (--set msd_t_final=...)",
            lag_text(wanted, msd.time_unit), lag_text(longest, msd.time_unit), after)});
  }
  plan.n_lags = static_cast<Index>(std::floor(wanted / time_interval * (1 + rounding_slack))) + 1;
  const auto by_default =
      std::max<Index>(1, static_cast<Index>(default_part * static_cast<double>(plan.n_lags)));
  plan.first = static_cast<Index>(msd.trim_length.value_or(by_default));
  plan.last = plan.n_lags - 1 - plan.first;
  if (plan.last <= plan.first) {
    throw InputError(Problem{
        place, 0, "trim_length",
        fmt::format("{} lags left out at either end of the {} up to {} leave fewer than two to fit; expected "
                    "a smaller trim_length or a longer msd_t_final",
                    plan.first, plan.n_lags, lag_text(wanted, msd.time_unit))});
  }
  return plan;
}

LineFit fit_line(const Eigen::Ref<const Eigen::ArrayXd>& curve, const LagPlan& plan) {
  const Index n = plan.last - plan.first + 1;
  const Eigen::ArrayXd y = curve.segment(plan.first, n);
  const Eigen::ArrayXd x = Eigen::ArrayXd::LinSpaced(n, plan.time(plan.first), plan.time(plan.last)) -
                           0.5 * (plan.time(plan.first) + plan.time(plan.last));
  const Eigen::ArrayXd dy = y - y.mean();
  const double xx = x.square().sum();
  const double xy = (x * dy).sum();
  const double yy = dy.square().sum();
  LineFit fit;
  fit.slope = xy / xx;
  fit.intercept = y.mean() - fit.slope * 0.5 * (plan.time(plan.first) + plan.time(plan.last));
  fit.r_squared = yy > 0 ? xy * xy / (xx * yy) : 1.0;
  return fit;
}

}  // namespace hopmc::analysis
