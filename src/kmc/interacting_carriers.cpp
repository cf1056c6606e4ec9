#include "interacting_carriers.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <numbers>
#include <span>
#include <type_traits>
#include <utility>
#include <vector>

#include "aligned_vector.hpp"
#include "clock.hpp"
#include "clones.hpp"
#include "initial_occupancy.hpp"
#include "interaction_table.hpp"
#include "random_stream.hpp"
#include "stream_factory.hpp"
#include "rate_kernels.hpp"

namespace hopmc::kmc {
namespace {

/// What a hop changes: the row and the place of its carrier.
struct Step {
  std::size_t row = 0;
  Eigen::Vector3i distance = Eigen::Vector3i::Zero();  ///< in the interaction table, folded
  Eigen::Vector3i offset = Eigen::Vector3i::Zero();    ///< in cells
  int target = 0;                                      ///< basis index
};

/// Rate constants of the hops of every node, padded with hops that never happen, for k = 2^(c0 - x^2) with
/// the reduced energy x = base + pairs (see reduced_hartree()).
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
    hartree.assign(n, 0.0);
    steps.resize(n);
    const auto cells = by_cell_ ? static_cast<std::size_t>(model.supercell.n_cells()) : 1;
    static_part.assign(cells * n, 0.0);
    base.assign(cells * n, 0.0);
    for (std::size_t r = 0; r < n_rows_; ++r) {
      const auto& row = table.rows()[r];
      const auto& hops = model.hops[static_cast<std::size_t>(row.basis)];
      for (std::size_t h = 0; h < hops.size(); ++h) {
        const std::size_t i = r * width + h;
        c0[i] = std::log2(model.attempt_frequency) + hops[h].coupling / model.kT * std::numbers::log2e;
        hartree[i] = reduced_hartree(model, hops[h]);
        steps[i] = {table.row_of(row.species, hops[h].target), table.distance(model, hops[h].offset),
                    hops[h].offset, hops[h].target};
      }
      for (std::size_t cell = 0; cell < cells; ++cell) set_node(model, table, dopants, r, cell);
    }
  }

  /// Where the numbers of a carrier's hops start: those by row, and those by node.
  struct Starts {
    std::size_t row, node;
  };
  /// `cell`: its index times the width.
  [[nodiscard]] Starts starts(std::size_t row, std::size_t cell, std::size_t width) const noexcept {
    return {row * width, row * width + cell * (by_cell_ ? n_rows_ : 0)};
  }

  AlignedVector<double> static_part, base;  ///< by node and hop: dG0 in hartree, and reduced with lambda
  AlignedVector<double> c0, hartree;        ///< by row and hop
  std::vector<Step> steps;                ///< by row and hop

