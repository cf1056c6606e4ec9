#include <algorithm>
#include <cmath>

#include "ewald_sums.hpp"
#include "hopmc/energy/ewald.hpp"
#include "hopmc/units/units.hpp"

namespace hopmc::energy {
namespace {

/// Index of the cell opposite to each cell.
std::vector<std::size_t> opposite_cells(const lattice::Supercell& supercell) {
  std::vector<std::size_t> opposite(static_cast<std::size_t>(supercell.n_cells()));
  for (std::size_t cell = 0; cell < opposite.size(); ++cell) {
    const Eigen::Vector3i offset = -supercell.cell_at(static_cast<std::int64_t>(cell));
    opposite[cell] = static_cast<std::size_t>(supercell.cell_index(supercell.folded(offset)));
  }
  return opposite;
}

}  // namespace

PairMatrix::PairMatrix(const lattice::Crystal& crystal, const lattice::Supercell& supercell,
                       std::span<const int> sites, const EwaldParameters& parameters, double dielectric)
    : row_(crystal.basis.size(), -1),
      n_(sites.size()),
      n_cells_(static_cast<std::size_t>(supercell.n_cells())),
      values_(n_ * n_ * n_cells_) {
  for (std::size_t i = 0; i < n_; ++i) row_[static_cast<std::size_t>(sites[i])] = static_cast<int>(i);
  if (n_ == 0) return;
  const RealSum real(crystal, supercell, parameters);
  ReciprocalSum reciprocal(crystal, supercell, parameters);
  const std::vector<std::size_t> opposite = opposite_cells(supercell);
  const auto site = [&](std::size_t i) -> const lattice::BasisSite& {
    return crystal.basis[static_cast<std::size_t>(sites[i])];
  };
  const auto block = [&](std::size_t i, std::size_t j) {
    return std::span<double>(values_).subspan((i * n_ + j) * n_cells_, n_cells_);
  };
  const auto compute = [&](std::size_t i, std::size_t j) {
    const std::span<double> out = block(i, j);
    reciprocal.add(site(j).fractional - site(i).fractional, out);
    real.add(site(j).position - site(i).position, out);
    if (i == j) out[0] -= std::sqrt(parameters.alpha / units::pi);
    for (double& p : out) p /= dielectric;
  };

  // A site and its own images: the same for every site, and exactly symmetric.
  compute(0, 0);
  const std::span<double> own = block(0, 0);
  for (std::size_t cell = 0; cell < n_cells_; ++cell) {
    if (opposite[cell] < cell) own[cell] = own[opposite[cell]];
  }
  for (std::size_t i = 1; i < n_; ++i) std::copy(own.begin(), own.end(), block(i, i).begin());
  for (std::size_t i = 0; i < n_; ++i) {
    for (std::size_t j = i + 1; j < n_; ++j) {
      compute(i, j);
      const std::span<double> upper = block(i, j);
      const std::span<double> lower = block(j, i);
      for (std::size_t cell = 0; cell < n_cells_; ++cell) lower[opposite[cell]] = upper[cell];
    }
  }
}

double PairMatrix::largest() const noexcept {
  double largest = 0;
  for (const double value : values_) largest = std::max(largest, std::abs(value));
  return largest;
}

std::vector<double> ion_potential(const PairMatrix& pair, const lattice::Supercell& supercell,
                                  std::span<const double> ion_charges) {
  std::vector<double> potential(ion_charges.size(), 0.0);
  for (std::size_t b = 0; b < ion_charges.size(); ++b) {
    for (std::size_t j = 0; j < ion_charges.size(); ++j) {
      double sum = 0;
      for (std::int64_t cell = 0; cell < supercell.n_cells(); ++cell) {
        sum += pair(static_cast<int>(b), static_cast<int>(j), cell);
      }
      potential[b] += ion_charges[j] * sum;
    }
  }
  return potential;
}

double background_energy(double total_charge, double volume, const EwaldParameters& parameters,
                         double dielectric) {
  const double energy = -units::pi * total_charge * total_charge / (2 * parameters.alpha * volume);
  return parameters.as_pycd ? energy : energy / dielectric;
}

}  // namespace hopmc::energy
