#include "hopmc/kmc/dopings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <stdexcept>
#include <utility>

#include "random_stream.hpp"
#include "replay_dopings.hpp"
#include "stream_seed.hpp"

namespace hopmc::kmc {
namespace {

using config::Insertion;
using energy::Dopant;
using energy::DopantKind;
using energy::Doping;

/// Draws of a set that an earlier trajectory has, before a run is given up.
constexpr std::int64_t most_repetitions = 10'000;

constexpr const char* count_key = "doping.num_dopants";

bool is_random(const DopantKind& kind) {
  return kind.given.count > 0 &&
         (kind.given.insertion == Insertion::random || kind.given.insertion == Insertion::gradient);
}

/// Places dopants of one trajectory after the other.
class Placement {
 public:
  explicit Placement(const energy::Model& model) : model_(model), fixed_(model.dopant_kinds.size()) {
    for (std::size_t k = 0; k < fixed_.size(); ++k) {
      const DopantKind& kind = model.dopant_kinds[k];
      if (kind.given.count == 0) continue;
      if (kind.given.insertion == Insertion::manual) fixed_[k] = kind.given.sites;
      if (kind.given.insertion == Insertion::pairwise) fixed_[k] = energy::paired_sites(model, kind);
    }
    for (const auto& [host, shells] : model.shells) {
      auto& sites = free_[host];
      for (std::size_t p = 0; p < shells.n_sites(); ++p) sites.push_back(shells.site_at(p));
    }
    for (std::size_t k = 0; k < fixed_.size(); ++k) {
      auto& sites = free_[model.dopant_kinds[k].host];
      for (const std::int64_t site : fixed_[k]) {
        if (std::erase(sites, site) == 0) {
          throw std::invalid_argument(fmt::format("site {} is taken by two dopants", site));
        }
      }
    }
  }

  /// One try; fewer dopants than asked for where there was no room.
  [[nodiscard]] std::vector<Dopant> place(const energy::Choose& choose) const {
    std::map<int, std::vector<std::int64_t>> available = free_;
    std::vector<Dopant> dopants;
    for (std::size_t k = 0; k < fixed_.size(); ++k) {
      const DopantKind& kind = model_.dopant_kinds[k];
      if (kind.given.count == 0) continue;
      std::vector<std::int64_t> sites = fixed_[k];
      const lattice::ShellMap& shells = model_.shells.at(kind.host);
      if (kind.given.insertion == Insertion::random) {
        sites = energy::insert_randomly(available[kind.host], kind.given.count, kind.given.min_separation,
                                        shells, choose);
      } else if (kind.given.insertion == Insertion::gradient) {
        sites = insert_in_steps(kind, available[kind.host], choose);
      }
      for (const std::int64_t site : sites) dopants.push_back({site, static_cast<int>(k)});
    }
    return dopants;
  }

 private:
  /// Every step of a gradient takes its dopants from the cells it spans.
  [[nodiscard]] std::vector<std::int64_t> insert_in_steps(const DopantKind& kind,
                                                          std::vector<std::int64_t>& available,
                                                          const energy::Choose& choose) const {
    const config::GradientInsertion& gradient = kind.given.gradient;
    const lattice::ShellMap& shells = model_.shells.at(kind.host);
    int parts = 0;
    for (const int length : gradient.lengths) parts += length;
    const int unit = model_.supercell.size()[gradient.axis] / parts;
    std::vector<std::int64_t> sites;
    int first = 0;
    for (std::size_t step = 0; step < gradient.lengths.size(); ++step) {
      const int last = first + unit * gradient.lengths[step];
      std::vector<std::int64_t> inside;
      std::copy_if(available.begin(), available.end(), std::back_inserter(inside), [&](std::int64_t site) {
        const int cell = model_.supercell.cell_of(site)[gradient.axis];
        return cell >= first && cell < last;
      });
      const auto chosen =
          energy::insert_randomly(inside, gradient.dopants[step], kind.given.min_separation, shells, choose);
      for (const std::int64_t site : chosen) {
        energy::discard_around(site, kind.given.min_separation, shells, available);
      }
      sites.insert(sites.end(), chosen.begin(), chosen.end());
      first = last;
    }
    return sites;
  }

