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
      : landscape_(&landscape), stream_(seed, trajectory), clock_(model, plan) {
    const std::int64_t site = initial_occupancy(model, stream_sampler(stream_)).front();
    carrier_[0] = CarrierPosition(site, model.supercell);
    row_ = static_cast<std::uint32_t>(landscape.node_of(site) * landscape.width());
    stream_.draw_hops(0);
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
      if (!clock_.before_hop(time_, next, carrier_, last_delta_g0())) return clock_.written();
      run(clock_.hops_are_silent() ? RandomStream::batch : cursor_ + 1);
      clock_.hopped();
    }
  }

  [[nodiscard]] std::int64_t hops() const noexcept override {
    return static_cast<std::int64_t>(batch_start_ + cursor_);
  }

 private:
  /// Hops until a row falls due or draw number `last` of the batch is reached: the loop where the time goes.
  void run(std::size_t last) noexcept {
    const double due = clock_.next_due();
    const AliasSlot* const slots = landscape_->slots();
    const double* const mean_time = landscape_->mean_time();
    const std::size_t width = landscape_->width();
    const std::uint64_t* const choice = stream_.choice();
    const double* const waiting = stream_.waiting();
    std::uint32_t row = row_;
    std::uint32_t origin = last_origin_;
    std::int32_t hop = last_hop_;
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
    cursor_ = i;
    row_ = row;
    last_origin_ = origin;
    last_hop_ = hop;
    time_ = time;
    auto& moved = carrier_[0].cells_moved;
    moved = {moved[0] + x, moved[1] + y, moved[2] + z};
    carrier_[0].basis = landscape_->basis_of(row / width);
  }

  [[nodiscard]] double last_delta_g0() const noexcept {
    if (hops() == 0) return 0.0;
    return landscape_->delta_g0(last_origin_ / landscape_->width(), static_cast<std::size_t>(last_hop_));
  }

  const StaticLandscape* landscape_;
  RandomStream stream_;
  Clock clock_;
  std::array<CarrierPosition, 1> carrier_;
  double time_ = 0;
  std::uint64_t batch_start_ = 0;
  std::size_t cursor_ = 0;
  std::uint32_t row_ = 0;
  std::uint32_t last_origin_ = 0;
  std::int32_t last_hop_ = 0;
};

class SingleCarrierFactory final : public PropagatorFactory {
 public:
  SingleCarrierFactory(const energy::Model& model, std::int64_t seed, RecordingPlan plan)
      : model_(&model), landscape_(model, model.carrier_species.front()), seed_(seed), plan_(plan) {}

  [[nodiscard]] std::unique_ptr<Propagator> start(std::int64_t trajectory) const override {
    return std::make_unique<SingleCarrier>(*model_, landscape_, plan_, seed_, trajectory);
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
