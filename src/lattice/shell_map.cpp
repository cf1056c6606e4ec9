#include "hopmc/lattice/shell_map.hpp"

#include <algorithm>
#include <cstddef>
#include <utility>

namespace hopmc::lattice {

ShellMap::ShellMap(const Crystal& crystal, const Supercell& supercell, const HopTable& hops, int element)
    : supercell_(supercell),
      first_(crystal.elements[static_cast<std::size_t>(element)].first),
      count_(crystal.elements[static_cast<std::size_t>(element)].count),
      steps_(static_cast<std::size_t>(count_)) {
  for (int b = 0; b < count_; ++b) {
    for (const Hop& hop : hops[static_cast<std::size_t>(first_ + b)]) {
      steps_[static_cast<std::size_t>(b)].push_back({hop.target - first_, hop.offset});
    }
  }
  if (!supercell_.fully_periodic()) return;
  for (int b = 0; b < count_; ++b) around_.push_back(search(static_cast<std::size_t>(b)));
}

/// Breadth first.
ShellMap::Surroundings ShellMap::search(std::size_t start) const {
  std::vector<int> shells(n_sites(), unreachable);
  std::vector<std::size_t> found{start};
  shells[start] = 0;
  const auto count = static_cast<std::size_t>(count_);
  for (std::size_t i = 0; i < found.size(); ++i) {
    const std::size_t origin = found[i];
    const Eigen::Vector3i cell = supercell_.cell_at(static_cast<std::int64_t>(origin / count));
    for (const Step& step : steps_[origin % count]) {
      if (!supercell_.reachable(cell + step.offset)) continue;
      const auto target_cell =
          static_cast<std::size_t>(supercell_.cell_index(supercell_.folded(cell + step.offset)));
      const std::size_t target = target_cell * count + static_cast<std::size_t>(step.target);
      if (shells[target] != unreachable) continue;
      shells[target] = shells[origin] + 1;
      found.push_back(target);
    }
  }
  return {std::move(shells), std::move(found)};
}

std::vector<int> ShellMap::around(std::int64_t site) const {
  const std::size_t start = place_of(site);
  if (around_.empty()) return search(start).shells;
  // Those of the same basis site in cell 0, moved.
  const auto count = static_cast<std::size_t>(count_);
  const std::vector<int>& there = around_[start % count].shells;
  const Eigen::Vector3i size = supercell_.size();
  const Eigen::Vector3i origin = supercell_.cell_of(site);
  std::vector<int> shells(n_sites());
  const auto line_length = static_cast<std::ptrdiff_t>(count) * size[2];
  const auto before_end = static_cast<std::ptrdiff_t>(count) * (size[2] - origin[2]);
  auto from = there.begin();
  for (int x = 0; x < size[0]; ++x) {
    const std::int64_t plane = std::int64_t{(x + origin[0]) % size[0]} * size[1];
    for (int y = 0; y < size[1]; ++y) {
      // A line of cells along z goes on at the face where it leaves the supercell.
      const auto line = shells.begin() + (plane + (y + origin[1]) % size[1]) * line_length;
      std::copy(from, from + before_end, line + (line_length - before_end));
      std::copy(from + before_end, from + line_length, line);
      from += line_length;
    }
  }
  return shells;
}

std::vector<std::int64_t> ShellMap::within(std::int64_t site, int last) const {
  const std::size_t start = place_of(site);
  const auto count = static_cast<std::size_t>(count_);
  // Those of the same basis site in cell 0, moved, or its own.
  const bool moved = !around_.empty();
  const Surroundings own = moved ? Surroundings{} : search(start);
  const Surroundings& there = moved ? around_[start % count] : own;
  const Eigen::Vector3i shift = moved ? supercell_.cell_of(site) : Eigen::Vector3i(0, 0, 0);
  std::vector<std::int64_t> sites;
  for (const std::size_t place : there.places) {
    if (there.shells[place] > last) break;
    const Eigen::Vector3i cell = supercell_.cell_at(static_cast<std::int64_t>(place / count)) + shift;
    sites.push_back(supercell_.site_index(first_ + static_cast<int>(place % count), supercell_.folded(cell)));
  }
  std::sort(sites.begin(), sites.end());
  return sites;
}

}  // namespace hopmc::lattice
