#pragma once
/// Where a carrier is: exact, because it is counted in unit cells and never summed in floating point.

#include <Eigen/Core>
#include <array>
#include <cstdint>

#include "hopmc/kmc/propagator.hpp"
#include "hopmc/lattice/crystal.hpp"
#include "hopmc/lattice/supercell.hpp"

namespace hopmc::kmc {

/// Start of a carrier, the basis site it is on now, and the cells it has crossed since.
struct CarrierPosition {
  int start_basis = 0;
  Eigen::Vector3i start_cell = Eigen::Vector3i::Zero();
  int basis = 0;
  std::array<std::int64_t, 3> cells_moved{0, 0, 0};  ///< not folded back into the supercell

  CarrierPosition() = default;
  CarrierPosition(std::int64_t site, const lattice::Supercell& supercell)
      : start_basis(supercell.basis_of(site)), start_cell(supercell.cell_of(site)), basis(start_basis) {}

  CarrierPosition(const PropagatorState::Carrier& carrier, const lattice::Supercell& supercell)
      : CarrierPosition(carrier.start_site, supercell) {
    basis = static_cast<int>(carrier.basis);
    cells_moved = carrier.cells_moved;
  }
  [[nodiscard]] PropagatorState::Carrier state(const lattice::Supercell& supercell) const {
    return {supercell.site_index(start_basis, start_cell), basis, cells_moved};
  }

  void move(int target_basis, const Eigen::Vector3i& offset) noexcept {
    basis = target_basis;
    for (int d = 0; d < 3; ++d) cells_moved[static_cast<std::size_t>(d)] += offset[d];
  }
  /// Cell it is in, folded into the supercell.
  [[nodiscard]] Eigen::Vector3i cell(const lattice::Supercell& supercell) const noexcept {
    Eigen::Vector3i folded;
    for (int d = 0; d < 3; ++d) {
      const std::int64_t n = supercell.size()[d];
      const std::int64_t c = (start_cell[d] + cells_moved[static_cast<std::size_t>(d)]) % n;
      folded[d] = static_cast<int>(c < 0 ? c + n : c);
    }
    return folded;
  }
  [[nodiscard]] std::int64_t site(const lattice::Supercell& supercell) const noexcept {
    return supercell.site_index(basis, cell(supercell));
  }
  /// Cartesian displacement since the start, bohr.
  [[nodiscard]] Eigen::Vector3d displacement(const lattice::Crystal& crystal) const {
    const Eigen::Vector3d cells(static_cast<double>(cells_moved[0]), static_cast<double>(cells_moved[1]),
                                static_cast<double>(cells_moved[2]));
    return crystal.lattice.transpose() * cells +
           (crystal.basis[static_cast<std::size_t>(basis)].position -
            crystal.basis[static_cast<std::size_t>(start_basis)].position);
  }
};

}  // namespace hopmc::kmc
