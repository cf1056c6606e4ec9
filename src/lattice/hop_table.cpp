#include "hopmc/lattice/hop_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <tuple>

#include "hopmc/lattice/images.hpp"
#include "hopmc/units/units.hpp"

namespace hopmc::lattice {
namespace {

using config::HopFamily;
using config::HopKind;

constexpr double most_images = 1e5;  ///< unit cells within reach of a hop; more is a typing error

double in_angstrom(double length) {
  return length / units::angstrom_in_bohr;
}

std::string list_key(const char* list, const HopFamily& family) {
  return fmt::format("{}.{}:{}", list, family.element, family.element);
}

/// Hops out of one site, in order; `kinds` are those of its class.
std::vector<Hop> hops_from(const Crystal& crystal, const ImageSearch& images, int origin,
                           const std::vector<int>& targets, const std::vector<HopKind>& kinds) {
  double reach = 0;
  for (const HopKind& kind : kinds) reach = std::max(reach, kind.distance + kind.tolerance);
  reach *= 1 + equal_length_tolerance;  // the exact bounds are tested below
  std::vector<Hop> hops;
  for (const int target : targets) {
    const Eigen::Vector3d difference = crystal.basis[static_cast<std::size_t>(target)].position -
                                       crystal.basis[static_cast<std::size_t>(origin)].position;
    images.for_each_within(difference, reach, [&](const Eigen::Vector3i& n, const Eigen::Vector3d& vector) {
      if (target == origin && n == Eigen::Vector3i::Zero()) return;
      const double r = vector.norm();
      for (std::size_t k = 0; k < kinds.size(); ++k) {
        const HopKind& kind = kinds[k];
        if (r <= kind.distance - kind.tolerance || r > kind.distance + kind.tolerance) continue;
        hops.push_back({target, n, vector, static_cast<int>(k), kind.reorganization_energy, kind.coupling});
      }
    });
  }
  std::sort(hops.begin(), hops.end(), [](const Hop& a, const Hop& b) {
    return std::tie(a.kind, a.offset[0], a.offset[1], a.offset[2], a.target) <
           std::tie(b.kind, b.offset[0], b.offset[1], b.offset[2], b.target);
  });
  return hops;
}

/// Hops of one family, with what was found for each class and distance.
class FamilyBuilder {
 public:
  FamilyBuilder(const Crystal& crystal, const HopFamily& family, const config::LoadedConfig& config,
                Problems& problems)
      : crystal_(crystal), family_(family), config_(config), problems_(problems), images_(crystal.lattice) {}

  void build(HopTable& table) {
    const int element = crystal_.find_element(family_.element);
    if (element < 0) return report_unknown_element();
    const std::vector<int> sites = crystal_.sites_of(element);
    const std::size_t before = problems_.list().size();
    for (const int site : sites) check_class(crystal_.basis[static_cast<std::size_t>(site)].site_class);
    check_reach();
    if (problems_.list().size() != before) return;
    for (const int site : sites) {
      const int site_class = crystal_.basis[static_cast<std::size_t>(site)].site_class;
      const auto& kinds = family_.kinds_by_class[static_cast<std::size_t>(site_class)];
      auto& found = found_[site_class];
      found.resize(kinds.size(), false);
      auto& hops = table[static_cast<std::size_t>(site)];
      hops = hops_from(crystal_, images_, site, sites, kinds);
      for (const Hop& hop : hops) found[static_cast<std::size_t>(hop.kind)] = true;
      note_overlaps(site_class, hops);
    }
    report();
  }

 private:
  void report_unknown_element() {
    std::vector<std::string> names;
    for (const Element& element : crystal_.elements) names.push_back(element.name);
    const std::string nearest = config::nearest_name(family_.element, names);
    problems_.add(config_.sources.problem_at(
        list_key("neighbor_cutoff_dist", family_),
        fmt::format("POSCAR has no element {}{}", family_.element,
                    nearest.empty() ? "" : fmt::format("; did you mean {}?", nearest))));
  }

  void check_class(int site_class) {
    if (site_class >= 0 && static_cast<std::size_t>(site_class) < family_.kinds_by_class.size()) return;
    if (!missing_.insert(site_class).second) return;
    problems_.add(config_.sources.problem_at(
        list_key("neighbor_cutoff_dist", family_),
        fmt::format("class_list puts {} atoms into class {}, but distances are listed for {} class(es)",
                    family_.element, site_class + 1, family_.kinds_by_class.size())));
  }

  void check_reach() {
    for (const auto& kinds : family_.kinds_by_class) {
      for (const HopKind& kind : kinds) {
        const double reach = kind.distance + kind.tolerance;
        if (4 * units::pi / 3 * reach * reach * reach <= most_images * crystal_.volume()) continue;
        problems_.add(config_.sources.problem_at(
            list_key("neighbor_cutoff_dist", family_),
            fmt::format("a hop of {:.6g} angstrom reaches over too many unit cells", in_angstrom(reach))));
      }
    }
  }

