#include "replay_dopings.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <stdexcept>

#include "hopmc/lattice/images.hpp"
#include "hopmc/units/units.hpp"
#include "python_random.hpp"

namespace hopmc::kmc {
namespace {

using config::Insertion;
using energy::DopantKind;
using Sites = std::vector<std::vector<std::int64_t>>;  ///< by kind, in the order of insertion

/// How far the ends of PyCD's table of distances reach beyond its first and last, angstrom.
constexpr double end_of_distances = 0.5;

/// PyCD tells the shells between two dopants from their distance, by a table of the distances of all sites
/// from one sample site.
class ShellsByDistance {
 public:
  ShellsByDistance(const energy::Model& model, int host)
      : model_(model), images_(model.supercell.size().cast<double>().asDiagonal() * model.crystal.lattice) {
    const lattice::ShellMap& shells = model.shells.at(host);
    const std::int64_t sample = shells.site_at(0);
    const std::vector<int> around = shells.around(sample);
    std::vector<std::pair<double, int>> sorted;
    for (std::size_t p = 0; p < around.size(); ++p) {
      if (around[p] == lattice::ShellMap::unreachable) continue;
      sorted.emplace_back(distance(sample, shells.site_at(p)), around[p]);
    }
    std::sort(sorted.begin(), sorted.end());
    bins_.push_back(sorted.front().first - end_of_distances);
    for (std::size_t i = 0; i < sorted.size(); ++i) {
      shells_.push_back(sorted[i].second);
      const double here = sorted[i].first;
      bins_.push_back(i + 1 < sorted.size() ? here + (sorted[i + 1].first - here) / 2
                                            : here + end_of_distances);
    }
  }

  /// Shells between two sites.
  [[nodiscard]] int between(std::int64_t a, std::int64_t b) const {
    const auto above = std::upper_bound(bins_.begin(), bins_.end(), distance(a, b)) - bins_.begin();
    const auto last = static_cast<std::ptrdiff_t>(shells_.size()) - 1;
    return shells_[static_cast<std::size_t>(std::clamp<std::ptrdiff_t>(above - 1, 0, last))] - 1;
  }

 private:
  [[nodiscard]] double distance(std::int64_t a, std::int64_t b) const {
    const Eigen::Vector3d vector = model_.wrapped_position(b) - model_.wrapped_position(a);
    return images_.shortest(vector).norm() / units::angstrom_in_bohr;
  }

  const energy::Model& model_;
  lattice::ImageSearch images_;
  std::vector<double> bins_;
  std::vector<int> shells_;
};

/// One step of a gradient: PyCD places its dopants in a periodic supercell of the step's own size.
struct Step {
  lattice::Supercell supercell;
  lattice::ShellMap shells;
  int first_cell = 0;
};

class PycdPlacement {
 public:
  PycdPlacement(const energy::Model& model, const config::RunConfig& config)
      : model_(model),
        max_attempts_(config.doping.max_attempts),
        n_traj_(config.n_traj),
        random_(replay_seeds(config).back()) {
    for (const DopantKind& kind : model.dopant_kinds) {
      required_.push_back(kind.given.min_separation);
      if (kind.given.count == 0) continue;
      by_distance_.try_emplace(kind.host, model, kind.host);
      if (kind.given.insertion == Insertion::gradient && steps_.empty()) set_steps(kind);
    }
  }

  std::vector<energy::Doping> place_all() {
    std::vector<energy::Doping> dopings;
    const bool in_pairs =
        std::any_of(model_.dopant_kinds.begin(), model_.dopant_kinds.end(), [](const DopantKind& kind) {
          return kind.given.count > 0 && kind.given.insertion == Insertion::pairwise;
        });
    for (std::int64_t t = 0; t < n_traj_; ++t) {
      // Pairs are placed once, for all trajectories.
      dopings.push_back(in_pairs && t > 0 ? dopings.front() : next());
    }
    return dopings;
  }

 private:
  /// Lists are compared as Python does it, entry by entry until two differ. Where no try gives a new set, the
  /// set of the trajectory before is used again.
  energy::Doping next() {
    std::vector<int> best(required_.size(), -1);
    std::int64_t attempt = 0;
    while (best < required_ && attempt < max_attempts_) {
      ++attempt;
      const Sites sites = place();
      const std::vector<int> separation = analyse(sites);
      if (!(separation > best) || !is_new(sites)) continue;
      best = separation;
      current_ = sites;
    }
    if (!current_) {
      throw std::invalid_argument("cannot be replayed: PyCD finds no place for the dopants and fails");
    }
    earlier_.push_back(*current_);
    return doping_of(*current_, attempt);
  }

  Sites place() {
    Sites sites(model_.dopant_kinds.size());
    std::vector<std::int64_t> available;
    bool listed = false;
    for (std::size_t k = 0; k < sites.size(); ++k) {
      const DopantKind& kind = model_.dopant_kinds[k];
      if (kind.given.count == 0) continue;
      const lattice::ShellMap& shells = model_.shells.at(kind.host);
      switch (kind.given.insertion) {
        case Insertion::manual:
          sites[k] = kind.given.sites;
          break;
        case Insertion::pairwise:
          sites[k] = energy::paired_sites(model_, kind);
          break;
        case Insertion::random:
          if (!listed) available = all_sites(shells);
          listed = true;
          sites[k] = energy::insert_randomly(available, kind.given.count, required_[k], shells, choose_);
          break;
        case Insertion::gradient:
          sites[k] = place_in_steps(kind, required_[k]);
          break;
      }
    }
    return sites;
  }

