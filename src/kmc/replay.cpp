#include "replay.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <memory>
#include <numeric>
#include <utility>
#include <vector>

#include "carrier_position.hpp"
#include "dopant_state.hpp"
#include "frame_recorder.hpp"
#include "initial_occupancy.hpp"
#include "python_random.hpp"
#include "replay_dopings.hpp"

namespace hopmc::kmc {
namespace {

/// One possible hop of the present state.
struct Process {
  std::size_t carrier = 0;
  const lattice::Hop* hop = nullptr;
  double delta_g0 = 0;
  double rate = 0;
};

class Replay final : public Propagator {
 public:
  Replay(const energy::Model& model, const energy::Doping& doping, bool every_step, PythonRandom random)
      : model_(&model),
        doping_(doping),
        dopants_(model, doping_),
        every_step_(every_step),
        random_(std::move(random)),
        recorder_(model, dopants_) {
    const auto sampler = [this](const std::vector<std::int64_t>& sites, std::size_t count) {
      return random_.sample(sites, count);
    };
    for (const std::int64_t site : initial_occupancy(model, doping_, sampler)) {
      carriers_.emplace_back(site, model.supercell);
      sites_.push_back(site);
    }
  }

  Replay(const energy::Model& model, const energy::Doping& doping, bool every_step,
         const PropagatorState& state)
      : model_(&model),
        doping_(doping),
        dopants_(model, doping_),
        every_step_(every_step),
        random_(PythonRandom::from_state(state.generator)),
        recorder_(model, dopants_),
        time_(state.time),
        last_delta_g0_(state.last_delta_g0),
        hops_(state.hops),
        crossed_(intervals_passed()),
        frames_(state.frames),
        hop_rows_(state.hop_rows) {
    for (const auto& carrier : state.carriers) {
      carriers_.emplace_back(carrier, model.supercell);
      sites_.push_back(carriers_.back().site(model.supercell));
    }
  }

  Recorded advance(const FrameColumns& frames, const HopColumns& hops) override {
    written_ = {};
    while (write_due_rows(frames, hops)) {
      if (crossed_ >= model_->n_frames) {
        written_.finished = true;
        break;
      }
      hop();
    }
    return written_;
  }

  [[nodiscard]] std::int64_t hops() const noexcept override { return hops_; }

  [[nodiscard]] PropagatorState state() const override {
    PropagatorState state;
    state.time = time_;
    state.last_delta_g0 = last_delta_g0_;
    state.hops = hops_;
    state.frames = frames_;
    state.hop_rows = hop_rows_;
    for (const auto& carrier : carriers_) state.carriers.push_back(carrier.state(model_->supercell));
    state.dopant_sites = dopant_sites_of(doping_);
    state.generator = random_.state();
    return state;
  }

 private:
  /// Whole intervals of sampling up to now, at most the number of frames.
  [[nodiscard]] std::int64_t intervals_passed() const {
    return std::min(static_cast<std::int64_t>(time_ / model_->time_interval), model_->n_frames);
  }

  /// Rows that the state after the last hop fills; false if there is no room for all of them.
  ///
  /// A hop that ends at t fills all frames f that were not filled before and have (f + 1) time_interval <= t,
  /// with the state after it. Frame 0 is the start.
  bool write_due_rows(const FrameColumns& frames, const HopColumns& hops) {
    if (hops.time) {
      for (; hop_rows_ <= hops_; ++hop_rows_) {
        if (written_.hop_rows == hops.capacity) return false;
        hops.time[written_.hop_rows++] = time_;
      }
    }
    const std::int64_t due = every_step_ ? hops_ + 1 : std::max<std::int64_t>(1, crossed_);
    for (; frames_ < due; ++frames_) {
      if (written_.frames == frames.capacity) return false;
      const double time = every_step_ ? time_ : static_cast<double>(frames_) * model_->time_interval;
      recorder_.record(frames, written_.frames++, time, carriers_, last_delta_g0_);
    }
    return true;
  }

  void hop() {
    list_processes();
    const double total = std::accumulate(processes_.begin(), processes_.end(), 0.0,
                                         [](double s, const Process& p) { return s + p.rate; });
    if (!(total > 0)) {  // nothing leads away, or not within the range of a double: the state stays
      crossed_ = model_->n_frames;
      return;
    }
    const double u1 = random_.random();
    double cumulative = 0;
    const Process* chosen = &processes_.back();
    for (const Process& process : processes_) {
      cumulative += process.rate / total;
      if (cumulative > u1) {
        chosen = &process;
        break;
      }
    }
    time_ -= std::log(random_.random()) / total;
    crossed_ = intervals_passed();
    last_delta_g0_ = chosen->delta_g0;
    carriers_[chosen->carrier].move(chosen->hop->target, chosen->hop->offset);
    sites_[chosen->carrier] = carriers_[chosen->carrier].site(model_->supercell);
    ++hops_;
    recorder_.invalidate();
  }