  void note_overlaps(int site_class, const std::vector<Hop>& hops) {
    for (std::size_t a = 0; a < hops.size(); ++a) {
      for (std::size_t b = a + 1; b < hops.size(); ++b) {
        if (hops[a].target != hops[b].target || hops[a].offset != hops[b].offset) continue;
        overlaps_.insert({{site_class, hops[a].kind, hops[b].kind}, hops[a].vector.norm()});
      }
    }
  }

  void report() {
    for (const auto& [site_class, found] : found_) {
      for (std::size_t k = 0; k < found.size(); ++k) {
        if (found[k]) continue;
        const HopKind& kind = kind_of(site_class, static_cast<int>(k));
        problems_.add(config_.sources.problem_at(
            list_key("neighbor_cutoff_dist", family_),
            fmt::format(
                "no {} atom of class {} has a neighbour at {:.6g} +- {:.6g} angstrom (distance {} of the "
                "list)",
                family_.element, site_class + 1, in_angstrom(kind.distance), in_angstrom(kind.tolerance),
                k + 1)));
      }
    }
    for (const auto& [where, length] : overlaps_) {
      const auto& [site_class, a, b] = where;
      problems_.add(config_.sources.problem_at(
          list_key("neighbor_cutoff_dist_tol", family_),
          fmt::format(
              "the hop of {:.6g} angstrom matches two distances of class {}, {:.6g} and {:.6g}: make the "
              "tolerances smaller",
              in_angstrom(length), site_class + 1, in_angstrom(kind_of(site_class, a).distance),
              in_angstrom(kind_of(site_class, b).distance))));
    }
  }

  [[nodiscard]] const HopKind& kind_of(int site_class, int kind) const {
    return family_.kinds_by_class[static_cast<std::size_t>(site_class)][static_cast<std::size_t>(kind)];
  }

  const Crystal& crystal_;
  const HopFamily& family_;
  const config::LoadedConfig& config_;
  Problems& problems_;
  ImageSearch images_;
  std::map<int, std::vector<bool>> found_;                ///< class -> distance -> any neighbour
  std::map<std::tuple<int, int, int>, double> overlaps_;  ///< class and two distances -> a length
  std::set<int> missing_;                                 ///< classes without a list
};

bool is_reverse(const Hop& back, int origin, const Hop& hop) {
  const auto equal = [](double a, double b) {
    return std::abs(a - b) <= equal_length_tolerance * std::max(std::abs(a), std::abs(b));
  };
  return back.target == origin && back.offset == -hop.offset &&
         equal(back.reorganization_energy, hop.reorganization_energy) && equal(back.coupling, hop.coupling);
}

}  // namespace

HopTable build_hop_table(const Crystal& crystal, const config::LoadedConfig& config, Problems& problems) {
  HopTable table(crystal.basis.size());
  for (const HopFamily& family : config.run.material.families) {
    FamilyBuilder(crystal, family, config, problems).build(table);
  }
  return table;
}

const Hop* find_ambiguous_hop(const HopTable& hops, std::span<const int> basis,
                              const ImageSearch& supercell) {
  for (const int b : basis) {
    for (const Hop& hop : hops[static_cast<std::size_t>(b)]) {
      if (!supercell.is_unique_shortest(hop.vector)) return &hop;
    }
  }
  return nullptr;
}

std::vector<std::string> irreversible_hops(const Crystal& crystal, const HopTable& hops) {
  struct Count {
    int broken = 0;
    double length = 0;
  };
  std::map<std::tuple<int, int, int>, Count> counts;  // element, class, kind
  for (std::size_t origin = 0; origin < hops.size(); ++origin) {
    const BasisSite& site = crystal.basis[origin];
    for (const Hop& hop : hops[origin]) {
      const auto& back = hops[static_cast<std::size_t>(hop.target)];
      if (std::any_of(back.begin(), back.end(),
                      [&](const Hop& h) { return is_reverse(h, static_cast<int>(origin), hop); })) {
        continue;
      }
      Count& count = counts[{site.element, site.site_class, hop.kind}];
      ++count.broken;
      count.length = hop.vector.norm();
    }
  }
  std::vector<std::string> sentences;
  for (const auto& [where, count] : counts) {
    const auto& [element, site_class, kind] = where;
    sentences.push_back(fmt::format(
        "{}, class {}, distance {}: {} hop(s) per unit cell, e.g. of {:.6g} angstrom, have no reverse hop of "
        "equal reorganisation energy and coupling, so detailed balance does not hold",
        crystal.elements[static_cast<std::size_t>(element)].name, site_class + 1, kind + 1, count.broken,
        in_angstrom(count.length)));
  }
  return sentences;
}

}  // namespace hopmc::lattice
