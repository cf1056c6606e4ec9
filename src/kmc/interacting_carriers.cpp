#include "interacting_carriers.hpp"

#include <cmath>
#include <limits>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "clock.hpp"
#include "initial_occupancy.hpp"
#include "interaction_table.hpp"
#include "random_stream.hpp"
#include "stream_factory.hpp"
#include "vector_math.hpp"

namespace hopmc::kmc {
namespace {

/// Rate constants of the hops of every node, padded with hops that never happen:
/// k = exp(c0 - c1 (base + pair)^2), from the Marcus rate with base = lambda + static dG0.
///
/// A node is a row of the interaction table where the landscape repeats in every cell, and a row in a cell
/// where it does not (dopants, or faces that carriers cannot cross).
class RateConstants {
 public:
  RateConstants(const energy::Model& model, const InteractionTable& table, const energy::DopantField& dopants)
      : by_cell_(!model.supercell.fully_periodic() || !dopants.empty()), n_rows_(table.rows().size()) {
    const std::size_t width = table.width();
    const std::size_t n = n_rows_ * width;
    c0.assign(n, -std::numeric_limits<double>::infinity());
    c1.assign(n, 0.0);
    const auto cells = by_cell_ ? static_cast<std::size_t>(model.supercell.n_cells()) : 1;
    static_part.assign(cells * n, 0.0);
    base.assign(cells * n, 0.0);
    for (std::size_t r = 0; r < n_rows_; ++r) {
      const auto& hops = model.hops[static_cast<std::size_t>(table.rows()[r].basis)];
      for (std::size_t h = 0; h < hops.size(); ++h) {
        c0[r * width + h] = std::log(model.attempt_frequency) + hops[h].coupling / model.kT;
        c1[r * width + h] = 1.0 / (4 * hops[h].reorganization_energy * model.kT);
      }
      for (std::size_t cell = 0; cell < cells; ++cell) set_node(model, table, dopants, r, cell);
    }
  }

  [[nodiscard]] std::size_t node_of(std::size_t row, std::int64_t cell) const noexcept {
    return by_cell_ ? static_cast<std::size_t>(cell) * n_rows_ + row : row;
  }

  std::vector<double> static_part, base;  ///< by node and hop
  std::vector<double> c0, c1;             ///< by row and hop

 private:
  void set_node(const energy::Model& model, const InteractionTable& table, const energy::DopantField& dopants,
                std::size_t r, std::size_t cell_index) {
    const auto& row = table.rows()[r];
    const auto& hops = model.hops[static_cast<std::size_t>(row.basis)];
    const Eigen::Vector3i cell = model.supercell.cell_at(static_cast<std::int64_t>(cell_index));
    const std::int64_t site = model.supercell.site_index(row.basis, cell);
    const double charge = model.species[static_cast<std::size_t>(row.species)].charge;
    for (std::size_t h = 0; h < hops.size(); ++h) {
      const std::size_t i = node_of(r, static_cast<std::int64_t>(cell_index)) * table.width() + h;
      const Eigen::Vector3i target = cell + hops[h].offset;
      static_part[i] =
          model.static_energy_change(row.species, row.basis, hops[h]) +
          dopants.energy_change(charge, site,
                                model.supercell.site_index(hops[h].target, model.supercell.folded(target)));
      const bool possible = !by_cell_ || model.supercell.reachable(target);
      base[i] = possible ? hops[h].reorganization_energy + static_part[i] : table.forbidden();
    }
  }

  bool by_cell_;
  std::size_t n_rows_;
};

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
        cells_(model_->carrier_species.size()) {}

  /// Rates of the state the carriers are in.
  void settle_all() {
    const std::size_t n = carriers_.size();
    node_.resize(n);
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
    const std::size_t node = constants_->node_of(row, model_->supercell.cell_index(cell));
    node_[c] = node;
    folded_cells_[c] = cell;
    table_->place(cells_, c, row, cell);
    for (std::size_t h = 0; h < width_; ++h) {
      base_[c * width_ + h] = constants_->base[node * width_ + h];
      c0_[c * width_ + h] = constants_->c0[row * width_ + h];
      c1_[c * width_ + h] = constants_->c1[row * width_ + h];
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
    last_delta_g0_ = constants_->static_part[node_[moving] * width_ + h] + pair_[moving * width_ + h];
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

  std::shared_ptr<const Landscape> landscape_;
  const energy::Model* model_;
  const InteractionTable* table_;
  const RateConstants* constants_;
  std::size_t width_;
  RandomStream stream_;
  Clock clock_;
  std::vector<CarrierPosition> carriers_;
  CarrierCells cells_;
  std::vector<Eigen::Vector3i> folded_cells_;         ///< by carrier
  std::vector<std::size_t> node_;                     ///< of the rate constants, by carrier
  std::vector<double> base_, c0_, c1_, pair_, rate_;  ///< [carrier, hop]
  std::vector<double> total_;                         ///< rate of leaving, by carrier
  std::vector<std::uint32_t> now_, old_;              ///< places in the table, by carrier
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