  /// PyCD's order: carriers, listed distances, target site ascending.
  void list_processes() {
    processes_.clear();
    for (std::size_t c = 0; c < carriers_.size(); ++c) {
      targets_.clear();
      const Eigen::Vector3i cell = carriers_[c].cell(model_->supercell);
      for (const auto& hop : model_->hops[static_cast<std::size_t>(carriers_[c].basis)]) {
        targets_.push_back(
            {model_->supercell.site_index(hop.target, model_->supercell.folded(cell + hop.offset)), &hop});
      }
      std::stable_sort(targets_.begin(), targets_.end(), [](const Target& a, const Target& b) {
        return a.hop->kind != b.hop->kind ? a.hop->kind < b.hop->kind : a.site < b.site;
      });
      for (const Target& target : targets_) add_process(c, target.site, *target.hop);
    }
  }

  void add_process(std::size_t c, std::int64_t target, const lattice::Hop& hop) {
    const double charge = model_->charge_of(static_cast<int>(c));
    double delta = model_->static_energy_change(model_->carrier_species[c], carriers_[c].basis, hop) +
                   dopants_.energy_change(charge, sites_[c], target);
    for (std::size_t other = 0; other < carriers_.size(); ++other) {
      if (other == c) continue;
      delta += 2 * charge * model_->charge_of(static_cast<int>(other)) *
               (model_->pair_energy(target, sites_[other]) - model_->pair_energy(sites_[c], sites_[other]));
    }
    processes_.push_back({c, &hop, delta, model_->rate(hop, delta)});
  }

  struct Target {
    std::int64_t site;
    const lattice::Hop* hop;
  };

  const energy::Model* model_;
  energy::Doping doping_;
  energy::DopantField dopants_;
  bool every_step_;
  PythonRandom random_;
  FrameRecorder recorder_;
  std::vector<CarrierPosition> carriers_;
  std::vector<std::int64_t> sites_;
  std::vector<Target> targets_;
  std::vector<Process> processes_;
  Recorded written_;
  double time_ = 0;
  double last_delta_g0_ = 0;
  std::int64_t hops_ = 0;
  std::int64_t crossed_ = 0;   ///< whole intervals that have passed, at most n_frames
  std::int64_t frames_ = 0;    ///< rows written so far
  std::int64_t hop_rows_ = 0;  ///< rows written so far
};

class ReplayFactory final : public PropagatorFactory {
 public:
  ReplayFactory(const energy::Model& model, const config::RunConfig& config,
                std::vector<energy::Doping> dopings)
      : model_(&model),
        every_step_(config.output.write_every_step),
        seeds_(replay_seeds(config)),
        dopings_(std::move(dopings)) {}

  [[nodiscard]] std::unique_ptr<Propagator> start(std::int64_t trajectory) const override {
    return std::make_unique<Replay>(*model_, doping_of(trajectory), every_step_,
                                    PythonRandom(seeds_[static_cast<std::size_t>(trajectory)]));
  }

  [[nodiscard]] std::unique_ptr<Propagator> resume(std::int64_t trajectory,
                                                   const PropagatorState& state) const override {
    require_same_dopants(trajectory, state, doping_of(trajectory));
    return std::make_unique<Replay>(*model_, doping_of(trajectory), every_step_, state);
  }

 private:
  [[nodiscard]] energy::Doping doping_of(std::int64_t trajectory) const {
    return dopings_.empty() ? energy::Doping{} : dopings_.at(static_cast<std::size_t>(trajectory));
  }

  const energy::Model* model_;
  bool every_step_;
  std::vector<double> seeds_;
  std::vector<energy::Doping> dopings_;  ///< by trajectory; empty: nothing is doped
};

}  // namespace

std::unique_ptr<PropagatorFactory> make_replay_factory(const energy::Model& model,
                                                       const config::RunConfig& config,
                                                       std::vector<energy::Doping> dopings) {
  return std::make_unique<ReplayFactory>(model, config, std::move(dopings));
}

}  // namespace hopmc::kmc
