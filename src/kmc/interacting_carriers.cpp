#include "interacting_carriers.hpp"

#include <algorithm>
#include <limits>
#include <memory>
#include <type_traits>
#include <utility>
#include <vector>

#include "aligned_vector.hpp"
#include "clock.hpp"
#include "clones.hpp"
#include "initial_occupancy.hpp"
#include "interaction_table.hpp"
#include "random_stream.hpp"
#include "rate_constants.hpp"
#include "rate_kernels.hpp"
#include "stream_factory.hpp"

namespace hopmc::kmc {
namespace {

class InteractingCarriers final : public Propagator {
 public:
  /// What all trajectories of a run share.
  struct Tables {
    explicit Tables(const energy::Model& m) : model(&m), interactions(m) {}
    const energy::Model* model;
    InteractionTable interactions;
  };
  struct Landscape {
    Landscape(const Tables& t, const energy::Doping& d)
        : tables(&t), doping(d), dopants(*t.model, doping), constants(*t.model, t.interactions, dopants) {}
    const Tables* tables;
    energy::Doping doping;
    energy::DopantField dopants;
    RateConstants constants;
  };

  InteractingCarriers(std::shared_ptr<const Landscape> landscape, RecordingPlan plan,
                      const RandomStream& stream)
      : InteractingCarriers(std::move(landscape), stream, plan) {
    for (const std::int64_t site : initial_occupancy(*model_, landscape_->doping, stream_sampler(stream_))) {
      carriers_.emplace_back(site, model_->supercell);
    }
    settle_all();
    stream_.seek(0);
  }
  InteractingCarriers(std::shared_ptr<const Landscape> landscape, RecordingPlan plan,
                      const RandomStream& stream, const PropagatorState& state)
      : InteractingCarriers(std::move(landscape), stream, plan) {
    for (const auto& carrier : state.carriers) carriers_.emplace_back(carrier, model_->supercell);
    settle_all();
    time_ = state.time;
    last_delta_g0_ = state.last_delta_g0;
    stream_.seek(state.hops);
    clock_.restore(state);
  }

