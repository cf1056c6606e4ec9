#pragma once
/// From the records of trajectories, one after the other, to the results of the ensemble.

#include <Eigen/Core>
#include <vector>

#include "hopmc/analysis/analyze.hpp"

namespace hopmc::analysis {

/// Calls `transfer(data, size)` for every array of a record, in one order for the sender and the receiver.
template <class Transfer>
void exchange(TrajectoryRecord& record, Transfer transfer) {
  for (Eigen::ArrayXXd* array : {&record.curves, &record.displacement, &record.distances, &record.shells}) {
    transfer(array->data(), static_cast<int>(array->size()));
  }
  transfer(record.occupation.data(), static_cast<int>(record.occupation.size()));
  transfer(&record.ambiguous_steps, 1);
}
template <class Transfer>
void exchange(Eigen::Array3Xd& array, Transfer transfer) {
  transfer(array.data(), static_cast<int>(array.size()));
}

/// Mean and scatter of arrays, by a recursion that does not lose digits (B. P. Welford, Technometrics 4, 419
/// (1962)).
class RunningMean {
 public:
  void add(const Eigen::ArrayXXd& sample);
  [[nodiscard]] const Eigen::ArrayXXd& mean() const { return mean_; }
  /// Standard error of the mean; NaN for fewer than two samples.
  [[nodiscard]] Eigen::ArrayXXd error() const;

 private:
  double count_ = 0;
  Eigen::ArrayXXd mean_;
  Eigen::ArrayXXd squares_;
};

/// Of one group of carriers.
class GroupSums {
 public:
  /// `curve` of a whole trajectory.
  void add_whole(const TensorCurve& curve, const AnalysisPlan& plan);
  /// `curve` of a block: the whole trajectory where it is not cut.
  void add_block(const TensorCurve& curve, const AnalysisPlan& plan);
  /// `charge`, `kT`: of the mobility. The diffusivity is the slope over 2 n_dim.
  [[nodiscard]] Diffusion result(const AnalysisPlan& plan, int n_dim) const;
  /// Slopes of the mean square displacement of the blocks.
  [[nodiscard]] std::vector<double> slopes() const;

 private:
  RunningMean whole_, blocks_;
  std::vector<Eigen::Array<double, 7, 1>> block_slopes_;
};

/// Memory: some curves of each group, and some numbers of each block.
class EnsembleSums {
 public:
  /// Both must outlive the object.
  EnsembleSums(const AnalysedRun& run, const AnalysisPlan& plan);
  void add(TrajectoryRecord& record);
  [[nodiscard]] Analysis result() const;

 private:
  [[nodiscard]] SpeciesResult species_result(Eigen::Index species) const;
  [[nodiscard]] CollectiveResult collective_result(const std::vector<SpeciesResult>& species) const;
  void add_shells(SpeciesResult& result, Eigen::Index species) const;
  void add_drift(const AnalysedRun& run, SpeciesResult& result, Eigen::Index species) const;

  const AnalysedRun& run_;
  const AnalysisPlan& plan_;
  Eigen::Index n_trajectories_ = 0;
  double ambiguous_steps_ = 0;
  std::vector<GroupSums> groups_;
  std::vector<std::vector<Eigen::Vector3d>> velocities_;  ///< by species, block
  std::vector<std::vector<double>> occupation_;           ///< by group of sites, trajectory
  std::vector<std::vector<double>> shell_time_;           ///< by shell, trajectory: fraction of the time
  std::vector<std::vector<double>> shell_sites_;          ///< likewise: sites in it
  std::vector<std::vector<double>> distances_;            ///< by kind, trajectory: mean over time
  Eigen::ArrayXXd distances_by_time_;
};

}  // namespace hopmc::analysis
