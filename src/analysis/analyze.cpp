#include "hopmc/analysis/analyze.hpp"

#include <boost/mpi/collectives.hpp>
#include <functional>
#include <memory>

#include "ensemble_sums.hpp"
#include "hopmc/ensemble/communicator.hpp"

namespace hopmc::analysis {
namespace {

using Communicator = boost::mpi::communicator;
using Eigen::Index;

constexpr int record_tag = 1;

/// Calls `work` for every trajectory on the rank whose turn it is, and then `take` on rank 0, with what came
/// of it, in the order of the trajectories. Collective.
template <class Record, class Work, class Take>
void in_order(const Communicator& comm, const std::vector<std::int64_t>& trajectories, const Record& empty,
              Work work, Take take) {
  const auto n = trajectories.size();
  const auto ranks = static_cast<std::size_t>(comm.size());
  for (std::size_t first = 0; first < n; first += ranks) {
    Record record = empty;
    const std::size_t mine = first + static_cast<std::size_t>(comm.rank());
    ensemble::agree(comm, [&] {
      if (mine < n) record = work(trajectories[mine]);
    });
    if (comm.rank() > 0) {
      if (mine < n) exchange(record, [&](double* data, int size) { comm.send(0, record_tag, data, size); });
      continue;
    }
    for (std::size_t t = first; t < std::min(n, first + ranks); ++t) {
      const auto rank = static_cast<int>(t - first);
      if (rank > 0) {
        exchange(record, [&](double* data, int size) { comm.recv(rank, record_tag, data, size); });
      }
      take(record);
    }
  }
}

/// Mean drift velocity of each species over all trajectories, on every rank. Collective.
Eigen::Array3Xd mean_drift(const Communicator& comm, const AnalysedRun& run, const AnalysisPlan& plan,
                           const std::vector<std::int64_t>& trajectories) {
  const auto n_species = static_cast<Index>(run.species.size());
  Eigen::Array3Xd sum = Eigen::Array3Xd::Zero(3, n_species);
  in_order(
      comm, trajectories, sum, [&](std::int64_t t) { return total_displacement(run, plan, t); },
      [&](const Eigen::Array3Xd& displacement) { sum += displacement; });
  boost::mpi::broadcast(comm, sum.data(), static_cast<int>(sum.size()), 0);
  return sum / (static_cast<double>(trajectories.size()) * plan.lags.length());
}

}  // namespace

Analysis analyze(const Communicator& comm, const AnalysedRun& run,
                 const std::vector<std::int64_t>& trajectories) {
  AnalysisPlan plan;
  ensemble::agree(comm, [&] { plan = make_plan(run, static_cast<Index>(trajectories.size())); });
  if (run.has_field()) plan.drift = mean_drift(comm, run, plan, trajectories);
  EnsembleSums sums(run, plan);
  in_order(
      comm, trajectories, TrajectoryRecord(plan),
      [&](std::int64_t t) { return analyse_trajectory(run, plan, t); },
      [&](TrajectoryRecord& record) { sums.add(record); });
  Analysis result;
  ensemble::agree(comm, [&] {
    if (comm.rank() == 0) result = sums.result();
  });
  return result;
}

}  // namespace hopmc::analysis
