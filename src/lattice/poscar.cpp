#include "hopmc/lattice/poscar.hpp"

#include <fmt/format.h>

#include <Eigen/LU>
#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>
#include <set>

#include "hopmc/units/units.hpp"
#include "poscar_text.hpp"

namespace hopmc::lattice {
namespace {

constexpr double smallest_volume_ratio = 1e-6;  ///< volume / (|a| |b| |c|) below which a lattice is singular
constexpr double closest_atoms = 0.1;           ///< angstrom; nearer atoms are one atom written twice
constexpr std::size_t most_overlaps_shown = 10;
constexpr double farthest_atom = 1e3;  ///< unit cells from the origin; more is a typing error

/// Lattice in angstrom after scaling; empty if singular.
std::optional<Eigen::Matrix3d> scaled_lattice(const PoscarText& text, bool ignore_scale,
                                              const std::string& path, Problems& problems) {
  const double volume = std::abs(text.lattice.determinant());
  const double box = text.lattice.rowwise().norm().prod();
  if (!(volume > smallest_volume_ratio * box)) {
    problems.add(path, text.lattice_line, "",
                 fmt::format("the lattice vectors are singular: they span a volume of {:.3g}, {:.1g} of the "
                             "product of their lengths",
                             volume, box > 0 ? volume / box : 0.0));
    return std::nullopt;
  }
  if (ignore_scale) return text.lattice;
  const double scale = text.scale > 0 ? text.scale : std::cbrt(-text.scale / volume);
  return Eigen::Matrix3d(text.lattice * scale);
}

std::string did_you_mean(const std::string& nearest) {
  return nearest.empty() ? "" : fmt::format("; did you mean {}?", nearest);
}

/// Elements named twice; other checks of elements make no sense where there are any.
bool check_repeated(const PoscarText& text, const std::string& path, Problems& problems) {
  std::set<std::string> seen, repeated;
  for (const std::string& name : text.names) {
    if (!seen.insert(name).second) repeated.insert(name);
  }
  for (const std::string& name : repeated) {
    problems.add(
        path, text.names_line, "",
        fmt::format("element {} is named twice, which is not supported: put its atoms together", name));
  }
  return repeated.empty();
}

/// One message for each element that the YAML files do not know.
void check_elements(const PoscarText& text, const config::LoadedConfig& config, const std::string& path,
                    Problems& problems) {
  const config::MaterialConfig& material = config.run.material;
  std::vector<std::string> known;
  for (const auto& [name, charge] : material.ion_charges) known.push_back(name);
  for (std::size_t e = 0; e < text.names.size(); ++e) {
    const std::string& name = text.names[e];
    const auto classes = material.class_list.find(name);
    if (!material.ion_charges.contains(name)) {
      problems.add(path, text.names_line, "",
                   fmt::format("element {} has no charge in charge_types{}", name,
                               did_you_mean(config::nearest_name(name, known))));
    } else if (classes == material.class_list.end()) {
      problems.add(path, text.names_line, "", fmt::format("element {} has no class_list", name));
    } else if (classes->second.size() != static_cast<std::size_t>(text.counts[e])) {
      problems.add(config.sources.problem_at(
          "class_list." + name, fmt::format("{} entries for the {} {} atoms of {}", classes->second.size(),
                                            text.counts[e], name, path)));
    }
  }
}

Eigen::Vector3d to_fractional(const PoscarText& text, const Eigen::Vector3d& coordinates) {
  if (!text.cartesian) return coordinates;
  // The scale factor applies to both the lattice and Cartesian coordinates, so it drops out.
  return (coordinates.transpose() * text.lattice.inverse()).transpose();
}

/// Appends the atoms of one element in ascending z, each with its class; `lines` gets their lines.
void append_element(const PoscarText& text, int element, int first, const std::vector<int>& classes,
                    Crystal& crystal, std::vector<int>& lines) {
  const auto count = static_cast<std::size_t>(text.counts[static_cast<std::size_t>(element)]);
  std::vector<Eigen::Vector3d> fractional(count);
  for (std::size_t i = 0; i < count; ++i) {
    fractional[i] = to_fractional(text, text.atoms[static_cast<std::size_t>(first) + i].coordinates);
  }
  std::vector<std::size_t> order(count);
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return fractional[a].z() < fractional[b].z(); });
  for (const std::size_t i : order) {
    BasisSite site;
    site.element = element;
    site.site_class = classes[i];
    site.fractional = fractional[i];
    site.position = (fractional[i].transpose() * crystal.lattice).transpose();
    crystal.basis.push_back(site);
    lines.push_back(text.atoms[static_cast<std::size_t>(first) + i].line);
  }
}