  const energy::Model& model_;
  std::vector<std::vector<std::int64_t>> fixed_;   ///< sites by kind that no random number decides
  std::map<int, std::vector<std::int64_t>> free_;  ///< by host element, without the fixed ones
};

std::string counts_text(const energy::Model& model, const std::vector<Dopant>& dopants) {
  std::string text;
  for (std::size_t k = 0; k < model.dopant_kinds.size(); ++k) {
    const DopantKind& kind = model.dopant_kinds[k];
    if (kind.given.count == 0) continue;
    const auto placed = std::count_if(dopants.begin(), dopants.end(),
                                      [&](const Dopant& d) { return d.kind == static_cast<int>(k); });
    text +=
        fmt::format("{}{} of {} {}", text.empty() ? "" : ", ", placed, kind.given.count, kind.given.element);
  }
  return text;
}

class Drawing {
 public:
  Drawing(const energy::Model& model, const config::RunConfig& config, const config::SourceMap& sources)
      : model_(model), config_(config), sources_(sources), placement_(model) {
    for (const DopantKind& kind : model.dopant_kinds) {
      wanted_ += static_cast<std::size_t>(kind.given.count);
      varies_ = varies_ || is_random(kind);
    }
  }

  [[nodiscard]] std::vector<Doping> draw() {
    std::vector<Doping> dopings;
    for (std::int64_t t = 0; t < config_.n_traj; ++t) {
      // Sets that no random number decides are the same for all.
      dopings.push_back(varies_ || t == 0 ? next(t) : dopings.front());
    }
    return dopings;
  }

 private:
  Doping next(std::int64_t trajectory) {
    const RandomStream stream(stream_seed(config_), trajectory);
    std::uint64_t index = 0;
    const energy::Choose choose = [&](std::uint64_t bound) { return stream.doping(index, bound); };
    for (std::int64_t repetition = 0; repetition < most_repetitions; ++repetition) {
      Doping doping = complete(trajectory, choose);
      std::vector<std::pair<int, std::int64_t>> set;
      for (const Dopant& dopant : doping.dopants) set.emplace_back(dopant.kind, dopant.site);
      std::sort(set.begin(), set.end());
      if (seen_.insert(std::move(set)).second) return doping;
    }
    fail(
        fmt::format("trajectory {}: {} draws gave only sets of dopants that earlier trajectories have; there "
                    "are fewer sets than n_traj = {}",
                    trajectory + 1, most_repetitions, config_.n_traj));
  }

  Doping complete(std::int64_t trajectory, const energy::Choose& choose) {
    std::vector<Dopant> most;
    const std::int64_t attempts = varies_ ? config_.doping.max_attempts : 1;
    for (std::int64_t attempt = 1; attempt <= attempts; ++attempt) {
      std::vector<Dopant> dopants = placement_.place(choose);
      if (dopants.size() == wanted_) return {std::move(dopants), attempt};
      if (dopants.size() > most.size()) most = std::move(dopants);
    }
    fail(
        fmt::format("trajectory {}: no room for all dopants in {} attempts ({} at the most); expected fewer "
                    "dopants, a smaller min_shell_separation or a larger supercell",
                    trajectory + 1, attempts, counts_text(model_, most)));
  }

  [[noreturn]] void fail(const std::string& message) const {
    throw InputError(sources_.problem_at(count_key, message));
  }

  const energy::Model& model_;
  const config::RunConfig& config_;
  const config::SourceMap& sources_;
  Placement placement_;
  std::size_t wanted_ = 0;
  bool varies_ = false;
  std::set<std::vector<std::pair<int, std::int64_t>>> seen_;
};

}  // namespace

std::vector<Doping> draw_dopings(const energy::Model& model, const config::RunConfig& config,
                                 const config::SourceMap& sources) {
  if (!model.doped()) return {};
  try {
    return config.replay_pycd ? replay_dopings(model, config) : Drawing(model, config, sources).draw();
  } catch (const std::invalid_argument& error) {
    throw InputError(sources.problem_at("doping", error.what()));
  }
}

std::vector<int> smallest_separations(const energy::Model& model, const Doping& doping) {
  std::vector<int> smallest(model.dopant_kinds.size(), -1);
  for (std::size_t i = 0; i < doping.dopants.size(); ++i) {
    const Dopant& one = doping.dopants[i];
    const auto k = static_cast<std::size_t>(one.kind);
    const lattice::ShellMap& shells = model.shells.at(model.dopant_kinds[k].host);
    const std::vector<int> around = shells.around(one.site);
    for (std::size_t j = i + 1; j < doping.dopants.size(); ++j) {
      if (doping.dopants[j].kind != one.kind) continue;
      const int shell = around[shells.place_of(doping.dopants[j].site)];
      if (shell == lattice::ShellMap::unreachable) continue;
      if (smallest[k] < 0 || shell - 1 < smallest[k]) smallest[k] = shell - 1;
    }
  }
  return smallest;
}

}  // namespace hopmc::kmc
