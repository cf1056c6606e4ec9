#pragma once
/// Shells of hops around a site: how many hops away the other sites of its element are.

#include <Eigen/Core>
#include <cstdint>
#include <vector>

#include "hopmc/lattice/crystal.hpp"
#include "hopmc/lattice/hop_table.hpp"
#include "hopmc/lattice/supercell.hpp"

namespace hopmc::lattice {

/// The graph of the hops among the sites of one element in a supercell.
///
/// Sites of the element are numbered by `place`, ascending in site index. Shell 0 is the site itself, shell n
/// the sites that are reached in n hops and not in fewer.
class ShellMap {
 public:
  /// Shell of a site that no hops lead to.
  static constexpr int unreachable = -1;

  ShellMap(const Crystal& crystal, const Supercell& supercell, const HopTable& hops, int element);

  [[nodiscard]] std::size_t n_sites() const noexcept {
    return static_cast<std::size_t>(supercell_.n_cells()) * static_cast<std::size_t>(count_);
  }
  /// True if the site is one of the element.
  [[nodiscard]] bool has(std::int64_t site) const noexcept {
    const int b = supercell_.basis_of(site) - first_;
    return b >= 0 && b < count_;
  }
  [[nodiscard]] std::size_t place_of(std::int64_t site) const noexcept {
    return static_cast<std::size_t>(site / supercell_.n_basis() * count_ + supercell_.basis_of(site) -
                                    first_);
  }
  [[nodiscard]] std::int64_t site_at(std::size_t place) const noexcept {
    const auto p = static_cast<std::int64_t>(place);
    return p / count_ * supercell_.n_basis() + first_ + p % count_;
  }
  /// Shell of every site of the element around `site`, by place. O(sites).
  [[nodiscard]] std::vector<int> around(std::int64_t site) const;
  /// Sites in shells 0 to `last` around `site`, ascending. Where the supercell is periodic along all vectors
  /// O(their number), up to sorting.
  [[nodiscard]] std::vector<std::int64_t> within(std::int64_t site, int last) const;

 private:
  struct Step {
    int target = 0;  ///< place within the cell
    Eigen::Vector3i offset = Eigen::Vector3i::Zero();
  };
  /// What hops lead to from a place.
  struct Surroundings {
    std::vector<int> shells;          ///< by place
    std::vector<std::size_t> places;  ///< those that can be reached, by shell
  };
  [[nodiscard]] Surroundings search(std::size_t start) const;

  Supercell supercell_;
  int first_;
  int count_;
  std::vector<std::vector<Step>> steps_;  ///< by place within the cell
  std::vector<Surroundings> around_;      ///< of the sites of cell 0, where translation symmetry holds
};

}  // namespace hopmc::lattice
