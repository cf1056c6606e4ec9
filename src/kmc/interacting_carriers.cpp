#include "interacting_carriers.hpp"

#include <cmath>
#include <limits>
#include <memory>
#include <span>
#include <vector>

#include "clock.hpp"
#include "initial_occupancy.hpp"
#include "interaction_table.hpp"
#include "random_stream.hpp"
#include "stream_factory.hpp"
#include "vector_math.hpp"

namespace hopmc::kmc {
namespace {

/// Rate constants of the hops of each row of the interaction table, padded with hops that never happen:
/// k = exp(c0 - c1 (base + pair)^2), from the Marcus rate with base = lambda + static dG0.
struct RateConstants {
  explicit RateConstants(const energy::Model& model, const InteractionTable& table) {
    const std::size_t width = table.width();
    const std::size_t n = table.rows().size() * width;
    static_part.assign(n, 0.0);
    base.assign(n, 0.0);
    c0.assign(n, -std::numeric_limits<double>::infinity());
    c1.assign(n, 0.0);
    for (std::size_t r = 0; r < table.rows().size(); ++r) {
      const auto& row = table.rows()[r];
      const auto& hops = model.hops[static_cast<std::size_t>(row.basis)];
      for (std::size_t h = 0; h < hops.size(); ++h) {
        const std::size_t i = r * width + h;
        static_part[i] = model.static_energy_change(row.species, row.basis, hops[h]);
        base[i] = hops[h].reorganization_energy + static_part[i];
        c0[i] = std::log(model.attempt_frequency) + hops[h].coupling / model.kT;
        c1[i] = 1.0 / (4 * hops[h].reorganization_energy * model.kT);
      }
    }
  }
  std::vector<double> static_part;
  std::vector<double> base;
  std::vector<double> c0;
  std::vector<double> c1;
};

/// What all trajectories of a run share.
struct Shared {
  explicit Shared(const energy::Model& m) : model(&m), table(m), constants(m, table) {}
  const energy::Model* model;
  InteractionTable table;
  RateConstants constants;
};

class InteractingCarriers final : public Propagator {
 public:
  InteractingCarriers(const Shared& shared, RecordingPlan plan, const RandomStream& stream)
      : InteractingCarriers(shared, stream, Clock(*shared.model, plan)) {
    for (const std::int64_t site : initial_occupancy(*model_, stream_sampler(stream_))) {
      carriers_.emplace_back(site, model_->supercell);
    }
    settle_all();
    stream_.seek(0);
  }
  InteractingCarriers(const Shared& shared, RecordingPlan plan, const RandomStream& stream,
                      const PropagatorState& state)
      : InteractingCarriers(shared, stream, Clock(*shared.model, plan)) {
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
      const std::size_t used = stream_.used();
      const double next = time_ + stream_.waiting()[used] / sum_of_rates_;
      if (!clock_.before_hop(time_, next, carriers_, last_delta_g0_)) return clock_.written();
      time_ = next;
      hop(to_unit_interval(stream_.choice()[used]));
      stream_.use(used + 1);
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
    clock_.save(state);
    return state;
  }

 private:
  InteractingCarriers(const Shared& shared, const RandomStream& stream, const Clock& clock)
      : model_(shared.model),
        table_(&shared.table),
        constants_(&shared.constants),
        width_(shared.table.width()),
        stream_(stream),
        clock_(clock),
        cells_(shared.model->carrier_species.size()) {}

  /// Rates of the state the carriers are in.
  void settle_all() {
    const std::size_t n = carriers_.size();
    row_.resize(n);
    total_.resize(n);
    folded_cells_.resize(n);
    now_.resize(cells_.padded_size());
    old_.resize(cells_.padded_size());
    for (auto* column : {&base_, &c0_, &c1_, &pair_, &rate_}) column->resize(n * width_);
    for (std::size_t c = 0; c < n; ++c) settle(c, carriers_[c].cell(model_->supercell));
    for (std::size_t c = 0; c < n; ++c) sum_pairs(c);
    update_rates();
  }

