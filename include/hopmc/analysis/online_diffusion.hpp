#pragma once
/// Mean square displacements and diffusivities while a run goes on.

#include <Eigen/Core>
#include <optional>
#include <string>
#include <vector>

#include "hopmc/analysis/estimate.hpp"
#include "hopmc/analysis/multiple_tau.hpp"
#include "hopmc/config/run_config.hpp"
#include "hopmc/ensemble/observer.hpp"
#include "hopmc/trajectory/columns.hpp"
#include "hopmc/validate/run_record.hpp"

namespace hopmc::analysis {

/// Weighted means of independent samples, several at a time, as sums that ranks can add up.
class WeightedMeans {
 public:
  explicit WeightedMeans(Eigen::Index n) : sums_(Eigen::ArrayXXd::Zero(n, 6)) {}
  void add(Eigen::Index i, double weight, double value);
  /// Adds up those of all ranks. Collective.
  void reduce(const boost::mpi::communicator& comm);

  [[nodiscard]] double count(Eigen::Index i) const { return sums_(i, 0); }
  [[nodiscard]] double mean(Eigen::Index i) const { return sums_(i, 2) / sums_(i, 1); }
  /// From the scatter of the samples around their weighted mean, of which n / (n - 1) is not seen for it
  /// being their mean; sd / sqrt(n) for equal weights. NaN for fewer than two samples.
  [[nodiscard]] double standard_error(Eigen::Index i) const;

 private:
  Eigen::ArrayXXd sums_;  ///< of 1, w, wx, w^2, w^2 x, w^2 x^2
};

/// What is to be observed of a run; the same on every rank.
struct OnlinePlan {
  std::string obstacle;  ///< why this run cannot be observed; empty: it can
  std::vector<std::string> species;
  std::vector<CarrierRange> carriers;  ///< of each species
  Eigen::Index n_carriers = 0;
  Eigen::Index skipped = 0;        ///< leading frames left out; the next one is the first sample
  Eigen::Index stride = 1;         ///< frames from one sample to the next
  double interval = 0;             ///< the same in atomic time
  std::vector<Eigen::Index> lags;  ///< samples
  Eigen::ArrayXd slope_weights;    ///< slope of the fitted line = sum of weight * msd; 0 outside the window
  Eigen::Index shortest = 0;       ///< samples that a trajectory must have to count
  int n_dim = 3;
};

/// Samples that a trajectory is reduced to at most, where the window of the fit allows it.
inline constexpr Eigen::Index most_samples = 512;
/// Frames that a sample should have to itself: they cost some 100 times what it costs.
inline constexpr Eigen::Index fewest_frames_a_sample = 32;

/// The lags and the window of `hopmc analyze` (plan_lags()), on a coarser grid. The line through the mean
/// square displacement weighs each lag by its distance from its neighbours, so that it is about the line
/// through lags at equal distances. Needs frames at intervals with unwrapped coordinates, and no field (its
/// drift would have to be known to be taken out).
[[nodiscard]] OnlinePlan plan_online(const config::RunConfig& run, const trajectory::Layout& layout,
                                     Eigen::Index n_frames);

/// Every trajectory has a diffusivity of its own; the mean weighs them by their length, and its error follows
/// from their scatter. Trajectories not at their end count once they are twice as long as the longest lag of
/// the fit.
class OnlineDiffusion final : public ensemble::Observer {
 public:
  /// `target_error`: relative standard error of every species' diffusivity that is enough.
  OnlineDiffusion(OnlinePlan plan, std::optional<double> target_error);

  void observe(const trajectory::FrameBlock& block) override;
  void reduce(const boost::mpi::communicator& comm) override;
  /// "D(electron) 3.2e-05 cm2/s +- 4 %".
  [[nodiscard]] std::string text() const override;
  /// Needs enough_blocks trajectories too: from fewer the error is too uncertain itself.
  [[nodiscard]] bool enough() const override;
  [[nodiscard]] std::optional<trajectory::Results> results() const override;

 private:
  void count_current(WeightedMeans& means) const;
  [[nodiscard]] Eigen::Index n_lags() const { return static_cast<Eigen::Index>(plan_.lags.size()); }
  /// Place of a species' diffusivity in the means; its mean square displacements come before.
  [[nodiscard]] Eigen::Index place_of(std::size_t species) const {
    return static_cast<Eigen::Index>(species) * (n_lags() + 1) + n_lags();
  }

  OnlinePlan plan_;
  std::optional<double> target_error_;
  MultipleTau current_;  ///< the trajectory under way
  bool under_way_ = false;
  WeightedMeans finished_;  ///< trajectories of this rank
  WeightedMeans all_;       ///< of all ranks, as of the last reduce()
};

/// Name of the group of results.
inline constexpr const char* online_group = validate::online_group;
struct OnlineDiffusivity {
  std::string species;
  Estimate diffusivity;  ///< cm^2/s; value and standard error alone
};
/// The diffusivities among such results; empty where they are not understood.
[[nodiscard]] std::vector<OnlineDiffusivity> online_diffusivities(const trajectory::Results& results);
/// A line "D(electron)  (3.21 ± 0.13)e-05 cm^2/s" for each species; empty where they are not understood.
[[nodiscard]] std::vector<std::string> online_lines(const trajectory::Results& results);

}  // namespace hopmc::analysis