void check_coordinates(const Crystal& crystal, const std::vector<int>& lines, const std::string& path,
                       Problems& problems) {
  for (std::size_t i = 0; i < crystal.basis.size(); ++i) {
    const double farthest = crystal.basis[i].fractional.cwiseAbs().maxCoeff();
    if (farthest <= farthest_atom) continue;
    problems.add(path, lines[i], "",
                 fmt::format("this atom lies {:.3g} unit cells away from the origin", farthest));
  }
}

void check_overlaps(const Crystal& crystal, const std::vector<int>& lines, const std::string& path,
                    Problems& problems) {
  const auto name = [&](std::size_t i) {
    return crystal.elements[static_cast<std::size_t>(crystal.basis[i].element)].name;
  };
  std::size_t shown = 0;
  for (std::size_t i = 0; i < crystal.basis.size(); ++i) {
    for (std::size_t j = i + 1; j < crystal.basis.size(); ++j) {
      Eigen::Vector3d d = crystal.basis[j].fractional - crystal.basis[i].fractional;
      // Atoms this close differ by next to nothing in every fractional coordinate: rounding finds the image.
      for (double& x : d) x -= std::round(x);
      const double distance = (d.transpose() * crystal.lattice).norm() / units::angstrom_in_bohr;
      if (distance >= closest_atoms) continue;
      const auto [a, b] =
          std::minmax(i, j, [&](std::size_t l, std::size_t r) { return lines[l] < lines[r]; });
      problems.add(
          path, lines[b], "",
          fmt::format("this {} atom and the {} atom of line {} overlap: they are {:.3g} angstrom apart",
                      name(b), name(a), lines[a], distance));
      if (++shown == most_overlaps_shown) return;
    }
  }
}

}  // namespace

Crystal read_crystal(const config::TextFile& poscar, const config::LoadedConfig& config, Problems& problems) {
  Crystal crystal;
  const auto text = parse_poscar(poscar, problems);
  if (!text) return crystal;
  const std::size_t before = problems.list().size();
  const auto lattice = scaled_lattice(*text, config.run.replay_pycd, poscar.path, problems);
  if (check_repeated(*text, poscar.path, problems)) check_elements(*text, config, poscar.path, problems);
  if (problems.list().size() != before) return crystal;

  crystal.lattice = *lattice * units::angstrom_in_bohr;
  std::vector<int> lines;
  int first = 0;
  for (std::size_t e = 0; e < text->names.size(); ++e) {
    crystal.elements.push_back({text->names[e], first, text->counts[e]});
    append_element(*text, static_cast<int>(e), first, config.run.material.class_list.at(text->names[e]),
                   crystal, lines);
    first += text->counts[e];
  }
  check_coordinates(crystal, lines, poscar.path, problems);
  check_overlaps(crystal, lines, poscar.path, problems);
  return crystal;
}

void check_poscar(const config::TextFile& poscar, Problems& problems) {
  const auto text = parse_poscar(poscar, problems);
  if (!text) return;
  static_cast<void>(scaled_lattice(*text, false, poscar.path, problems));
  static_cast<void>(check_repeated(*text, poscar.path, problems));
}

}  // namespace hopmc::lattice