  /// Takes note of where carrier c is now, in the folded `cell`, and loads the constants of its hops.
  void settle(std::size_t c, const Eigen::Vector3i& cell) {
    const std::size_t row = table_->row_of(model_->carrier_species[c], carriers_[c].basis);
    row_[c] = row;
    folded_cells_[c] = cell;
    table_->place(cells_, c, row, cell);
    for (std::size_t h = 0; h < width_; ++h) {
      base_[c * width_ + h] = constants_->base[row * width_ + h];
      c0_[c * width_ + h] = constants_->c0[row * width_ + h];
      c1_[c * width_ + h] = constants_->c1[row * width_ + h];
    }
    if (model_->supercell.fully_periodic()) return;
    const auto& hops = model_->hops[static_cast<std::size_t>(carriers_[c].basis)];
    for (std::size_t h = 0; h < hops.size(); ++h) {
      if (!model_->supercell.reachable(cell + hops[h].offset)) base_[c * width_ + h] = table_->forbidden();
    }
  }

  /// Folds a cell that is at most a few supercells outside; cheaper than divisions.
  [[nodiscard]] Eigen::Vector3i folded(Eigen::Vector3i cell) const noexcept {
    for (int d = 0; d < 3; ++d) {
      const int size = model_->supercell.size()[d];
      while (cell[d] < 0) cell[d] += size;
      while (cell[d] >= size) cell[d] -= size;
    }
    return cell;
  }

  void sum_pairs(std::size_t c) noexcept {
    table_->from_all(cells_, c, now_.data());
    sum_contributions(&pair_[c * width_], table_->values(), now_.data(), carriers_.size(), width_);
  }

  void update_rates() noexcept {
    marcus_rates(base_.data(), pair_.data(), c0_.data(), c1_.data(), rate_.data(), rate_.size());
    sum_of_rates_ = sum_rates(rate_.data(), total_.data(), carriers_.size(), width_);
  }

  struct Process {
    std::size_t carrier = 0;
    std::size_t hop = 0;
  };
  /// The first process whose cumulative rate exceeds u times the sum; rounding can leave only the last one
  /// possible.
  [[nodiscard]] Process choose(double u) const noexcept {
    double left = u * sum_of_rates_;
    Process possible;
    for (std::size_t c = 0; c < total_.size(); ++c) {
      if (left >= total_[c] && c + 1 < total_.size()) {
        left -= total_[c];
        continue;
      }
      for (std::size_t h = 0; h < width_; ++h) {
        const double rate = rate_[c * width_ + h];
        if (rate <= 0) continue;
        possible = {c, h};
        if (left < rate) return possible;
        left -= rate;
      }
    }
    return possible;
  }

  void hop(double u) {
    const auto [moving, h] = choose(u);
    last_delta_g0_ = constants_->static_part[row_[moving] * width_ + h] + pair_[moving * width_ + h];
    table_->to_all(cells_, moving, old_.data());
    const auto& step = model_->hops[static_cast<std::size_t>(carriers_[moving].basis)][h];
    carriers_[moving].move(step.target, step.offset);
    settle(moving, folded(folded_cells_[moving] + step.offset));
    table_->to_all(cells_, moving, now_.data());
    // This also changes the moving carrier's own sums, which are made anew below.
    replace_contributions(pair_.data(), table_->values(), now_.data(), old_.data(), carriers_.size(), width_);
    sum_pairs(moving);
    update_rates();
  }

  const energy::Model* model_;
  const InteractionTable* table_;
  const RateConstants* constants_;
  std::size_t width_;
  RandomStream stream_;
  Clock clock_;
  std::vector<CarrierPosition> carriers_;
  CarrierCells cells_;
  std::vector<Eigen::Vector3i> folded_cells_;         ///< by carrier
  std::vector<std::size_t> row_;                      ///< of the interaction table, by carrier
  std::vector<double> base_, c0_, c1_, pair_, rate_;  ///< [carrier, hop]
  std::vector<double> total_;                         ///< rate of leaving, by carrier
  std::vector<std::uint32_t> now_, old_;              ///< places in the table, by carrier
  double sum_of_rates_ = 0;
  double time_ = 0;
  double last_delta_g0_ = 0;
};

}  // namespace

std::unique_ptr<PropagatorFactory> make_interacting_factory(const energy::Model& model, std::int64_t seed,
                                                            RecordingPlan plan) {
  return std::make_unique<StreamFactory<InteractingCarriers, Shared>>(model, seed, plan);
}

}  // namespace hopmc::kmc
