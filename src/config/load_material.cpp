#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "hints.hpp"
#include "hopmc/units/units.hpp"
#include "loaders.hpp"

namespace hopmc::config {
namespace {

/// The charge type that `choice_key` of the other file names, if `section` has it.
std::optional<std::string> chosen_type(const LoadContext& context, const std::string& choice_key,
                                       const std::string& section) {
  const auto choice = context.values.text(choice_key);
  const std::vector<std::string> known = context.values.names_below(section);
  if (!choice || known.empty()) return std::nullopt;
  if (contains(known, *choice)) return choice;
  context.complain(choice_key,
                   fmt::format("'{}' is not among {}{}", *choice, section, did_you_mean(*choice, known)));
  return std::nullopt;
}

void load_ion_charges(const LoadContext& context, MaterialConfig& material) {
  const auto type = chosen_type(context, "ion_charge_type", "charge_types");
  if (!type) return;
  const std::string section = "charge_types." + *type;
  for (const std::string& element : context.values.names_below(section)) {
    if (const auto charge = context.values.number(section + "." + element)) {
      material.ion_charges[element] = *charge;
    }
  }
}

/// Classes are numbered from 1 without gaps.
void load_classes(const LoadContext& context, const std::string& element, MaterialConfig& material) {
  const std::string key = "class_list." + element;
  const auto classes = context.values.integers(key);
  if (!classes) return;
  if (classes->empty()) {
    context.complain(key, "is an empty list; expected a class for each atom");
    return;
  }
  const std::set<std::int64_t> distinct(classes->begin(), classes->end());
  std::int64_t expected = 1;
  for (const std::int64_t site_class : distinct) {
    if (site_class != expected) {
      context.complain(
          key, fmt::format("has a class {} but no class {}; expected classes without gaps from 1", site_class,
                           expected));
      return;
    }
    ++expected;
  }
  std::vector<int>& list = material.class_list[element];
  for (const std::int64_t site_class : *classes) list.push_back(static_cast<int>(site_class) - 1);
}

std::size_t class_count(const std::vector<int>& classes) {
  return static_cast<std::size_t>(*std::max_element(classes.begin(), classes.end())) + 1;
}

void load_class_energies(const LoadContext& context, MaterialConfig& material) {
  const std::string section = "relative_energies.class_index";
  for (const std::string& element : context.values.names_below(section)) {
    const std::string key = section + "." + element;
    const auto energies = context.values.numbers(key);
    const auto classes = material.class_list.find(element);
    if (!energies) continue;
    if (classes == material.class_list.end()) {
      // Files are copied from one material to another; PyCD looks at its own elements only.
      context.warn(key, fmt::format("has no effect: '{}' is not in class_list", element));
      continue;
    }
    const std::size_t n_classes = class_count(classes->second);
    if (n_classes == 1) continue;  // a shift of every site alike
    if (energies->size() < n_classes) {
      context.complain(key, fmt::format("has {} entries; expected one for each of the {} classes of {}",
                                        energies->size(), n_classes, element));
      continue;
    }
    std::vector<double>& list = material.class_energy[element];
    for (std::size_t c = 0; c < n_classes; ++c) list.push_back((*energies)[c] * units::ev_in_hartree);
  }
}

void check_element(const LoadContext& context, const std::string& key, const std::string& element,
                   const MaterialConfig& material) {
  const std::vector<std::string> classed = context.values.names_below("class_list");
  if (!classed.empty() && !contains(classed, element)) {
    context.complain(key,
                     fmt::format("'{}' is not in class_list{}", element, did_you_mean(element, classed)));
    return;
  }
  std::vector<std::string> charged;
  for (const auto& [name, charge] : material.ion_charges) charged.push_back(name);
  const std::string type = context.values.text("ion_charge_type").value_or("");
  const std::vector<std::string> written = context.values.names_below("charge_types." + type);
  if (!charged.empty() && !contains(written, element)) {
    context.complain(key, fmt::format("'{}' has no charge in charge_types.{}{}", element, type,
                                      did_you_mean(element, charged)));
  }
}

void load_species_elements(const LoadContext& context, Species& species, const MaterialConfig& material) {
  const std::string section = "species_to_element_type_map";
  const std::string key = section + "." + species.name;
  if (context.values.find(key) == nullptr) {
    if (!context.values.names_below(section).empty()) {
      context.complain(
          key, fmt::format("is missing; expected the elements whose sites a {} lives on", species.name));
    }
    return;
  }
  const auto elements = context.values.texts(key);
  if (!elements) return;
  if (elements->empty()) context.complain(key, "is an empty list; expected at least one element");
  for (const std::string& element : *elements) {
    if (contains(species.elements, element)) {
      context.complain(key, fmt::format("names '{}' twice", element));
      continue;
    }
    check_element(context, key, element, material);
    species.elements.push_back(element);
  }
}

void load_species_charges(const LoadContext& context, MaterialConfig& material) {
  const auto type = chosen_type(context, "species_charge_type", "species_charge_list");
  if (!type) return;
  const std::string key = "species_charge_list." + *type;
  const auto charges = context.values.numbers(key);
  if (!charges) return;
  if (charges->size() != material.species.size()) {
    context.complain(key, fmt::format("has {} entries; expected {}, one for each of species_types",
                                      charges->size(), material.species.size()));
    return;
  }
  for (std::size_t i = 0; i < charges->size(); ++i) material.species[i].charge = (*charges)[i];
}

void load_species(const LoadContext& context, MaterialConfig& material) {
  const auto names = context.values.texts("species_types");
  if (!names) return;
  if (names->empty()) {
    context.complain("species_types", "is an empty list; expected at least one species");
    return;
  }
  for (const std::string& name : *names) {
    const bool twice = std::any_of(material.species.begin(), material.species.end(),
                                   [&](const Species& s) { return s.name == name; });
    if (twice) {
      context.complain("species_types", fmt::format("names '{}' twice", name));
      material.species.clear();
      return;
    }
    Species species;
    species.name = name;
    load_species_elements(context, species, material);
    material.species.push_back(std::move(species));
  }
  for (const std::string& name : context.values.names_below("species_to_element_type_map")) {
    if (contains(*names, name)) continue;
    context.complain("species_to_element_type_map." + name,
                     fmt::format("'{}' is not among species_types{}", name, did_you_mean(name, *names)));
  }
  load_species_charges(context, material);
}

std::optional<double> scaled(std::optional<double> value, double factor) {
  return value ? std::optional<double>(*value * factor) : std::nullopt;
}

void load_ewald(const LoadContext& context, EwaldInput& ewald) {
  const Values& values = context.values;
  // PyCD divides alpha by angstrom_in_bohr once, as if it were an inverse length, and uses it as bohr^-2.
  if (const auto alpha = values.number("alpha")) ewald.alpha = *alpha / units::angstrom_in_bohr;
  ewald.r_cut = scaled(values.number("r_cut"), units::angstrom_in_bohr);
  if (const auto k_cut = values.number("k_cut")) ewald.k_cut = *k_cut / units::angstrom_in_bohr;
  if (const auto k_max = values.integers("k_cut")) {
    ewald.k_max = Eigen::Vector3i::Zero();
    for (std::size_t d = 0; d < 3; ++d) {
      (*ewald.k_max)[static_cast<Eigen::Index>(d)] = static_cast<int>((*k_max)[d]);
    }
  }
  ewald.r_cut_is_simulation_cell = values.text("r_cut") == "simulation_cell";
}

}  // namespace

void load_material(const LoadContext& context, MaterialConfig& material) {
  const Values& values = context.values;
  material.name = values.text("name").value_or("");
  material.dielectric_constant = values.number("dielectric_constant").value_or(material.dielectric_constant);
  if (const auto vn = values.number("vn")) material.attempt_frequency = *vn / units::second_in_atomic_time;
  for (const std::string& element : values.names_below("class_list"))
    load_classes(context, element, material);
  load_ion_charges(context, material);
  load_class_energies(context, material);
  load_species(context, material);
  load_families(context, material);
  load_ewald(context, material.ewald);
}

}  // namespace hopmc::config
