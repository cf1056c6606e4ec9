#pragma once
/// Dopants: which sites they take, and how they change the landscape that carriers see.

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "hopmc/config/doping_config.hpp"
#include "hopmc/lattice/shell_map.hpp"

namespace hopmc::energy {

struct Model;

/// An entry of doping_element_map in the crystal.
struct DopantKind {
  config::DopantKind given;
  int host = 0;               ///< index of the element whose sites it takes
  double charge_change = 0;   ///< charge of the dopant less that of the host ion, e
  int starting_species = -1;  ///< whose carriers start on its sites; -1: none
  int reach = 0;              ///< largest shell around a dopant that it can claim
};

/// A dopant on its site.
struct Dopant {
  std::int64_t site = 0;
  int kind = 0;  ///< index into Model::dopant_kinds
  friend bool operator==(const Dopant&, const Dopant&) = default;
};

/// The dopants of one trajectory.
struct Doping {
  std::vector<Dopant> dopants;  ///< by kind, then in the order of their insertion
  std::int64_t attempts = 0;    ///< placements that were tried for it

  [[nodiscard]] std::vector<std::int64_t> sites_of(int kind) const;  ///< ascending
};

/// What dopants add to the undoped landscape, for every site of the supercell.
///
/// The shell energy of a site is that of the nearest dopant on its element, in hops; of equally near ones
/// the first. Dopant ions act with the difference to the charge of the ion they replace.
class DopantField {
 public:
  DopantField() = default;  ///< no dopants: everything is zero
  /// O(dopants * sites). Local.
  DopantField(const Model& model, const Doping& doping);

  [[nodiscard]] bool empty() const noexcept { return site_energy_.empty(); }
  /// Shift of the relative site energy, hartree.
  [[nodiscard]] double site_energy(std::int64_t site) const noexcept {
    return empty() ? 0 : site_energy_[static_cast<std::size_t>(site)];
  }
  /// Potential of the charge changes, sum_d dQ_d P(site, d), hartree/e. For sites of species with carriers.
  [[nodiscard]] double potential(std::int64_t site) const noexcept {
    return empty() ? 0 : potential_[static_cast<std::size_t>(site)];
  }
  /// What is added to dG0 of a hop of charge `charge`, hartree.
  [[nodiscard]] double energy_change(double charge, std::int64_t from, std::int64_t to) const noexcept {
    if (empty()) return 0;
    return 2 * charge * (potential(to) - potential(from)) + site_energy(to) - site_energy(from);
  }
  /// What is added to the energy of the ions and the background, hartree.
  [[nodiscard]] double lattice_energy() const noexcept { return lattice_energy_; }

 private:
  void set_site_energies(const Model& model, const Doping& doping);
  void set_potentials(const Model& model, const Doping& doping);

  std::vector<double> site_energy_;
  std::vector<double> potential_;
  double lattice_energy_ = 0;
};

/// Shell around the nearest dopant and that dopant, for every site of an element, by place.
struct NearestDopants {
  std::vector<int> shell;   ///< ShellMap::unreachable where no dopant claims the site
  std::vector<int> dopant;  ///< index into Doping::dopants, -1
};
/// Of the dopants on `host`, the element of `shells`; each claims shells up to its kind's reach.
[[nodiscard]] NearestDopants nearest_dopants(const lattice::ShellMap& shells,
                                             const std::vector<DopantKind>& kinds, const Doping& doping,
                                             int host);

/// DopantKind::reach of a kind: PyCD looks only so far around dopants in pairs and around marked sites.
[[nodiscard]] int reach_of(const config::DopantKind& kind);

/// A uniform integer in [0, bound).
using Choose = std::function<std::uint64_t(std::uint64_t bound)>;

/// Puts up to `count` dopants on `available` sites (ascending), each at random; sites within `separation`
/// shells of one are not available any more. Returns the sites in order: fewer if none are left.
[[nodiscard]] std::vector<std::int64_t> insert_randomly(std::vector<std::int64_t>& available,
                                                        std::int64_t count, int separation,
                                                        const lattice::ShellMap& shells,
                                                        const Choose& choose);

/// Takes the sites within `separation` shells of `site` out of `available` (ascending).
void discard_around(std::int64_t site, int separation, const lattice::ShellMap& shells,
                    std::vector<std::int64_t>& available);

/// Pairs of host sites at the distance of the kind's `pairwise` entry, in every n-th plane; the order of
/// planes decides, no random number. Throws std::invalid_argument, with a reason for the user, where the
/// entry does not describe such planes.
[[nodiscard]] std::vector<std::int64_t> paired_sites(const Model& model, const DopantKind& kind);

}  // namespace hopmc::energy
