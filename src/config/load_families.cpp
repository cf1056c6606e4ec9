#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "hints.hpp"
#include "hopmc/units/units.hpp"
#include "loaders.hpp"

namespace hopmc::config {
namespace {

using Table = std::vector<std::vector<double>>;

constexpr const char* distance_section = "neighbor_cutoff_dist";
constexpr std::array<const char*, 3> other_sections{"neighbor_cutoff_dist_tol", "lambda_values", "v_ab"};

/// The element of "A:A".
std::optional<std::string> element_of(const LoadContext& context, const std::string& family) {
  const std::string delimiter = context.values.text("element_type_delimiter").value_or(":");
  const std::string key = fmt::format("{}.{}", distance_section, family);
  const std::size_t at = family.find(delimiter);
  if (at == std::string::npos) {
    context.complain(key, fmt::format("'{}' is no hop family; expected two elements with '{}' between",
                                      family, delimiter));
    return std::nullopt;
  }
  std::string element = family.substr(0, at);
  const std::string target = family.substr(at + delimiter.size());
  if (element != target) {
    context.complain(key, fmt::format("hops between different elements ({} and {}) are not supported; "
                                      "expected families such as '{}{}{}'",
                                      element, target, element, delimiter, element));
    return std::nullopt;
  }
  const std::vector<std::string> known = context.values.names_below("class_list");
  if (!known.empty() && !contains(known, element)) {
    context.complain(key, fmt::format("'{}' is not in class_list{}", element, did_you_mean(element, known)));
    return std::nullopt;
  }
  return element;
}

/// True if the table has the lists and list lengths of the distances.
bool has_shape_of(const LoadContext& context, const std::string& key, const Table& table,
                  const Table& distances) {
  if (table.size() != distances.size()) {
    context.complain(key, fmt::format("has lists for {} classes, but {} has {}; expected the same shape",
                                      table.size(), distance_section, distances.size()));
    return false;
  }
  for (std::size_t c = 0; c < table.size(); ++c) {
    if (table[c].size() == distances[c].size()) continue;
    context.complain(key, fmt::format("has {} numbers for class {}, but {} has {}; expected the same shape",
                                      table[c].size(), c + 1, distance_section, distances[c].size()));
    return false;
  }
  return true;
}

/// The table of `section` for a family whose distances are known.
std::optional<Table> companion(const LoadContext& context, const std::string& section,
                               const std::string& family, const Table& distances) {
  const std::string key = fmt::format("{}.{}", section, family);
  const std::vector<std::string> given = context.values.names_below(section);
  if (!given.empty() && !contains(given, family)) {
    context.complain(
        key, fmt::format("is missing; expected as many numbers as {}.{} has", distance_section, family));
  }
  auto table = context.values.table(key);
  if (!table || !has_shape_of(context, key, *table, distances)) return std::nullopt;
  return table;
}

/// One list of distances for each class of the element.
void check_class_count(const LoadContext& context, const std::string& key, const HopFamily& family,
                       const MaterialConfig& material) {
  const auto classes = material.class_list.find(family.element);
  if (classes == material.class_list.end()) return;
  const auto expected =
      static_cast<std::size_t>(*std::max_element(classes->second.begin(), classes->second.end()) + 1);
  if (family.kinds_by_class.size() == expected) return;
  context.complain(key, fmt::format("has {} lists; expected {}, one for each class of {} in class_list",
                                    family.kinds_by_class.size(), expected, family.element));
}

void load_family(const LoadContext& context, const std::string& name, MaterialConfig& material) {
  const std::string key = fmt::format("{}.{}", distance_section, name);
  const auto element = element_of(context, name);
  const auto distances = context.values.table(key);
  if (!element || !distances) return;
  HopFamily family{*element, {}};
  std::array<std::optional<Table>, other_sections.size()> tables;
  for (std::size_t i = 0; i < tables.size(); ++i) {
    tables[i] = companion(context, other_sections[i], name, *distances);
  }
  const auto& [tolerances, lambdas, couplings] = tables;
  for (std::size_t c = 0; c < distances->size(); ++c) {
    std::vector<HopKind>& kinds = family.kinds_by_class.emplace_back();
    for (std::size_t d = 0; d < (*distances)[c].size(); ++d) {
      HopKind kind;
      kind.distance = (*distances)[c][d] * units::angstrom_in_bohr;
      if (tolerances) kind.tolerance = (*tolerances)[c][d] * units::angstrom_in_bohr;
      if (lambdas) kind.reorganization_energy = (*lambdas)[c][d] * units::ev_in_hartree;
      if (couplings) kind.coupling = (*couplings)[c][d] * units::ev_in_hartree;
      kinds.push_back(kind);
    }
  }
  check_class_count(context, key, family, material);
  material.families.push_back(std::move(family));
}

/// A family that only a companion table has would be dropped in silence.
void check_strays(const LoadContext& context) {
  const std::vector<std::string> known = context.values.names_below(distance_section);
  if (known.empty()) return;
  for (const char* section : other_sections) {
    for (const std::string& name : context.values.names_below(section)) {
      if (contains(known, name)) continue;
      context.complain(fmt::format("{}.{}", section, name),
                       fmt::format("'{}' is not in {}{}", name, distance_section, did_you_mean(name, known)));
    }
  }
}

/// Carriers can move on every element they live on.
void check_carriers_can_hop(const LoadContext& context, const MaterialConfig& material) {
  const auto counts = context.values.integers("species_count");
  const std::vector<std::string> families = context.values.names_below(distance_section);
  if (!counts || counts->size() != material.species.size() || families.empty()) return;
  const std::string delimiter = context.values.text("element_type_delimiter").value_or(":");
  for (std::size_t s = 0; s < counts->size(); ++s) {
    if ((*counts)[s] == 0) continue;
    for (const std::string& element : material.species[s].elements) {
      if (!material.class_list.contains(element)) continue;  // reported with the species
      const std::string family = element + delimiter + element;
      if (contains(families, family)) continue;
      context.complain(distance_section,
                       fmt::format("has no family '{}', but species_count asks for {} {}(s), "
                                   "which live on {}",
                                   family, (*counts)[s], material.species[s].name, element));
    }
  }
}

}  // namespace

void load_families(const LoadContext& context, MaterialConfig& material) {
  for (const std::string& name : context.values.names_below(distance_section)) {
    load_family(context, name, material);
  }
  check_strays(context);
  check_carriers_can_hop(context, material);
}

}  // namespace hopmc::config
