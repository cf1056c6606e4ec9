#include "hopmc/analysis/online_diffusion.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <boost/mpi/collectives.hpp>
#include <cmath>
#include <functional>
#include <limits>
#include <utility>

#include "hopmc/analysis/line_fit.hpp"
#include "hopmc/analysis/trajectory_record.hpp"
#include "hopmc/config/errors.hpp"
#include "report_units.hpp"

namespace hopmc::analysis {
namespace {

using Eigen::Index;
using trajectory::Axis;
using trajectory::Column;

constexpr double unknown = std::numeric_limits<double>::quiet_NaN();
/// Lags that the window of the fit should reach over, at least.
constexpr Index fewest_lags = 4;

std::string obstacle_of(const config::RunConfig& run, const trajectory::Layout& layout, Index n_frames) {
  if (n_frames < 0) return "frames are hops (unwrapped_traj.write_every_step)";
  if (layout.find(Column::unwrapped) == nullptr) {
    return "the unwrapped coordinates are not written (unwrapped_traj.write)";
  }
  if (run.field.magnitude != 0) return "there is an electric field";
  return "";
}

/// Frames from one sample to the next.
Index stride_of(const LagPlan& lags, Index n_frames) {
  const Index wanted = std::max(fewest_frames_a_sample, (n_frames + most_samples - 1) / most_samples);
  return std::max<Index>(1, std::min(wanted, lags.last / fewest_lags));
}

/// Sets the weights of the line through the lags in [first, last] (frames), and what is long enough for it.
/// False where they are too few.
bool set_slope_weights(OnlinePlan& plan, Index first, Index last, Index n_frames) {
  const auto n = static_cast<Index>(plan.lags.size());
  const auto lag = [&](Index i) { return static_cast<double>(plan.lags[static_cast<std::size_t>(i)]); };
  const auto in_window = [&](Index i) {
    const Index frames = plan.lags[static_cast<std::size_t>(i)] * plan.stride;
    return frames >= first && frames <= last;
  };
  Eigen::ArrayXd time(n), width = Eigen::ArrayXd::Zero(n);
  Index last_lag = 0;  // samples
  for (Index i = 0; i < n; ++i) {
    time[i] = lag(i) * plan.interval;
    if (!in_window(i)) continue;
    const double below = i > 0 ? lag(i - 1) : 0;
    const double above = i + 1 < n ? lag(i + 1) : lag(i) + (lag(i) - below);
    width[i] = (above - below) / 2;
    last_lag = plan.lags[static_cast<std::size_t>(i)];
  }
  plan.shortest = std::min(2 * last_lag, (n_frames - 1) / plan.stride) + 1;
  if ((width > 0).count() < 2) return false;
  const Eigen::ArrayXd from_mean = time - (width * time).sum() / width.sum();
  plan.slope_weights = width * from_mean / (width * from_mean.square()).sum();
  return true;
}

}  // namespace

void WeightedMeans::add(Index i, double weight, double value) {
  const double ww = weight * weight;
  sums_.row(i) += Eigen::Array<double, 1, 6>(1.0, weight, weight * value, ww, ww * value, ww * value * value);
}

void WeightedMeans::reduce(const boost::mpi::communicator& comm) {
  const Eigen::ArrayXXd mine = sums_;
  boost::mpi::all_reduce(comm, mine.data(), static_cast<int>(mine.size()), sums_.data(), std::plus<double>());
}

double WeightedMeans::standard_error(Index i) const {
  const double n = count(i);
  if (n < 2) return unknown;
  const double m = mean(i);
  const double scatter = std::max(0.0, sums_(i, 5) - 2 * m * sums_(i, 4) + m * m * sums_(i, 3));
  return std::sqrt(scatter * n / (n - 1)) / sums_(i, 1);
}

OnlinePlan plan_online(const config::RunConfig& run, const trajectory::Layout& layout, Index n_frames) {
  OnlinePlan plan;
  plan.obstacle = obstacle_of(run, layout, n_frames);
  if (!plan.obstacle.empty()) return plan;
  LagPlan lags;
  try {
    lags = plan_lags(run.msd, n_frames, run.time_interval, "simulation_parameters.yml");
  } catch (const InputError& error) {
    plan.obstacle = error.what();
    return plan;
  }
  for (const config::Species& species : run.material.species) {
    if (species.count == 0) continue;
    plan.species.push_back(species.name);
    plan.carriers.push_back({plan.n_carriers, species.count});
    plan.n_carriers += species.count;
  }
  plan.n_dim = run.msd.n_dim;
  plan.skipped = lags.skipped;
  plan.stride = stride_of(lags, lags.n_frames);
  plan.interval = static_cast<double>(plan.stride) * run.time_interval;
  plan.lags = multiple_tau_lags((lags.n_lags - 1) / plan.stride);
  if (!set_slope_weights(plan, lags.first, lags.last, lags.n_frames)) {
    plan.obstacle = "fewer than two lags of the coarse grid lie in the window of msd_t_final and trim_length";
  }
  return plan;
}

OnlineDiffusion::OnlineDiffusion(OnlinePlan plan, std::optional<double> target_error)
    : plan_(std::move(plan)),
      target_error_(target_error),
      current_(plan_.carriers, plan_.n_carriers, plan_.lags.back()),
      finished_(static_cast<Index>(plan_.species.size()) * (n_lags() + 1)),
      all_(finished_) {}

void OnlineDiffusion::observe(const trajectory::FrameBlock& block) {
  const Index first = block.first_row(Axis::frame);
  const Index rows = block.rows(Axis::frame);
  if (first == 0) current_.clear();
  under_way_ = true;
  const auto* positions = reinterpret_cast<const double*>(block.data(Column::unwrapped).data());
  const Index done = std::max<Index>(0, first - plan_.skipped);
  const Index next = plan_.skipped + (done + plan_.stride - 1) / plan_.stride * plan_.stride;
  for (Index frame = next; frame < first + rows; frame += plan_.stride) {
    current_.add(positions + (frame - first) * 3 * plan_.n_carriers);
  }
  if (!block.finished()) return;
  count_current(finished_);
  under_way_ = false;
}

/// Adds the trajectory under way to the means, if it is long enough.
void OnlineDiffusion::count_current(WeightedMeans& means) const {
  if (current_.samples() < plan_.shortest) return;
  const Eigen::ArrayXd origins = current_.origins();
  for (std::size_t s = 0; s < plan_.species.size(); ++s) {
    const Eigen::ArrayXd msd = current_.sums().col(static_cast<Index>(s)) /
                               (origins.max(1) * static_cast<double>(plan_.carriers[s].count));
    const Index place = place_of(s);
    for (Index i = 0; i < n_lags(); ++i) {
      if (origins[i] > 0) means.add(place - n_lags() + i, origins[i], msd[i]);
    }
    means.add(place, static_cast<double>(current_.samples()),
              (plan_.slope_weights * msd).sum() / (2.0 * plan_.n_dim));
  }
}

void OnlineDiffusion::reduce(const boost::mpi::communicator& comm) {
  all_ = finished_;
  if (under_way_) count_current(all_);
  all_.reduce(comm);
}

std::string OnlineDiffusion::text() const {
  std::vector<std::string> parts;
  for (std::size_t s = 0; s < plan_.species.size(); ++s) {
    const Index place = place_of(s);
    if (all_.count(place) < 1) continue;
    const double d = all_.mean(place);
    const double percent = 100 * all_.standard_error(place) / std::abs(d);
    parts.push_back(fmt::format("D({}) {:.2e} cm2/s", plan_.species[s], d * cm2_per_s));
    if (std::isfinite(percent)) parts.back() += fmt::format(" +- {:.2g} %", percent);
  }
  return fmt::format("{}", fmt::join(parts, ", "));
}

bool OnlineDiffusion::enough() const {
  if (!target_error_) return false;
  for (std::size_t s = 0; s < plan_.species.size(); ++s) {
    const Index place = place_of(s);
    if (all_.count(place) < static_cast<double>(enough_blocks)) return false;
    if (!(all_.standard_error(place) < *target_error_ * std::abs(all_.mean(place)))) return false;
  }
  return true;
}

}  // namespace hopmc::analysis
