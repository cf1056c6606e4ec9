#include "single_carrier.hpp"

#include <array>
#include <memory>
#include <utility>

#include "clock.hpp"
#include "initial_occupancy.hpp"
#include "random_stream.hpp"
#include "static_landscape.hpp"
#include "stream_factory.hpp"

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
  /// What all trajectories of a run share.
  struct Tables {
    explicit Tables(const energy::Model& m) : model(&m) {}
    const energy::Model* model;
  };
  struct Landscape {
    Landscape(const Tables& tables, const energy::Doping& d)
        : model(tables.model),
          doping(d),
          dopants(*model, doping),
          rates(*model, model->carrier_species.front(), dopants) {}
    const energy::Model* model;
    energy::Doping doping;
    energy::DopantField dopants;
    StaticLandscape rates;
  };

  SingleCarrier(std::shared_ptr<const Landscape> landscape, RecordingPlan plan, const RandomStream& stream)
      : landscape_(std::move(landscape)),
        stream_(stream),
        clock_(*landscape_->model, landscape_->dopants, plan) {
    const std::int64_t site =
        initial_occupancy(*landscape_->model, landscape_->doping, stream_sampler(stream_)).front();
    settle(CarrierPosition(site, landscape_->model->supercell));
    stream_.seek(0);
  }
  SingleCarrier(std::shared_ptr<const Landscape> landscape, RecordingPlan plan, const RandomStream& stream,
                const PropagatorState& state)
      : landscape_(std::move(landscape)),
        stream_(stream),
        clock_(*landscape_->model, landscape_->dopants, plan),
        time_(state.time),
        last_delta_g0_(state.last_delta_g0) {
    settle(CarrierPosition(state.carriers.front(), landscape_->model->supercell));
    stream_.seek(state.hops);
    clock_.restore(state);
  }

  Recorded advance(const FrameColumns& frames, const HopColumns& hops) override {
    clock_.begin(frames, hops);
    for (;;) {
      stream_.refill();
      const double next = time_ + stream_.waiting()[stream_.used()] * landscape_->rates.mean_time()[row_];
      if (!clock_.before_hop(time_, next, carrier_, last_delta_g0_)) return clock_.written();
      run(clock_.hops_are_silent() ? RandomStream::batch : stream_.used() + 1);
      clock_.hopped();
    }
  }

  [[nodiscard]] std::int64_t hops() const noexcept override { return stream_.hops(); }

  [[nodiscard]] PropagatorState state() const override {
    PropagatorState state;
    state.time = time_;
    state.last_delta_g0 = last_delta_g0_;
    state.hops = hops();
    state.carriers = {carrier_[0].state(landscape_->model->supercell)};
    state.dopant_sites = dopant_sites_of(landscape_->doping);
    clock_.save(state);
    return state;
  }

 private:
  void settle(const CarrierPosition& position) {
    carrier_[0] = position;
    const StaticLandscape& landscape = landscape_->rates;
    row_ = static_cast<std::uint32_t>(landscape.node_of(position.site(landscape_->model->supercell)) *
                                      landscape.width());
  }

  /// Hops until a row falls due or draw number `last` of the batch is reached: the loop where the time goes.
  void run(std::size_t last) noexcept {
    const StaticLandscape& landscape = landscape_->rates;
    const double due = clock_.next_due();
    const AliasSlot* const slots = landscape.slots();
    const double* const mean_time = landscape.mean_time();
    const std::size_t width = landscape.width();
    const std::uint64_t* const choice = stream_.choice();
    const double* const waiting = stream_.waiting();
    std::uint32_t row = row_;
    std::uint32_t origin = row_;
    std::int32_t hop = 0;
    double time = time_;
    std::int64_t x = 0, y = 0, z = 0;
    std::size_t i = stream_.used();
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
    if (i != stream_.used())
      last_delta_g0_ = landscape.delta_g0(origin / width, static_cast<std::size_t>(hop));
    stream_.use(i);
    row_ = row;
    time_ = time;
    auto& moved = carrier_[0].cells_moved;
    moved = {moved[0] + x, moved[1] + y, moved[2] + z};
    carrier_[0].basis = landscape.basis_of(row / width);
  }

  std::shared_ptr<const Landscape> landscape_;
  RandomStream stream_;
  Clock clock_;
  std::array<CarrierPosition, 1> carrier_;
  double time_ = 0;
  double last_delta_g0_ = 0;
  std::uint32_t row_ = 0;
};

}  // namespace

std::unique_ptr<PropagatorFactory> make_single_carrier_factory(const energy::Model& model,
                                                               std::vector<energy::Doping> dopings,
                                                               std::int64_t seed, RecordingPlan plan) {
  return std::make_unique<StreamFactory<SingleCarrier>>(model, std::move(dopings), seed, plan);
}

}  // namespace hopmc::kmc
