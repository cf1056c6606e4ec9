#pragma once
/// A trajectory in progress: rejection-free kinetic Monte Carlo (residence-time algorithm; A. B. Bortz, M. H.
/// Kalos and J. L. Lebowitz, J. Comput. Phys. 17, 10 (1975)).

#include <cstdint>
#include <memory>
#include <vector>

#include "hopmc/energy/model.hpp"
#include "hopmc/kmc/columns.hpp"

namespace hopmc::kmc {

/// Which rows a trajectory has.
struct RecordingPlan {
  bool every_step = false;  ///< one frame a hop (frame 0: t = 0) instead of one every time_interval
};

/// One trajectory. Its frames depend on the model, the seed and the trajectory's number alone.
class Propagator {
 public:
  virtual ~Propagator() = default;
  /// Goes on until `frames` or `hops` is full or the trajectory ends; rows follow those of the call before.
  /// Every wanted column must have room for at least one row.
  virtual Recorded advance(const FrameColumns& frames, const HopColumns& hops) = 0;
  /// Hops made so far.
  [[nodiscard]] virtual std::int64_t hops() const noexcept = 0;
};

/// Starts trajectories of one model.
class PropagatorFactory {
 public:
  virtual ~PropagatorFactory() = default;
  /// `trajectory` counts from 0. Local.
  [[nodiscard]] virtual std::unique_ptr<Propagator> start(std::int64_t trajectory) const = 0;
};

/// Builds the rate tables once and chooses the fastest propagator that is exact for the model: one carrier on
/// a static landscape, several interacting carriers, or the replay of PyCD. Keeps a reference to `model`.
/// `n_traj` is needed by the replay mode, which draws all trajectories' seeds from one stream.
[[nodiscard]] std::unique_ptr<PropagatorFactory> make_propagator_factory(const energy::Model& model,
                                                                         const config::RunConfig& config);

}  // namespace hopmc::kmc