 private:
  void set_node(const energy::Model& model, const InteractionTable& table, const energy::DopantField& dopants,
                std::size_t r, std::size_t cell_index) {
    const auto& row = table.rows()[r];
    const auto& hops = model.hops[static_cast<std::size_t>(row.basis)];
    const Eigen::Vector3i cell = model.supercell.cell_at(static_cast<std::int64_t>(cell_index));
    const std::int64_t site = model.supercell.site_index(row.basis, cell);
    const double charge = model.species[static_cast<std::size_t>(row.species)].charge;
    for (std::size_t h = 0; h < hops.size(); ++h) {
      const std::size_t i = starts(r, cell_index * table.width(), table.width()).node + h;
      const Eigen::Vector3i target = cell + hops[h].offset;
      static_part[i] =
          model.static_energy_change(row.species, row.basis, hops[h]) +
          dopants.energy_change(charge, site,
                                model.supercell.site_index(hops[h].target, model.supercell.folded(target)));
      const bool possible = !by_cell_ || model.supercell.reachable(target);
      const double x = (hops[h].reorganization_energy + static_part[i]) * hartree[r * table.width() + h];
      base[i] = possible ? table.exactly_summable(x) : table.forbidden();
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
        places_(model_->carrier_species.size()),
        own_(width_) {}

  /// Rates of the state the carriers are in.
  void settle_all() {
    const std::size_t n = carriers_.size();
    const std::size_t padded = (n * width_ + block - 1) / block * block;
    starts_.resize(n);
    before_.assign((n + block - 1) / block * block, std::numeric_limits<double>::infinity());
    energy_.assign(padded, 0.0);
    rate_.assign(padded, 0.0);
    c0_.assign(padded, -std::numeric_limits<double>::infinity());
    for (std::size_t c = 0; c < n; ++c) {
      const std::size_t row = table_->row_of(model_->carrier_species[c], carriers_[c].basis);
      places_.set(c, table_->place(row, carriers_[c].cell(model_->supercell)));
      note_row(c, row);
    }
    for (std::size_t c = 0; c < n; ++c) {
      sum_pairs(&constants_->base[starts_[c].node], places_[c], places_[c], width_);
      std::copy_n(own_.data(), width_, &energy_[c * width_]);
    }
    update_rates(width_);
  }

  void note_row(std::size_t c, std::size_t row) noexcept {
    starts_[c] = constants_->starts(row, places_[c].cell(), width_);
    copy_row(&c0_[c * width_], &constants_->c0[starts_[c].row], width_);
  }

  /// Reduced energies of the hops of a carrier at `place`, which is noted at `noted`.
  template <class Width>
  [[gnu::always_inline]] void sum_pairs(const double* base, const Place& place, const Place& noted,
                                        Width width) noexcept {
    const Places::Length length = table_->length();
    // The sums are exact: what the carrier adds to itself below is taken away here.
    const double* const self = table_->values() + Places::start(place, noted, length);
    subtract_row(own_.data(), base, self, width);
    const std::size_t n = carriers_.size();
    for (std::size_t first = 0; first < n; first += block) {
      Places::Starts starts;
      places_.seen_by_one(first, place, length, starts);
      add_rows(own_.data(), table_->values(), starts.data(), std::min(block, n - first), width);
    }
  }

  template <class Width>
  [[gnu::always_inline]] void update_rates(Width width) noexcept {
    marcus_rates(c0_.data(), energy_.data(), rate_.data(), rate_.size());
    sum_of_rates_ = add_up(rate_.data(), before_.data(), carriers_.size(), width);
  }

  /// Hops until a row falls due or draw number `last` of the batch is reached.
  HOPMC_CLONES void run(std::size_t last) noexcept {
    if (width_ == lanes) {
      run_rows(last, std::integral_constant<std::size_t, lanes>());
    } else if (width_ == 2 * lanes) {
      run_rows(last, std::integral_constant<std::size_t, 2 * lanes>());
    } else {
      run_rows(last, width_);
    }
  }

  template <class Width>
  [[gnu::always_inline]] void run_rows(std::size_t last, Width width) noexcept {
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
      last_delta_g0_ = constants_->static_part[departure.by_node] +
                       (departure.energy - constants_->base[departure.by_node]) / constants_->hartree[departure.by_row];
    }
    stream_.use(i);
  }

  struct Departure {
    std::size_t by_row = 0, by_node = 0;
    double energy = 0;
  };

  template <class Width>
  [[gnu::always_inline]] Departure hop(double u, Width width) noexcept {
    const std::size_t n = carriers_.size();
    const double left = u * sum_of_rates_;
    std::size_t moving = interval_of(left, before_.data(), before_.size());
    std::size_t h = hop_of(left - before_[moving], &rate_[moving * width], width);
    if (rate_[moving * width + h] <= 0) [[unlikely]] {
      std::size_t chosen = moving * width + h;
      while (rate_[chosen] <= 0) --chosen;
      moving = chosen / width;
      h = chosen % width;
    }
    const Departure departure{starts_[moving].row + h, starts_[moving].node + h, energy_[moving * width + h]};
    const Step& step = constants_->steps[departure.by_row];
    carriers_[moving].move(step.target, step.offset);
    const Place old = places_[moving];
    const Place now = table_->moved(old, step.row, step.distance);
    const auto starts = constants_->starts(step.row, now.cell(), width);
    starts_[moving] = starts;
    copy_row(&c0_[moving * width], &constants_->c0[starts.row], width);
    const double* const values = table_->values();
    const Places::Length length = table_->length();
    const double* const self = values + Places::start(now, old, length);
    subtract_row(own_.data(), &constants_->base[starts.node], self, width);
    for (std::size_t first = 0; first < n; first += block) {
      Places::Starts to, from, seen;
      places_.seeing_one(first, now, length, to);
      places_.seeing_one(first, old, length, from);
      places_.seen_by_one(first, now, length, seen);
      const std::size_t m = std::min(block, n - first);
      for (std::size_t j = 0; j < m; ++j)
        replace_row(&energy_[(first + j) * width], values + to[j], values + from[j], width);
      add_rows(own_.data(), values, seen.data(), m, width);
    }
    copy_row(&energy_[moving * width], own_.data(), width);
    places_.set(moving, now);
    update_rates(width);
    return departure;
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
  AlignedVector<double> own_;                     ///< reduced energies of one carrier's hops
  std::vector<RateConstants::Starts> starts_;   ///< by carrier
  AlignedVector<double> energy_, c0_, rate_;      ///< [carrier, hop], padded to whole blocks
  AlignedVector<double> before_;                  ///< sum of the rates of the carriers before this one
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
