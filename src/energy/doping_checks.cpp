#include "doping_checks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <numeric>

#include "ewald_sums.hpp"
#include "hopmc/lattice/images.hpp"

namespace hopmc::energy {
namespace {

constexpr const char* map_key = "doping.doping_element_map";
constexpr const char* count_key = "doping.num_dopants";
constexpr const char* sites_key = "doping.dopant_site_indices";
constexpr const char* type_key = "doping.insertion_type";
constexpr const char* start_key = "doping.site_charge_initiation";

class DopingChecker {
 public:
  DopingChecker(Model& model, const config::LoadedConfig& config, Problems& problems)
      : model_(model), config_(config), problems_(problems) {}

  void set() {
    for (const config::DopantKind& given : config_.run.doping.kinds) add(given);
    if (!problems_.empty()) return;
    check_sites();
    check_room();
    if (model_.replay_pycd) check_replay();
  }

 private:
  void complain(const char* key, const std::string& message) {
    problems_.add(config_.sources.problem_at(key, message));
  }
  void refuse(const char* key, const std::string& reason) { complain(key, "cannot be replayed: " + reason); }
  [[nodiscard]] const std::string& host_name(const DopantKind& kind) const { return kind.given.host; }

  void add(const config::DopantKind& given) {
    DopantKind kind;
    kind.given = given;
    kind.host = model_.crystal.find_element(given.host);
    if (kind.host < 0) {
      if (given.count > 0) complain(map_key, fmt::format("POSCAR has no element {}", given.host));
      kind.host = 0;
      model_.dopant_kinds.push_back(kind);
      return;
    }
    const int first = model_.crystal.elements[static_cast<std::size_t>(kind.host)].first;
    kind.charge_change = given.charge - model_.ion_charge[static_cast<std::size_t>(first)];
    kind.reach = reach_of(given);
    if (given.starts_carriers) kind.starting_species = species_on(first);
    if (!model_.shells.contains(kind.host)) {
      model_.shells.emplace(kind.host,
                            lattice::ShellMap(model_.crystal, model_.supercell, model_.hops, kind.host));
    }
    model_.dopant_kinds.push_back(std::move(kind));
  }

  /// The first of species_types that lives there, or -1.
  [[nodiscard]] int species_on(int basis) const {
    for (std::size_t s = 0; s < model_.species.size(); ++s) {
      const auto& sites = model_.species[s].basis;
      if (std::find(sites.begin(), sites.end(), basis) != sites.end()) return static_cast<int>(s);
    }
    return -1;
  }

  void check_sites() {
    std::map<std::int64_t, std::string> taken;
    for (const DopantKind& kind : model_.dopant_kinds) {
      if (kind.given.count == 0 || kind.given.insertion != config::Insertion::manual) continue;
      for (const std::int64_t site : kind.given.sites) {
        if (site >= model_.supercell.n_sites()) {
          complain(sites_key, fmt::format("there is no site {}: sites count from 0 to {}", site,
                                          model_.supercell.n_sites() - 1));
          continue;
        }
        if (!model_.shells.at(kind.host).has(site)) {
          const int b = model_.supercell.basis_of(site);
          const int element = model_.crystal.basis[static_cast<std::size_t>(b)].element;
          complain(sites_key, fmt::format("site {} is a {} site; {} takes {} sites", site,
                                          model_.crystal.elements[static_cast<std::size_t>(element)].name,
                                          kind.given.element, host_name(kind)));
        }
        const auto [other, inserted] = taken.insert({site, kind.given.element});
        if (!inserted) {
          complain(sites_key, fmt::format("site {} is already taken by {}", site, other->second));
        }
      }
    }
  }

  void check_room() {
    std::map<int, std::int64_t> wanted;
    for (const DopantKind& kind : model_.dopant_kinds) {
      if (kind.given.count > 0) wanted[kind.host] += kind.given.count;
    }
    for (const auto& [host, count] : wanted) {
      const auto sites = static_cast<std::int64_t>(model_.shells.at(host).n_sites());
      if (count <= sites) continue;
      complain(count_key, fmt::format("{} dopants for {} {} sites", count, sites,
                                      model_.crystal.elements[static_cast<std::size_t>(host)].name));
    }
    const bool in_pairs = std::any_of(
        model_.dopant_kinds.begin(), model_.dopant_kinds.end(),
        [](const auto& k) { return k.given.count > 0 && k.given.insertion == config::Insertion::pairwise; });
    if (in_pairs && !model_.supercell.fully_periodic()) {
      complain(type_key, "pairwise needs a supercell that is periodic along all vectors");
    }
  }

