#include "hopmc/analysis/trajectory_record.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "hopmc/analysis/frames.hpp"
#include "hopmc/analysis/pair_distances.hpp"
#include "hopmc/config/errors.hpp"

namespace hopmc::analysis {
namespace {

using Eigen::Index;
using trajectory::Column;

constexpr Index most_distance_samples = 1000;
constexpr Index distances_of_trajectory =
    200'000;  ///< about as many pairs are looked at, whatever their number
constexpr Index fewest_distance_samples = 20;
constexpr Index state_rows = 8192;
constexpr Index block_over_lags = 2;  ///< shorter blocks would not be independent of each other

Index blocks_of_trajectory(Index n_trajectories, Index n_frames, Index n_lags) {
  if (n_trajectories >= enough_blocks) return 1;
  const Index wanted = (enough_blocks + n_trajectories - 1) / n_trajectories;
  return std::max<Index>(1, std::min(wanted, n_frames / (block_over_lags * n_lags)));
}

void plan_distances(const AnalysedRun& run, AnalysisPlan& plan) {
  plan.n_distances = static_cast<Index>(PairDistances(run).names().size());
  const Index pairs = run.n_carriers * (run.n_carriers - 1) / 2;
  const Index samples =
      std::clamp(distances_of_trajectory / pairs, fewest_distance_samples, most_distance_samples);
  plan.distance_stride = (plan.lags.n_frames + samples - 1) / samples;
  plan.n_distance_samples = (plan.lags.n_frames - 1) / plan.distance_stride + 1;
}

/// sum q r / sum |q| of every row.
Positions center_of_charge(const AnalysedRun& run, const PositionsView& rows) {
  Positions center = Positions::Zero(rows.rows(), 3);
  double sum = 0;
  for (const CarrierGroup& species : run.species) {
    for (Index c = species.first; c < species.first + species.count; ++c) {
      center += species.charge * rows.middleCols<3>(3 * c);
      sum += std::abs(species.charge);
    }
  }
  return center / sum;
}

/// Takes the mean drift out of rows that start at frame `first` (of those not left out).
void remove_drift(const AnalysedRun& run, const AnalysisPlan& plan, Index first, Eigen::Ref<Positions> rows) {
  if (!run.has_field()) return;
  for (std::size_t s = 0; s < run.species.size(); ++s) {
    const Eigen::RowVector3d step =
        plan.drift.col(static_cast<Index>(s)).matrix().transpose() * plan.lags.interval;
    for (Index c = run.species[s].first; c < run.species[s].first + run.species[s].count; ++c) {
      for (Index f = 0; f < rows.rows(); ++f) {
        rows.block<1, 3>(f, 3 * c) -= static_cast<double>(first + f) * step;
      }
    }
  }
}

/// Curves of all groups over frames [first, first + n): windows that overlap by the longest lag.
std::vector<TensorCurve> curves_of(const AnalysedRun& run, const AnalysisPlan& plan, const Frames& frames,
                                   Index first, Index n) {
  const Index n_lags = plan.lags.n_lags;
  const Index origins = origins_of_window(n_lags, n, run.n_carriers);
  std::vector<DisplacementMoments> moments(static_cast<std::size_t>(plan.n_groups()),
                                           DisplacementMoments(n_lags, origins));
  Positions window(origins + n_lags - 1, 3 * run.n_carriers);
  Index kept = 0;  // rows of the window that are there already
  for (Index start = 0; start < n; start += origins) {
    const Index rows = std::min(n - start, window.rows());
    if (rows > kept) {
      auto fresh = window.middleRows(kept, rows - kept);
      frames.read(Column::unwrapped, plan.lags.skipped + first + start + kept, fresh);
      remove_drift(run, plan, first + start + kept, fresh);
    }
    const Index n_origins = std::min(origins, n - start);
    const auto view = window.topRows(rows);
    for (std::size_t s = 0; s < run.species.size(); ++s) {
      moments[s].add(view.middleCols(3 * run.species[s].first, 3 * run.species[s].count), n_origins);
    }
    if (plan.center_of_charge) moments.back().add(center_of_charge(run, view), n_origins);
    kept = rows - n_origins;
    for (Index row = 0; row < kept; ++row) window.row(row) = window.row(n_origins + row);
  }
  std::vector<TensorCurve> curves;
  for (std::size_t g = 0; g < moments.size(); ++g) {
    curves.emplace_back(moments[g].mean().colwise() * plan.correction.col(static_cast<Index>(g)));
  }
  return curves;
}

Eigen::Array3Xd displacement_between(const AnalysedRun& run, const Frames& frames, Index first, Index last) {
  Positions ends(2, 3 * run.n_carriers);
  frames.read(Column::unwrapped, first, ends.topRows(1));
  frames.read(Column::unwrapped, last, ends.bottomRows(1));
  const Eigen::RowVectorXd moved = ends.row(1) - ends.row(0);
  Eigen::Array3Xd mean = Eigen::Array3Xd::Zero(3, static_cast<Index>(run.species.size()));
  for (std::size_t s = 0; s < run.species.size(); ++s) {
    const CarrierGroup& species = run.species[s];
    for (Index c = species.first; c < species.first + species.count; ++c) {
      mean.col(static_cast<Index>(s)) += moved.segment<3>(3 * c).transpose().array();
    }
    mean.col(static_cast<Index>(s)) /= static_cast<double>(species.count);
  }
  return mean;
}

void require_sites(const AnalysedRun& run, std::int64_t trajectory, const Sites& sites) {
  if (sites.minCoeff() >= 0 && sites.maxCoeff() < run.supercell.n_sites()) return;
  throw IoError(fmt::format("{}: holds numbers that are no sites of the supercell",
                            run.reader->place(trajectory, Column::occupancy)));
}

/// Groups of the shells of each species in this trajectory; notes how many sites are in each.
std::vector<SiteGroups> shells_of(const AnalysedRun& run, const AnalysisPlan& plan, std::int64_t trajectory,
                                  TrajectoryRecord& record) {
  std::vector<SiteGroups> all;
  if (plan.shells.empty()) return all;
  const energy::Doping doping = dopants_of(run, trajectory);
  Index place = 0;
  for (const DopantShells& shells : plan.shells) {
    all.push_back(shells.groups(doping));
    const Index n = all.back().count();
    if (n > 0) record.shells.col(1).segment(place, n) = all.back().sites();
    place += n;
  }
  return all;
}

/// Adds the part of the frames and carriers of each species in each of its groups, weighted, to `shares`.
template <class Shares>
void add_occupation(const AnalysedRun& run, const Sites& sites, const std::vector<SiteGroups>& groups,
                    double weight, Shares shares) {
  Index place = 0;
  for (std::size_t s = 0; s < groups.size(); ++s) {
    shares.segment(place, groups[s].count()) += weight * occupation(sites, run.species[s], groups[s]);
    place += groups[s].count();
  }
}

/// Where the carriers are: occupation of groups of sites, and distances.
void add_states(const AnalysedRun& run, const AnalysisPlan& plan, const Frames& frames,
                std::int64_t trajectory, TrajectoryRecord& record) {
  const bool has_sites = frames.has(Column::occupancy) && !run.config.output.occupancy_of_every_site;
  if (!has_sites && !frames.has(Column::wrapped)) {
    record.occupation.setConstant(std::numeric_limits<double>::quiet_NaN());
    record.shells.setConstant(std::numeric_limits<double>::quiet_NaN());
    record.distances.setConstant(std::numeric_limits<double>::quiet_NaN());
    return;
  }
  const SiteFinder finder(run);
  const std::vector<SiteGroups> shells = shells_of(run, plan, trajectory, record);
  Positions wrapped;
  Sites sites;
  const Index n_frames = plan.lags.n_frames;
  for (Index first = 0; first < n_frames; first += state_rows) {
    const Index n = std::min(state_rows, n_frames - first);
    const Index row = plan.lags.skipped + first;
    if (has_sites) {
      sites.resize(n, run.n_carriers);
      frames.read_sites(row, sites);
      require_sites(run, trajectory, sites);
    } else {
      wrapped.resize(n, 3 * run.n_carriers);
      frames.read(Column::wrapped, row, wrapped);
      sites = finder.sites_at(wrapped);
    }
    const double weight = static_cast<double>(n) / static_cast<double>(n_frames);
    add_occupation(run, sites, plan.site_groups, weight, record.occupation.head(record.occupation.size()));
    add_occupation(run, sites, shells, weight, record.shells.col(0));
    if (plan.n_distances == 0) continue;
    const PairDistances distances(run);
    const Index stride = plan.distance_stride;
    for (Index f = (first + stride - 1) / stride * stride; f < first + n; f += stride) {
      record.distances.row(f / stride) = distances.means(sites.row(f - first)).transpose();
    }
  }
}

}  // namespace

AnalysisPlan make_plan(const AnalysedRun& run, Index n_trajectories) {
  AnalysisPlan plan;
  plan.lags = plan_lags(run.config.msd, run.n_frames, run.config.time_interval, run.place);
  plan.n_blocks = blocks_of_trajectory(n_trajectories, plan.lags.n_frames, plan.lags.n_lags);
  plan.center_of_charge = run.n_carriers > 1;
  plan.drift = Eigen::Array3Xd::Zero(3, static_cast<Index>(run.species.size()));
  for (const CarrierGroup& species : run.species) {
    plan.site_groups.push_back(class_groups(run.crystal, run.supercell, species.basis));
    if (run.dopant_kinds.empty()) continue;
    plan.shells.emplace_back(run.supercell, run.dopant_kinds, run.dopant_shells, species.basis);
  }
  plan.correction = Eigen::ArrayXXd::Ones(plan.lags.n_lags, plan.n_groups());
  if (run.has_field()) {
    const auto n = static_cast<double>(n_trajectories);
    for (Index s = 0; s < plan.drift.cols(); ++s) {
      const auto count = static_cast<double>(run.species[static_cast<std::size_t>(s)].count);
      plan.correction.col(s) = drift_correction(plan.lags, n * count);
    }
    // A species' drift times the number of its carriers, which the center of charge has, is one walker's.
    if (plan.center_of_charge) plan.correction.rightCols<1>() = drift_correction(plan.lags, n);
  }
  if (run.n_carriers > 1) plan_distances(run, plan);
  return plan;
}

Eigen::ArrayXd drift_correction(const LagPlan& lags, double n_walkers) {
  const Eigen::ArrayXd left =
      1 - Eigen::ArrayXd::LinSpaced(lags.n_lags, 0, lags.time(lags.n_lags - 1)) / (n_walkers * lags.length());
  constexpr double nothing = 1e-12;
  return (left > nothing).select(left.inverse(), 1.0);
}

TrajectoryRecord::TrajectoryRecord(const AnalysisPlan& plan)
    : curves(Eigen::ArrayXXd::Zero(plan.lags.n_lags, n_components * plan.n_groups() * plan.n_pieces())),
      displacement(Eigen::ArrayXXd::Zero(3, plan.drift.cols() * plan.n_pieces())),
      distances(Eigen::ArrayXXd::Zero(plan.n_distance_samples, plan.n_distances)) {
  Index n = 0;
  for (const SiteGroups& groups : plan.site_groups) n += groups.count();
  occupation = Eigen::ArrayXd::Zero(n);
  Index n_shells = 0;
  for (const DopantShells& s : plan.shells) n_shells += static_cast<Index>(s.list().size());
  shells = Eigen::ArrayXXd::Zero(n_shells, 2);
}

Eigen::Array3Xd total_displacement(const AnalysedRun& run, const AnalysisPlan& plan,
                                   std::int64_t trajectory) {
  const Index first = plan.lags.skipped;
  return displacement_between(run, Frames(run, trajectory), first, first + plan.lags.n_frames - 1);
}

TrajectoryRecord analyse_trajectory(const AnalysedRun& run, const AnalysisPlan& plan,
                                    std::int64_t trajectory) {
  const Frames frames(run, trajectory);
  TrajectoryRecord record(plan);
  const Index block = plan.lags.n_frames / plan.n_blocks;
  for (Index piece = 0; piece < plan.n_pieces(); ++piece) {
    const Index first = piece == 0 ? 0 : (piece - 1) * block;
    const Index n = piece == 0 ? plan.lags.n_frames : block;
    const std::vector<TensorCurve> curves = curves_of(run, plan, frames, first, n);
    for (Index g = 0; g < plan.n_groups(); ++g) {
      record.curve(plan, piece, g) = curves[static_cast<std::size_t>(g)];
    }
    record.displacement.middleCols(piece * plan.drift.cols(), plan.drift.cols()) =
        displacement_between(run, frames, plan.lags.skipped + first, plan.lags.skipped + first + n - 1);
  }
  add_states(run, plan, frames, trajectory, record);
  record.ambiguous_steps = static_cast<double>(frames.ambiguous_steps());
  return record;
}

}  // namespace hopmc::analysis
