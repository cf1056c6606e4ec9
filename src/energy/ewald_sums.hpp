#pragma once
/// The two lattice sums of the Ewald pair matrix, for one pair of basis sites and all cell offsets at once.

#include <Eigen/Core>
#include <cstddef>
#include <span>
#include <vector>

#include "hopmc/energy/ewald.hpp"
#include "hopmc/lattice/crystal.hpp"
#include "hopmc/lattice/images.hpp"
#include "hopmc/lattice/supercell.hpp"

namespace hopmc::energy {

/// Rows are the vectors of the supercell, bohr.
[[nodiscard]] Eigen::Matrix3d supercell_lattice(const lattice::Crystal& crystal,
                                                const lattice::Supercell& supercell);

/// Rows are the reciprocal vectors (a_i . b_j = 2 pi delta_ij) of `lattice`, 1/bohr.
[[nodiscard]] Eigen::Matrix3d reciprocal_lattice(const Eigen::Matrix3d& lattice);

/// Real-space sum.
class RealSum {
 public:
  RealSum(const lattice::Crystal& crystal, const lattice::Supercell& supercell,
          const EwaldParameters& parameters);

  /// Adds the sum for two sites `difference` apart (Cartesian, bohr; exactly zero for a site and itself) to
  /// `out`, which has one number for each cell offset.
  void add(const Eigen::Vector3d& difference, std::span<double> out) const;

 private:
  void add_all_images(const Eigen::Vector3d& difference, std::span<double> out) const;
  void add_minimum_images(const Eigen::Vector3d& difference, std::span<double> out) const;
  [[nodiscard]] double term(double distance) const;

  lattice::Supercell supercell_;
  lattice::ImageSearch unit_cell_;
  lattice::ImageSearch whole_cell_;
  double sqrt_alpha_;
  double r_cut_;
  bool as_pycd_;
};

/// Reciprocal-space sum.
///
/// A k vector of the supercell is k = sum_d m_d b_d / N_d with the b_d of the unit cell, so a shift by cell
/// offset o turns its phase by 2 pi sum_d m_d o_d / N_d, which depends on m modulo N only: the sum over the
/// sphere folds into N_x N_y N_z amplitudes, and the offsets follow from them by a discrete Fourier
/// transform.
class ReciprocalSum {
 public:
  ReciprocalSum(const lattice::Crystal& crystal, const lattice::Supercell& supercell,
                const EwaldParameters& parameters);

  /// Adds the sum for two sites `difference` apart (fractional coordinates of the unit cell) to `out`, which
  /// has one number for each cell offset.
  void add(const Eigen::Vector3d& difference, std::span<double> out);

  /// k vectors summed over (one of each pair k, -k).
  [[nodiscard]] std::size_t n_vectors() const noexcept { return coefficients_.size(); }

 private:
  /// The k vectors of one (m_x, m_y) inside the sphere: a contiguous range of m_z.
  struct Column {
    int m_x = 0;
    int m_y = 0;
    int low = 0;
    int high = -1;
    std::size_t first = 0;  ///< of its coefficients
  };
  struct Complex {
    std::vector<double> re, im;
    void assign(std::size_t n) {
      re.assign(n, 0.0);
      im.assign(n, 0.0);
    }
  };

  void choose_vectors(const Eigen::Matrix3d& reciprocal, double volume, const EwaldParameters& parameters);
  void add_column(int m_x, int m_y, const Eigen::Matrix3d& reciprocal, double prefactor,
                  const EwaldParameters& parameters);
  void set_phases(const Eigen::Vector3d& difference);
  void fold();
  void transform(int axis);
  [[nodiscard]] std::size_t line_of(const Column& column) const;

  Eigen::Vector3i size_;
  Eigen::Vector3i reach_ = Eigen::Vector3i::Zero();  ///< largest |m| along each axis
  std::vector<Column> columns_;                      ///< by line_of
  std::vector<double> coefficients_;
  Complex phase_[3];    ///< exp(i k . difference) by axis and m + reach
  Complex twiddle_[3];  ///< exp(2 pi i n / N) by axis
  Complex amplitude_;   ///< by cell
  Complex scratch_;
  Complex line_;  ///< sum over the columns of one line, by m_z + reach
};

}  // namespace hopmc::energy