  /// Where PyCD stops with an error, or puts dopants where they do not belong.
  void check_replay() {
    using config::Insertion;
    int host_of_random = -1;
    bool other_first = false;
    for (std::size_t k = 0; k < model_.dopant_kinds.size(); ++k) {
      const DopantKind& kind = model_.dopant_kinds[k];
      if (kind.given.count == 0) continue;
      if (model_
              .hops[static_cast<std::size_t>(
                  model_.crystal.elements[static_cast<std::size_t>(kind.host)].first)]
              .empty() ||
          species_on(model_.crystal.elements[static_cast<std::size_t>(kind.host)].first) < 0) {
        refuse(map_key, fmt::format("PyCD dopes only sites on which carriers live and hop, and {} sites are "
                                    "none",
                                    host_name(kind)));
      }
      if (kind.given.insertion == Insertion::random) {
        if (other_first && host_of_random < 0)
          refuse(type_key, "PyCD fails where random follows manual or pairwise");
        if (host_of_random >= 0 && host_of_random != kind.host)
          refuse(map_key, "PyCD puts random dopants on sites of the other kinds' hosts");
        host_of_random = kind.host;
      }
      if (kind.given.insertion == Insertion::manual || kind.given.insertion == Insertion::pairwise)
        other_first = true;
      if (kind.given.insertion == Insertion::gradient) check_replayed_gradient(kind);
    }
    check_replayed_start();
  }

  void check_replayed_gradient(const DopantKind& kind) {
    const DopantKind& first = model_.dopant_kinds.front();
    if (first.given.insertion != config::Insertion::gradient || first.given.count == 0) {
      refuse(type_key, "PyCD fails where gradient is not the first insertion_type, with dopants");
      return;
    }
    if (kind.host != first.host) refuse(map_key, "PyCD puts dopants of a gradient on other kinds' hosts");
    if (kind.given.gradient.lengths != first.given.gradient.lengths ||
        kind.given.gradient.axis != first.given.gradient.axis) {
      refuse("doping.gradient", "PyCD confuses the steps of gradients that differ");
      return;
    }
    check_images_of_steps(kind);
  }

  /// The steps are supercells of their own to PyCD, which sees one image of every neighbour.
  void check_images_of_steps(const DopantKind& kind) {
    const config::GradientInsertion& gradient = kind.given.gradient;
    const int parts = std::accumulate(gradient.lengths.begin(), gradient.lengths.end(), 0);
    for (const int length : gradient.lengths) {
      Eigen::Vector3i size = model_.supercell.size();
      size[gradient.axis] = size[gradient.axis] / parts * length;
      const lattice::Supercell step(size, model_.supercell.periodic(), model_.crystal.n_basis());
      const lattice::ImageSearch images(supercell_lattice(model_.crystal, step));
      const std::vector<int> hosts = model_.crystal.sites_of(kind.host);
      if (lattice::find_ambiguous_hop(model_.hops, hosts, images) == nullptr) continue;
      refuse("doping.gradient", "a step is so small that PyCD would lose hops");
      return;
    }
  }

  void check_replayed_start() {
    for (const DopantKind& kind : model_.dopant_kinds) {
      if (kind.given.count == 0 || kind.starting_species < 0) continue;
      const Species& species = model_.species[static_cast<std::size_t>(kind.starting_species)];
      if (species.count == 0) continue;
      if (species.count > kind.given.count) {
        refuse(start_key, fmt::format("PyCD fails where {} {}s are to start on {} {}", species.count,
                                      species.name, kind.given.count, kind.given.element));
      }
      if (!species.initial_sites.empty())
        refuse(start_key, "PyCD fails where initial_occupancy gives sites too");
      return;
    }
  }

  Model& model_;
  const config::LoadedConfig& config_;
  Problems& problems_;
};

}  // namespace

void set_doping(Model& model, const config::LoadedConfig& config, Problems& problems) {
  DopingChecker(model, config, problems).set();
}

}  // namespace hopmc::energy