  static std::vector<std::int64_t> all_sites(const lattice::ShellMap& shells) {
    std::vector<std::int64_t> sites;
    for (std::size_t p = 0; p < shells.n_sites(); ++p) sites.push_back(shells.site_at(p));
    return sites;
  }

  void set_steps(const DopantKind& kind) {
    const config::GradientInsertion& gradient = kind.given.gradient;
    double parts = 0;
    for (const int length : gradient.lengths) parts += length;
    int first = 0;
    for (const int length : gradient.lengths) {
      Eigen::Vector3i size = model_.supercell.size();
      size[gradient.axis] = static_cast<int>(size[gradient.axis] * (length / parts));
      const lattice::Supercell supercell(size, model_.supercell.periodic(), model_.crystal.n_basis());
      steps_.push_back(
          {supercell, lattice::ShellMap(model_.crystal, supercell, model_.hops, kind.host), first});
      first += size[gradient.axis];
    }
  }

  /// Dopants of an earlier kind are not heeded.
  std::vector<std::int64_t> place_in_steps(const DopantKind& kind, int separation) {
    const config::GradientInsertion& gradient = kind.given.gradient;
    std::vector<std::int64_t> sites;
    for (std::size_t s = 0; s < steps_.size(); ++s) {
      const Step& step = steps_[s];
      std::vector<std::int64_t> available = all_sites(step.shells);
      for (const std::int64_t site :
           energy::insert_randomly(available, gradient.dopants[s], separation, step.shells, choose_)) {
        Eigen::Vector3i cell = step.supercell.cell_of(site);
        cell[gradient.axis] += step.first_cell;
        sites.push_back(model_.supercell.site_index(step.supercell.basis_of(site), cell));
      }
    }
    return sites;
  }

  /// Fewest shells between dopants of each kind. A kind with a single dopant makes PyCD go on with its list
  /// of requirements instead, and what follows changes that list for good.
  std::vector<int> analyse(const Sites& sites) {
    std::vector<int> found = required_;
    bool is_requirement = false;
    for (std::size_t k = 0; k < sites.size(); ++k) {
      if (model_.dopant_kinds[k].given.count == 0) continue;
      if (sites[k].size() < 2) {
        is_requirement = true;
        continue;
      }
      const int smallest = smallest_between(sites[k], by_distance_.at(model_.dopant_kinds[k].host));
      (is_requirement ? required_ : found)[k] = smallest;
    }
    return is_requirement ? required_ : found;
  }

  static int smallest_between(const std::vector<std::int64_t>& sites, const ShellsByDistance& shells) {
    int smallest = shells.between(sites[0], sites[1]);
    for (std::size_t i = 0; i < sites.size(); ++i) {
      for (std::size_t j = i + 1; j < sites.size(); ++j) {
        smallest = std::min(smallest, shells.between(sites[i], sites[j]));
      }
    }
    return smallest;
  }

  /// No kind may have the sites that it has in an earlier trajectory.
  [[nodiscard]] bool is_new(const Sites& sites) const {
    return std::none_of(earlier_.begin(), earlier_.end(), [&](const Sites& other) {
      for (std::size_t k = 0; k < sites.size(); ++k) {
        const DopantKind& kind = model_.dopant_kinds[k];
        if (kind.given.count == 0 || kind.given.element == "X") continue;
        if (std::set(sites[k].begin(), sites[k].end()) == std::set(other[k].begin(), other[k].end())) {
          return true;
        }
      }
      return false;
    });
  }

  /// Of several dopants on one site the last is there, in the place of the first.
  static energy::Doping doping_of(const Sites& sites, std::int64_t attempts) {
    energy::Doping doping;
    doping.attempts = attempts;
    for (std::size_t k = 0; k < sites.size(); ++k) {
      for (const std::int64_t site : sites[k]) {
        const auto there = std::find_if(doping.dopants.begin(), doping.dopants.end(),
                                        [&](const energy::Dopant& d) { return d.site == site; });
        if (there == doping.dopants.end()) {
          doping.dopants.push_back({site, static_cast<int>(k)});
        } else {
          there->kind = static_cast<int>(k);
        }
      }
    }
    return doping;
  }

  const energy::Model& model_;
  std::int64_t max_attempts_;
  std::int64_t n_traj_;
  PythonRandom random_;
  energy::Choose choose_ = [this](std::uint64_t bound) { return random_.below(bound); };
  std::vector<int> required_;  ///< by kind; PyCD may change it on the way
  std::map<int, ShellsByDistance> by_distance_;
  std::vector<Step> steps_;
  std::vector<Sites> earlier_;
  std::optional<Sites> current_;
};

}  // namespace

std::vector<double> replay_seeds(const config::RunConfig& config) {
  PythonRandom random =
      config.random_seed_float ? PythonRandom(*config.random_seed_float) : PythonRandom(config.random_seed);
  std::vector<double> seeds;
  for (std::int64_t t = 0; t < config.n_traj; ++t) seeds.push_back(random.random());
  return seeds;
}

std::vector<energy::Doping> replay_dopings(const energy::Model& model, const config::RunConfig& config) {
  return PycdPlacement(model, config).place_all();
}

}  // namespace hopmc::kmc
