#pragma once
/// A trajectory in progress: rejection-free kinetic Monte Carlo (residence-time algorithm; A. B. Bortz, M. H.
/// Kalos and J. L. Lebowitz, J. Comput. Phys. 17, 10 (1975)).

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "hopmc/energy/model.hpp"
#include "hopmc/kmc/columns.hpp"

namespace hopmc::kmc {

/// Which rows a trajectory has.
struct RecordingPlan {
  bool every_step = false;  ///< one frame a hop (frame 0: t = 0) instead of one every time_interval
};

/// Everything a trajectory in progress needs to go on elsewhere with the same bits. Plain numbers: the same
/// on any rank.
struct PropagatorState {
  /// Where a carrier started, the basis site it is on, the unit cells it has crossed.
  struct Carrier {
    std::int64_t start_site = 0;
    std::int64_t basis = 0;
    std::array<std::int64_t, 3> cells_moved{0, 0, 0};
  };
  double time = 0;           ///< of the last hop, atomic time
  double last_delta_g0 = 0;  ///< of the last hop, hartree
  std::int64_t hops = 0;     ///< made so far; also the place in the stream of random numbers
  std::int64_t frames = 0;   ///< rows recorded so far
  std::int64_t hop_rows = 0;
  bool started = false;        ///< the rows at t = 0 are recorded
  bool hop_pending = false;    ///< the last hop still has rows to be recorded
  bool hop_time_done = false;  ///< of these, its time is
  std::vector<Carrier> carriers;
  std::vector<std::int64_t> dopant_sites;  ///< in order of Doping::dopants
  std::string generator;  ///< state of the generator where it has one (replay mode); otherwise empty
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
  /// The state between two calls of advance().
  [[nodiscard]] virtual PropagatorState state() const = 0;
};

/// Starts trajectories of one model.
class PropagatorFactory {
 public:
  virtual ~PropagatorFactory() = default;
  /// `trajectory` counts from 0. Local.
  [[nodiscard]] virtual std::unique_ptr<Propagator> start(std::int64_t trajectory) const = 0;
  /// Goes on from a state of the same model, seed and trajectory: the rows that follow are the same bits as
  /// if the trajectory had never been interrupted. Local.
  [[nodiscard]] virtual std::unique_ptr<Propagator> resume(std::int64_t trajectory,
                                                           const PropagatorState& state) const = 0;
};

/// Builds the rate tables once and chooses the fastest propagator that is exact for the model: one carrier on
/// a static landscape, several interacting carriers, or the replay of PyCD. Keeps a reference to `model`.
/// `n_traj` is needed by the replay mode, which draws all trajectories' seeds from one stream. `dopings`:
/// what draw_dopings() gives for the same model and configuration; they are drawn where they are not given.
[[nodiscard]] std::unique_ptr<PropagatorFactory> make_propagator_factory(
    const energy::Model& model, const config::RunConfig& config, std::vector<energy::Doping> dopings = {});

}  // namespace hopmc::kmc
