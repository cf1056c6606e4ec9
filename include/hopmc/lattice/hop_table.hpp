#pragma once
/// Hops from every basis site, on the infinite lattice: translation symmetry makes neighbours a small table.

#include <Eigen/Core>
#include <span>
#include <string>
#include <vector>

#include "hopmc/config/errors.hpp"
#include "hopmc/config/load.hpp"
#include "hopmc/lattice/crystal.hpp"
#include "hopmc/lattice/images.hpp"

namespace hopmc::lattice {

/// One hop out of a basis site.
struct Hop {
  int target = 0;                                    ///< basis index
  Eigen::Vector3i offset = Eigen::Vector3i::Zero();  ///< cells between origin and target
  Eigen::Vector3d vector = Eigen::Vector3d::Zero();  ///< Cartesian displacement, bohr
  int kind = 0;                                      ///< place of its distance in the list
  double reorganization_energy = 0;                  ///< hartree
  double coupling = 0;                               ///< hartree
};

/// Hops by basis index: listed distances in order; within one, ascending (offset x, y, z, target).
using HopTable = std::vector<std::vector<Hop>>;

/// Finds every hop by enumerating lattice images: two images of one site are two hops.
///
/// A target lies at a distance in (d - t, d + t]. Basis sites of elements without a hop family have no hops.
/// Problems: an element without sites, a class without a list, a listed distance at which no site of its
/// class has a neighbour, a hop found under two distances. Local.
[[nodiscard]] HopTable build_hop_table(const Crystal& crystal, const config::LoadedConfig& config,
                                       Problems& problems);

/// The first hop from `basis` sites that is not the only shortest one of its images in `supercell`; nullptr
/// where each is, so that two sites and their nearest images tell which hop was made.
[[nodiscard]] const Hop* find_ambiguous_hop(const HopTable& hops, std::span<const int> basis,
                                            const ImageSearch& supercell);

/// One sentence for each class and listed distance with hops that have no reverse of equal reorganisation
/// energy and coupling: detailed balance is broken there. Empty for a table that can reach equilibrium.
[[nodiscard]] std::vector<std::string> irreversible_hops(const Crystal& crystal, const HopTable& hops);

}  // namespace hopmc::lattice
