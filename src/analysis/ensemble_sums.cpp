#include "ensemble_sums.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "conductivity.hpp"
#include "hopmc/analysis/pair_distances.hpp"

namespace hopmc::analysis {
namespace {

using Eigen::Index;

std::size_t at(Index i) {
  return static_cast<std::size_t>(i);
}

/// The components and their trace.
Eigen::ArrayXXd with_trace(const TensorCurve& curve) {
  Eigen::ArrayXXd all(curve.rows(), n_components + 1);
  all.leftCols<n_components>() = curve;
  all.col(trace_column) = curve.col(0) + curve.col(1) + curve.col(2);
  return all;
}

/// `value` with the errors of blocks which a factor turns into its unit.
Estimate scaled(double value, const std::vector<double>& blocks, double factor) {
  return estimate(value, blocks).times(factor);
}

}  // namespace

void RunningMean::add(const Eigen::ArrayXXd& sample) {
  if (count_ == 0) mean_ = squares_ = Eigen::ArrayXXd::Zero(sample.rows(), sample.cols());
  count_ += 1;
  const Eigen::ArrayXXd deviation = sample - mean_;
  mean_ += deviation / count_;
  squares_ += deviation * (sample - mean_);
}

Eigen::ArrayXXd RunningMean::error() const {
  if (count_ < 2) {
    return Eigen::ArrayXXd::Constant(mean_.rows(), mean_.cols(), std::numeric_limits<double>::quiet_NaN());
  }
  return (squares_ / ((count_ - 1) * count_)).sqrt();
}

void GroupSums::add_whole(const TensorCurve& curve, const AnalysisPlan& plan) {
  whole_.add(with_trace(curve));
  if (plan.n_blocks == 1) add_block(curve, plan);
}

void GroupSums::add_block(const TensorCurve& curve, const AnalysisPlan& plan) {
  const Eigen::ArrayXXd all = with_trace(curve);
  blocks_.add(all);
  Eigen::Array<double, 7, 1> slopes;
  for (Index k = 0; k < all.cols(); ++k) slopes[k] = fit_line(all.col(k), plan.lags).slope;
  block_slopes_.push_back(slopes);
}

std::vector<double> GroupSums::slopes() const {
  std::vector<double> slopes;
  for (const auto& block : block_slopes_) slopes.push_back(block[trace_column]);
  return slopes;
}

Diffusion GroupSums::result(const AnalysisPlan& plan, int n_dim) const {
  Diffusion d;
  d.msd = {whole_.mean(), blocks_.error()};
  d.fit = fit_line(whole_.mean().col(trace_column), plan.lags);
  d.diffusivity = scaled(d.fit.slope, slopes(), 1 / (2.0 * n_dim));
  for (Index k = 0; k < n_components; ++k) {
    std::vector<double> blocks;
    for (const auto& slopes_of_block : block_slopes_) blocks.push_back(slopes_of_block[k]);
    d.tensor[at(k)] = scaled(fit_line(whole_.mean().col(k), plan.lags).slope, blocks, 0.5);
  }
  return d;
}

EnsembleSums::EnsembleSums(const AnalysedRun& run, const AnalysisPlan& plan)
    : run_(run), plan_(plan), groups_(at(plan.n_groups())), velocities_(run.species.size()) {
  const TrajectoryRecord shapes(plan);
  occupation_.resize(at(shapes.occupation.size()));
  shell_time_.resize(at(shapes.shells.rows()));
  shell_sites_.resize(at(shapes.shells.rows()));
  distances_.resize(at(shapes.distances.cols()));
  distances_by_time_ = shapes.distances;
}

void EnsembleSums::add(TrajectoryRecord& record) {
  ++n_trajectories_;
  ambiguous_steps_ += record.ambiguous_steps;
  for (Index g = 0; g < plan_.n_groups(); ++g) {
    groups_[at(g)].add_whole(record.curve(plan_, 0, g), plan_);
    for (Index piece = 1; piece < plan_.n_pieces(); ++piece) {
      groups_[at(g)].add_block(record.curve(plan_, piece, g), plan_);
    }
  }
  const Index n_species = plan_.drift.cols();
  const Index frames = plan_.lags.n_frames / plan_.n_blocks;
  const double time = static_cast<double>(frames - 1) * plan_.lags.interval;
  for (Index piece = plan_.n_pieces() > 1 ? 1 : 0; piece < plan_.n_pieces(); ++piece) {
    for (Index s = 0; s < n_species; ++s) {
      velocities_[at(s)].emplace_back(record.displacement.col(piece * n_species + s).matrix() / time);
    }
  }
  for (Index g = 0; g < record.occupation.size(); ++g) occupation_[at(g)].push_back(record.occupation[g]);
  for (Index g = 0; g < record.shells.rows(); ++g) {
    shell_time_[at(g)].push_back(record.shells(g, 0));
    shell_sites_[at(g)].push_back(record.shells(g, 1));
  }
  for (Index k = 0; k < record.distances.cols(); ++k) {
    distances_[at(k)].push_back(record.distances.col(k).mean());
  }
  distances_by_time_ += record.distances;
}

void EnsembleSums::add_drift(const AnalysedRun& run, SpeciesResult& result, Index species) const {
  const auto& velocities = velocities_[at(species)];
  std::vector<double> component(velocities.size());
  for (Index d = 0; d < 3; ++d) {
    for (std::size_t b = 0; b < velocities.size(); ++b) component[b] = velocities[b][d];
    result.velocity[at(d)] = estimate_mean(component);
  }
  if (!run.has_field()) return;
  const double sign = result.charge < 0 ? -1 : 1;
  for (std::size_t b = 0; b < velocities.size(); ++b) {
    component[b] = sign * velocities[b].dot(run.field) / run.field.squaredNorm();
  }
  result.drift_mobility = estimate_mean(component);
}

/// Shells without sites in any trajectory are left out.
void EnsembleSums::add_shells(SpeciesResult& result, Index species) const {
  if (plan_.shells.empty()) return;
  std::size_t place = 0;
  for (Index s = 0; s < species; ++s) place += plan_.shells[at(s)].list().size();
  const auto all_sites = static_cast<double>(run_.species[at(species)].basis.size()) *
                         static_cast<double>(run_.supercell.n_cells());
  for (const DopantShell& shell : plan_.shells[at(species)].list()) {
    const std::vector<double>& time = shell_time_[place];
    const std::vector<double>& sites = shell_sites_[place++];
    const Estimate share = estimate_mean(time);
    const double mean_sites = estimate_mean(sites).value;
    if (std::isnan(share.value) || mean_sites == 0) continue;
    Estimate ratio = estimate_ratio(share.value, time, mean_sites, sites).times(all_sites);
    const auto none = std::count(sites.begin(), sites.end(), 0.0);
    if (static_cast<std::size_t>(none) + 1 == sites.size()) {  // a single one has no scatter
      ratio = Estimate();
      ratio.value = share.value / mean_sites * all_sites;
    }
    result.shells.push_back({shell, mean_sites, mean_sites / all_sites, share, ratio});
  }
}

SpeciesResult EnsembleSums::species_result(Index species) const {
  const CarrierGroup& group = run_.species[at(species)];
  SpeciesResult result;
  result.name = group.name;
  result.charge = group.charge;
  result.count = group.count;
  result.diffusion = groups_[at(species)].result(plan_, run_.config.msd.n_dim);
  result.diffusion.mobility = result.diffusion.diffusivity.times(std::abs(group.charge) / run_.kT);
  add_drift(run_, result, species);
  Index first = 0;
  for (Index s = 0; s < species; ++s) first += plan_.site_groups[at(s)].count();
  const SiteGroups& groups = plan_.site_groups[at(species)];
  const Eigen::ArrayXd shares = groups.share_of_sites();
  for (Index g = 0; g < groups.count(); ++g) {
    const Estimate share = estimate_mean(occupation_[at(first + g)]);
    if (std::isnan(share.value)) continue;
    result.occupation.push_back({groups.names[at(g)], shares[g], share});
  }
  add_shells(result, species);
  return result;
}

CollectiveResult EnsembleSums::collective_result(const std::vector<SpeciesResult>& species) const {
  const GroupSums& center = groups_.back();
  const int n_dim = run_.config.msd.n_dim;
  CollectiveResult result;
  result.center_of_charge = center.result(plan_, n_dim);
  double sum_q = 0, sum_q2 = 0;
  for (const SpeciesResult& s : species) {
    sum_q += static_cast<double>(s.count) * std::abs(s.charge);
    sum_q2 += static_cast<double>(s.count) * s.charge * s.charge;
  }
  const double to_charge = sum_q * sum_q / sum_q2;  // from the center of charge to sum q dr
  result.charge_diffusivity = result.center_of_charge.diffusivity.times(to_charge);
  double tracer = 0;
  std::vector<double> tracer_blocks, charge_blocks = center.slopes();
  for (double& slope : charge_blocks) slope *= to_charge / (2.0 * n_dim);
  tracer_blocks.resize(charge_blocks.size(), 0.0);
  for (std::size_t s = 0; s < species.size(); ++s) {
    const double weight =
        static_cast<double>(species[s].count) * species[s].charge * species[s].charge / sum_q2;
    tracer += weight * species[s].diffusion.diffusivity.value;
    const std::vector<double> slopes = groups_[s].slopes();
    for (std::size_t b = 0; b < slopes.size(); ++b) tracer_blocks[b] += weight * slopes[b] / (2.0 * n_dim);
  }
  if (result.charge_diffusivity.value == 0) return result;  // nothing moved: no ratio of 0 to 0
  result.haven_ratio = estimate_ratio(tracer, tracer_blocks, result.charge_diffusivity.value, charge_blocks);
  return result;
}

Analysis EnsembleSums::result() const {
  Analysis a;
  a.lags = plan_.lags;
  a.n_trajectories = n_trajectories_;
  a.ambiguous_steps = static_cast<std::int64_t>(ambiguous_steps_);
  a.n_blocks = plan_.n_blocks;
  for (Index s = 0; s < plan_.drift.cols(); ++s) a.species.push_back(species_result(s));
  if (plan_.center_of_charge) a.collective = collective_result(a.species);
  a.conductivity = conductivity(a, run_);
  if (plan_.n_distances == 0) return a;
  a.distance_interval = static_cast<double>(plan_.distance_stride) * plan_.lags.interval;
  const std::vector<std::string> names = PairDistances(run_).names();
  for (Index k = 0; k < plan_.n_distances; ++k) {
    const Estimate mean = estimate_mean(distances_[at(k)]);
    if (std::isnan(mean.value)) continue;
    a.distances.push_back(
        {names[at(k)], mean, distances_by_time_.col(k) / static_cast<double>(n_trajectories_)});
  }
  return a;
}

}  // namespace hopmc::analysis
