#pragma once
/// Rates of a lone carrier: they never change, so that a hop is one look-up in an alias table (A. J. Walker,
/// ACM Trans. Math. Softw. 3, 253 (1977)).

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "hopmc/energy/model.hpp"

namespace hopmc::kmc {

/// Where a hop leads.
struct Destination {
  std::uint32_t row = 0;                 ///< first slot of the target's node
  std::int32_t hop = 0;                  ///< number of the hop among those of its origin
  std::array<std::int32_t, 3> offset{};  ///< unit cells crossed
};

/// One slot of the alias table: the first destination below `cut`, the second from there on.
struct AliasSlot {
  std::uint64_t cut = 0;
  std::array<Destination, 2> destinations;
};

/// Alias table over all nodes. A node is a basis site where the landscape repeats in every cell, and a site
/// of the supercell where it does not (dopants, or faces that carriers cannot cross).
class StaticLandscape {
 public:
  StaticLandscape(const energy::Model& model, int species, const energy::DopantField& dopants = {});

  /// Slots of a node; row = node * width.
  [[nodiscard]] std::size_t width() const noexcept { return width_; }
  [[nodiscard]] const AliasSlot* slots() const noexcept { return slots_.data(); }
  /// Mean residence time by row, atomic time; infinite where no hop leads away.
  [[nodiscard]] const double* mean_time() const noexcept { return mean_time_.data(); }
  /// dG0 of hop `hop` of a node, hartree.
  [[nodiscard]] double delta_g0(std::size_t node, std::size_t hop) const noexcept {
    return delta_g0_[node * width_ + hop];
  }
  /// Node of a site of the species.
  [[nodiscard]] std::size_t node_of(std::int64_t site) const noexcept;
  [[nodiscard]] int basis_of(std::size_t node) const noexcept { return basis_[node % basis_.size()]; }

 private:
  void fill_node(const energy::Model& model, int species, const energy::DopantField& dopants,
                 std::size_t node);

  const lattice::Supercell* supercell_;
  bool by_site_;
  std::vector<int> basis_;     ///< of the species
  std::vector<int> position_;  ///< basis index -> place in basis_
  std::size_t width_ = 1;
  std::vector<AliasSlot> slots_;
  std::vector<double> mean_time_;
  std::vector<double> delta_g0_;
};

}  // namespace hopmc::kmc
