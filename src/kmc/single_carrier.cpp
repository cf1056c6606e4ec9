#include "single_carrier.hpp"

#include <array>
#include <memory>

#include "clock.hpp"
#include "initial_occupancy.hpp"
#include "random_stream.hpp"
#include "static_landscape.hpp"

namespace hopmc::kmc {
namespace {

/// Floor of bits / 2^64 * n, and the fraction that is left as 64 bits.
struct Split {
  std::size_t whole;
  std::uint64_t fraction;
};
inline Split split(std::uint64_t bits, std::size_t n) noexcept {
  __extension__ using Wide = unsigned __int128;
  const Wide product = static_cast<Wide>(bits) * n;
  return {static_cast<std::size_t>(product >> 64), static_cast<std::uint64_t>(product)};
}

class SingleCarrier final : public Propagator {
 public:
  SingleCarrier(const energy::Model& model, const StaticLandscape& landscape, RecordingPlan plan,
                std::int64_t seed, std::int64_t trajectory)
      : SingleCarrier(model, landscape, plan, RandomStream(seed, trajectory)) {
    const std::int64_t site = initial_occupancy(model, stream_sampler(stream_)).front();
    settle(CarrierPosition(site, model.supercell));
    stream_.draw_hops(0);
  }
  SingleCarrier(const energy::Model& model, const StaticLandscape& landscape, RecordingPlan plan,
                std::int64_t seed, std::int64_t trajectory, const PropagatorState& state)
      : SingleCarrier(model, landscape, plan, RandomStream(seed, trajectory)) {
    settle(CarrierPosition(state.carriers.front(), model.supercell));
    time_ = state.time;
    last_delta_g0_ = state.last_delta_g0;
    cursor_ = static_cast<std::uint64_t>(state.hops) % RandomStream::batch;
    batch_start_ = static_cast<std::uint64_t>(state.hops) - cursor_;
    stream_.draw_hops(batch_start_);
    clock_.restore(state);
  }

  Recorded advance(const FrameColumns& frames, const HopColumns& hops) override {
    clock_.begin(frames, hops);
    for (;;) {
      if (cursor_ == RandomStream::batch) {
        batch_start_ += RandomStream::batch;
        stream_.draw_hops(batch_start_);
        cursor_ = 0;
      }
      const double next = time_ + stream_.waiting()[cursor_] * landscape_->mean_time()[row_];
      if (!clock_.before_hop(time_, next, carrier_, last_delta_g0_)) return clock_.written();
      run(clock_.hops_are_silent() ? RandomStream::batch : cursor_ + 1);
      clock_.hopped();
    }
  }

  [[nodiscard]] std::int64_t hops() const noexcept override {
    return static_cast<std::int64_t>(batch_start_ + cursor_);
  }

  [[nodiscard]] PropagatorState state() const override {
    PropagatorState state;
    state.time = time_;
    state.last_delta_g0 = last_delta_g0_;
    state.hops = hops();
    state.carriers = {carrier_[0].state(*supercell_)};
    clock_.save(state);
    return state;
  }

 private:
  SingleCarrier(const energy::Model& model, const StaticLandscape& landscape, RecordingPlan plan,
                RandomStream stream)
      : supercell_(&model.supercell), landscape_(&landscape), stream_(stream), clock_(model, plan) {}

  void settle(const CarrierPosition& position) {
    carrier_[0] = position;
    row_ = static_cast<std::uint32_t>(landscape_->node_of(position.site(*supercell_)) * landscape_->width());
  }

  /// Hops until a row falls due or draw number `last` of the batch is reached: the loop where the time goes.
  void run(std::size_t last) noexcept {
    const double due = clock_.next_due();
    const AliasSlot* const slots = landscape_->slots();
    const double* const mean_time = landscape_->mean_time();
    const std::size_t width = landscape_->width();
    const std::uint64_t* const choice = stream_.choice();
    const double* const waiting = stream_.waiting();
    std::uint32_t row = row_;
    std::uint32_t origin = row_;
    std::int32_t hop = 0;
    double time = time_;
    std::int64_t x = 0, y = 0, z = 0;
    std::size_t i = cursor_;
    for (; i < last; ++i) {
      const double next = time + waiting[i] * mean_time[row];
      if (next > due) break;
      time = next;
      const Split s = split(choice[i], width);
      const AliasSlot& slot = slots[row + s.whole];
      const Destination& destination = slot.destinations[s.fraction < slot.cut ? 0 : 1];
      origin = row;
      row = destination.row;
      hop = destination.hop;
      x += destination.offset[0];
      y += destination.offset[1];
      z += destination.offset[2];
    }
    if (i != cursor_) last_delta_g0_ = landscape_->delta_g0(origin / width, static_cast<std::size_t>(hop));
    cursor_ = i;
    row_ = row;
    time_ = time;
    auto& moved = carrier_[0].cells_moved;
    moved = {moved[0] + x, moved[1] + y, moved[2] + z};
    carrier_[0].basis = landscape_->basis_of(row / width);
  }

  const lattice::Supercell* supercell_;
  const StaticLandscape* landscape_;
  RandomStream stream_;
  Clock clock_;
  std::array<CarrierPosition, 1> carrier_;
  double time_ = 0;
  double last_delta_g0_ = 0;
  std::uint64_t batch_start_ = 0;
  std::size_t cursor_ = 0;
  std::uint32_t row_ = 0;
};

class SingleCarrierFactory final : public PropagatorFactory {
 public:
  SingleCarrierFactory(const energy::Model& model, std::int64_t seed, RecordingPlan plan)
      : model_(&model), landscape_(model, model.carrier_species.front()), seed_(seed), plan_(plan) {}

  [[nodiscard]] std::unique_ptr<Propagator> start(std::int64_t trajectory) const override {
    return std::make_unique<SingleCarrier>(*model_, landscape_, plan_, seed_, trajectory);
  }

  [[nodiscard]] std::unique_ptr<Propagator> resume(std::int64_t trajectory,
                                                   const PropagatorState& state) const override {
    return std::make_unique<SingleCarrier>(*model_, landscape_, plan_, seed_, trajectory, state);
  }

 private:
  const energy::Model* model_;
  StaticLandscape landscape_;
  std::int64_t seed_;
  RecordingPlan plan_;
};

}  // namespace

std::unique_ptr<PropagatorFactory> make_single_carrier_factory(const energy::Model& model, std::int64_t seed,
                                                               RecordingPlan plan) {
  return std::make_unique<SingleCarrierFactory>(model, seed, plan);
}

}  // namespace hopmc::kmc