  Recorded advance(const FrameColumns& frames, const HopColumns& hops) override {
    clock_.begin(frames, hops);
    for (;;) {
      stream_.refill();
      const double next = time_ + stream_.waiting()[stream_.used()] / sum_of_rates_;
      if (!clock_.before_hop(time_, next, carriers_, last_delta_g0_)) return clock_.written();
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
    for (const auto& carrier : carriers_) state.carriers.push_back(carrier.state(model_->supercell));
    state.dopant_sites = dopant_sites_of(landscape_->doping);
    clock_.save(state);
    return state;
  }

 private:
  InteractingCarriers(std::shared_ptr<const Landscape> landscape, const RandomStream& stream,
                      RecordingPlan plan)
      : landscape_(std::move(landscape)),
        model_(landscape_->tables->model),
        table_(&landscape_->tables->interactions),
        constants_(&landscape_->constants),
        width_(table_->width()),
        stream_(stream),
        clock_(*model_, landscape_->dopants, plan),
        places_(model_->carrier_species.size(), table_->length()),
        moved_(width_) {}

  /// Energies and rates of the state the carriers are in.
  void settle_all() {
    const std::size_t n = carriers_.size();
    start_.resize(n);
    before_.assign(padded(n), std::numeric_limits<double>::infinity());
    c0_.assign(padded(n * width_), -std::numeric_limits<double>::infinity());
    energy_.assign(c0_.size(), 0.0);
    rate_.assign(c0_.size(), 0.0);
    for (std::size_t c = 0; c < n; ++c) {
      const std::size_t row = table_->row_of(model_->carrier_species[c], carriers_[c].basis);
      const Place place = table_->place(row, carriers_[c].cell(model_->supercell));
      places_.set(c, place);
      load_constants(c, row, place, width_);
      copy_row(&energy_[c * width_], constants_->base(start_[c]), width_);
    }
    for (std::size_t c = 0; c < n; ++c) {
      for (std::size_t other = 0; other < n; ++other) {
        if (other == c) continue;
        const std::uint32_t start = places_.start(places_[c], places_[other]);
        add_rows(&energy_[c * width_], table_->values(), &start, 1, width_);
      }
    }
    update_rates(width_);
  }

  /// Hops until a row falls due or draw number `last` of the batch is reached: the loop where the time goes.
  HOPMC_CLONES void run(std::size_t last) noexcept {
    // A width that the compiler knows saves a tenth of the time.
    if (width_ == lanes) {
      run_rows(last, std::integral_constant<std::size_t, lanes>());
    } else if (width_ == 2 * lanes) {
      run_rows(last, std::integral_constant<std::size_t, 2 * lanes>());
    } else {
      run_rows(last, width_);
    }
  }

  template <class Width>
  HOPMC_INSIDE_CLONES void run_rows(std::size_t last, Width width) noexcept {
    const double due = clock_.next_due();
    Departure departure;
    std::size_t i = stream_.used();
    for (; i < last; ++i) {
      const double next = time_ + stream_.waiting()[i] / sum_of_rates_;
      if (next > due) break;
      time_ = next;
      departure = hop(to_unit_interval(stream_.choice()[i]), width);
    }
    if (i != stream_.used()) {
      last_delta_g0_ = constants_->delta_g0(departure.start, departure.hop, departure.energy);
    }
    stream_.use(i);
  }

  struct Process {
    std::size_t carrier = 0;
    std::size_t hop = 0;
  };
  /// The first process whose cumulative rate exceeds u times the sum; rounding can leave only the last one
  /// possible.
  template <class Width>
  [[nodiscard]] HOPMC_INSIDE_CLONES Process choose(double u, Width width) const noexcept {
    const double left = u * sum_of_rates_;
    const std::size_t carrier = interval_of(left, before_.data(), before_.size());
    const std::size_t hop = hop_of(left - before_[carrier], &rate_[carrier * width], width);
    std::size_t i = carrier * width + hop;
    if (rate_[i] > 0) [[likely]]
      return {carrier, hop};
    while (rate_[i] <= 0) --i;
    return {i / width, i % width};
  }

  /// Where a carrier was and how it left.
  struct Departure {
    RateConstants::Start start;
    std::size_t hop = 0;
    double energy = 0;  ///< reduced
  };

  template <class Width>
  HOPMC_INSIDE_CLONES Departure hop(double u, Width width) noexcept {
    const auto [moving, h] = choose(u, width);
    const Departure departure{start_[moving], h, energy_[moving * width + h]};
    const Step& step = constants_->step(departure.start, h);
    carriers_[moving].move(step.target, step.offset);
    const Place from = places_[moving];
    const Place to = table_->moved(from, step.row, step.distance);
    load_constants(moving, step.row, to, width);
    update_energies(moving, from, to, width);
    // Last, because vectors of places are read slowly right after one of them was written.
    places_.set(moving, to);
    update_rates(width);
    return departure;
  }

  template <class Width>
  HOPMC_INSIDE_CLONES void load_constants(std::size_t c, std::size_t row, const Place& place,
                                          Width width) noexcept {
    start_[c] = constants_->start(row, place, width);
    copy_row(&c0_[c * width], constants_->c0(start_[c]), width);
  }

  /// The moving carrier contributes to the others from `to` instead of `from`; its own sums are made anew.
  template <class Width>
  HOPMC_INSIDE_CLONES void update_energies(std::size_t moving, const Place& from, const Place& to,
                                           Width width) noexcept {
    const std::size_t n = carriers_.size();
    const double* const values = table_->values();
    copy_row(moved_.data(), constants_->base(start_[moving]), width);
    for (std::size_t first = 0; first < n; first += block) {
      const std::size_t m = std::min(block, n - first);
      const Places::Starts plus = places_.all_seeing(to, first);
      const Places::Starts minus = places_.all_seeing(from, first);
      for (std::size_t i = 0; i < m; ++i) {
        replace_row(&energy_[(first + i) * width], values + plus[i], values + minus[i], width);
      }
      const Places::Starts own = places_.all_seen_by(to, first);
      add_rows(moved_.data(), values, own.data(), m, width);
    }
    // Up to here it also saw itself where it was; sums are exact.
    const double* const self = values + places_.start(to, from);
    for (std::size_t h = 0; h < width; ++h) energy_[moving * width + h] = moved_[h] - self[h];
  }

  template <class Width>
  HOPMC_INSIDE_CLONES void update_rates(Width width) noexcept {
    marcus_rates(c0_.data(), energy_.data(), rate_.data(), rate_.size());
    sum_of_rates_ = add_up(rate_.data(), before_.data(), carriers_.size(), width);
  }

  std::shared_ptr<const Landscape> landscape_;
  const energy::Model* model_;
  const InteractionTable* table_;
  const RateConstants* constants_;
  std::size_t width_;
  RandomStream stream_;
  Clock clock_;
  std::vector<CarrierPosition> carriers_;
  Places places_;
  std::vector<RateConstants::Start> start_;   ///< by carrier
  AlignedVector<double> c0_, energy_, rate_;  ///< [carrier, hop]; energies are reduced
  AlignedVector<double> before_;              ///< sum of the rates of the carriers before this one
  AlignedVector<double> moved_;               ///< [hop] of the moving carrier
  double sum_of_rates_ = 0;
  double time_ = 0;
  double last_delta_g0_ = 0;
};

}  // namespace

std::unique_ptr<PropagatorFactory> make_interacting_factory(const energy::Model& model,
                                                            std::vector<energy::Doping> dopings,
                                                            std::int64_t seed, RecordingPlan plan) {
  return std::make_unique<StreamFactory<InteractingCarriers>>(model, std::move(dopings), seed, plan);
}

}  // namespace hopmc::kmc
