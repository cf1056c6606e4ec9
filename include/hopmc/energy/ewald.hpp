#pragma once
/// Ewald pair matrix of a supercell by translation symmetry (tin-foil boundary).
///
/// E = sum_ij Q_i Q_j P_ij, P = (real + reciprocal + self) / eps with
///   real        erfc(sqrt(a) r) / (2 r) over images with 0 < r < r_cut
///   reciprocal  (2 pi / V) sum_{0 < |k| < k_cut} exp(-k^2 / (4 a)) cos(k . r) / k^2
///   self        -sqrt(a / pi) on the diagonal
/// after P. P. Ewald, Ann. Phys. 369, 253 (1921); error estimates after J. Kolafa and J. W. Perram,
/// Mol. Simul. 9, 351 (1992).

#include <Eigen/Core>
#include <cstdint>
#include <span>
#include <vector>

#include "hopmc/config/run_config.hpp"
#include "hopmc/lattice/crystal.hpp"
#include "hopmc/lattice/supercell.hpp"

namespace hopmc::energy {

/// Parameters in force.
struct EwaldParameters {
  double alpha = 0;  ///< bohr^-2
  double r_cut = 0;  ///< bohr
  double k_cut = 0;  ///< 1/bohr
  /// Replay mode: only the minimum image in real space, k vectors also within the box
  /// |m_i| <= ceil(k_cut / |b_i|), and 1/2 more on the diagonal, as PyCD has it.
  bool as_pycd = false;
  /// Expected error of the hop energy of a unit charge among the ions, hartree (already divided by eps).
  double error_estimate = 0;
};

/// Takes the values given in `input`, chooses the others for an error of `target_error` hartree on the hop
/// energies of a unit charge and the least work.
///
/// `ion_charges`: e, by basis site; they decide how much the neglected terms weigh. Local.
[[nodiscard]] EwaldParameters choose_ewald_parameters(const config::EwaldInput& input,
                                                      const lattice::Crystal& crystal,
                                                      const lattice::Supercell& supercell,
                                                      std::span<const double> ion_charges, double dielectric,
                                                      bool as_pycd, double target_error);

/// P for rows and columns among chosen basis sites and every cell offset: n_rows * n_columns * n_cells
/// numbers.
class PairMatrix {
 public:
  PairMatrix() = default;
  /// `sites`: basis indices that can be asked for (rows and columns alike). Local.
  /// Time: sites^2 (images in the sphere of r_cut + k vectors in the sphere of k_cut / 2 + n_cells (n_x + n_y
  /// + n_z)).
  PairMatrix(const lattice::Crystal& crystal, const lattice::Supercell& supercell, std::span<const int> sites,
             const EwaldParameters& parameters, double dielectric);

  /// P between basis i in cell 0 and basis j in the cell of index `cell` (Supercell::cell_index of the folded
  /// offset), hartree per e^2. i and j must be among `sites`.
  [[nodiscard]] double operator()(int i, int j, std::int64_t cell) const noexcept {
    return values_[(static_cast<std::size_t>(row_[static_cast<std::size_t>(i)]) * n_ +
                    static_cast<std::size_t>(row_[static_cast<std::size_t>(j)])) *
                       n_cells_ +
                   static_cast<std::size_t>(cell)];
  }
  [[nodiscard]] bool has(int basis) const noexcept { return row_[static_cast<std::size_t>(basis)] >= 0; }
  [[nodiscard]] std::size_t bytes() const noexcept { return values_.size() * sizeof(double); }
  /// Largest absolute value, hartree per e^2.
  [[nodiscard]] double largest() const noexcept;

 private:
  std::vector<int> row_;  ///< basis index -> row, -1 if absent
  std::size_t n_ = 0;
  std::size_t n_cells_ = 0;
  std::vector<double> values_;
};

/// phi_b = sum_j Q_j P_bj over all lattice ions, by basis site, hartree per e. `pair` must hold every basis
/// site; that of the unit cell gives the same potential as that of any supercell, unless as_pycd.
[[nodiscard]] std::vector<double> ion_potential(const PairMatrix& pair, const lattice::Supercell& supercell,
                                                std::span<const double> ion_charges);

/// Energy of the neutralising background, -pi q^2 / (2 a V eps), hartree; eps is left out where as_pycd.
[[nodiscard]] double background_energy(double total_charge, double volume, const EwaldParameters& parameters,
                                       double dielectric);

}  // namespace hopmc::energy
