#pragma once
/// Transport from the trajectories of a run: diffusion, mobility, correlation of carriers, occupation.

#include <Eigen/Core>
#include <array>
#include <boost/mpi/communicator.hpp>
#include <optional>
#include <string>
#include <vector>

#include "hopmc/analysis/estimate.hpp"
#include "hopmc/analysis/trajectory_record.hpp"

namespace hopmc::analysis {

/// Mean and standard error of a curve: a column for each component, and for their trace (the mean square
/// displacement) as the last. [lags, 7] bohr^2; the error is NaN where there are fewer than two blocks.
struct CurveStatistics {
  Eigen::ArrayXXd mean;
  Eigen::ArrayXXd error;
};
inline constexpr Eigen::Index trace_column = n_components;

/// How a group of carriers diffuses. In atomic units.
struct Diffusion {
  CurveStatistics msd;
  LineFit fit;                     ///< through the mean square displacement
  Estimate diffusivity;            ///< slope / (2 n_dim)
  std::array<Estimate, 6> tensor;  ///< slopes / 2, in the order of tensor_components
  Estimate mobility;               ///< |q| D / kT
};

/// Time that carriers spend on a group of sites.
struct Occupation {
  std::string group;
  double share_of_sites = 0;
  Estimate share;  ///< of the time
};

/// Time that carriers spend in a shell of hops around the nearest dopant.
struct ShellOccupation {
  DopantShell shell;
  double sites = 0;  ///< in it, mean over trajectories
  double share_of_sites = 0;
  Estimate share;  ///< of the time
  Estimate ratio;  ///< of both shares: 1 where carriers go at random
};

struct SpeciesResult {
  std::string name;
  double charge = 0;
  Eigen::Index count = 0;
  Diffusion diffusion;
  std::array<Estimate, 3> velocity;     ///< mean, bohr / atomic time
  Estimate drift_mobility;              ///< sign(q) v . F / F^2; only with a field
  std::vector<Occupation> occupation;   ///< empty: the run has neither occupancy nor wrapped coordinates
  std::vector<ShellOccupation> shells;  ///< empty likewise, and without dopants on the species' elements
};

/// All carriers together, by the displacement of their center of charge R = sum q r / sum |q|.
struct CollectiveResult {
  Diffusion center_of_charge;  ///< of R; its mobility is not set
  /// <|sum q dr|^2> / (2 n_dim t sum q^2): what the conductivity follows from; that of the carriers where
  /// they move independently.
  Estimate charge_diffusivity;
  /// sum q^2 D_tracer / (sum q^2 charge diffusivity) (G. E. Murch, Solid State Ionics 7, 177 (1982)).
  Estimate haven_ratio;
};

struct DistanceResult {
  std::string pair;        ///< "electron-electron", "nearest"
  Estimate mean;           ///< over time, bohr
  Eigen::ArrayXd by_time;  ///< mean over trajectories at each sample, bohr
};

struct Analysis {
  LagPlan lags;
  Eigen::Index n_trajectories = 0;
  std::int64_t ambiguous_steps = 0;  ///< where wrapped coordinates had to be unwrapped (see Unwrapper)
  Eigen::Index n_blocks = 1;  ///< of each trajectory, as the blocks behind all errors; 1: trajectories are
  std::vector<SpeciesResult> species;
  std::optional<CollectiveResult> collective;  ///< of several carriers
  Estimate conductivity;                       ///< of all carriers together, atomic units
  std::vector<DistanceResult> distances;
  double distance_interval = 0;  ///< atomic time from one sample to the next
};

/// Analyses the trajectories, dealt out to the ranks in turn. Rank 0 takes their records in the order of the
/// trajectories, so that the result is the same bits for any number of ranks; it is returned there, and other
/// ranks get one that is empty. Errors reach all ranks. Collective.
[[nodiscard]] Analysis analyze(const boost::mpi::communicator& comm, const AnalysedRun& run,
                               const std::vector<std::int64_t>& trajectories);

}  // namespace hopmc::analysis
