#include <Eigen/LU>
#include <algorithm>
#include <cmath>

#include "ewald_sums.hpp"
#include "hopmc/units/units.hpp"

namespace hopmc::energy {
namespace {

int modulo(int value, int size) {
  return ((value % size) + size) % size;
}

}  // namespace

Eigen::Matrix3d supercell_lattice(const lattice::Crystal& crystal, const lattice::Supercell& supercell) {
  return supercell.size().cast<double>().asDiagonal() * crystal.lattice;
}

Eigen::Matrix3d reciprocal_lattice(const Eigen::Matrix3d& lattice) {
  return 2 * units::pi * lattice.inverse().transpose();
}

ReciprocalSum::ReciprocalSum(const lattice::Crystal& crystal, const lattice::Supercell& supercell,
                             const EwaldParameters& parameters)
    : size_(supercell.size()) {
  const Eigen::Matrix3d lattice = supercell_lattice(crystal, supercell);
  choose_vectors(reciprocal_lattice(lattice), std::abs(lattice.determinant()), parameters);
  for (int axis = 0; axis < 3; ++axis) {
    const int n = size_[axis];
    for (int i = 0; i < n; ++i) {
      const double angle = 2 * units::pi * i / n;
      twiddle_[axis].re.push_back(std::cos(angle));
      twiddle_[axis].im.push_back(std::sin(angle));
    }
  }
}

std::size_t ReciprocalSum::line_of(const Column& column) const {
  return static_cast<std::size_t>(modulo(column.m_y, size_[1]) + size_[1] * modulo(column.m_x, size_[0]));
}

void ReciprocalSum::choose_vectors(const Eigen::Matrix3d& reciprocal, double volume,
                                   const EwaldParameters& parameters) {
  const Eigen::Matrix3d inverse = reciprocal.inverse();
  for (int d = 0; d < 3; ++d) {
    reach_[d] = static_cast<int>(std::floor(parameters.k_cut * inverse.col(d).norm() + 1e-9));
    if (parameters.as_pycd) {
      const auto box = static_cast<int>(std::ceil(parameters.k_cut / reciprocal.row(d).norm()));
      reach_[d] = std::min(reach_[d], box);
    }
  }
  // One half of the vectors, each standing for k and -k.
  const double prefactor = 2 * (2 * units::pi / volume);
  for (int m_x = 0; m_x <= reach_[0]; ++m_x) {
    for (int m_y = m_x == 0 ? 0 : -reach_[1]; m_y <= reach_[1]; ++m_y) {
      add_column(m_x, m_y, reciprocal, prefactor, parameters);
    }
  }
  std::stable_sort(columns_.begin(), columns_.end(),
                   [this](const Column& a, const Column& b) { return line_of(a) < line_of(b); });
}

void ReciprocalSum::add_column(int m_x, int m_y, const Eigen::Matrix3d& reciprocal, double prefactor,
                               const EwaldParameters& parameters) {
  const Eigen::RowVector3d base = m_x * reciprocal.row(0) + m_y * reciprocal.row(1);
  Column column{m_x, m_y, 0, -1, coefficients_.size()};
  const bool through_origin = m_x == 0 && m_y == 0;
  for (int m_z = through_origin ? 1 : -reach_[2]; m_z <= reach_[2]; ++m_z) {
    const double k2 = (base + m_z * reciprocal.row(2)).squaredNorm();
    if (k2 >= parameters.k_cut * parameters.k_cut) continue;
    if (column.high < column.low) column.low = m_z;
    column.high = m_z;
    coefficients_.push_back(prefactor * std::exp(-k2 / (4 * parameters.alpha)) / k2);
  }
  if (column.high >= column.low) columns_.push_back(column);
}

void ReciprocalSum::set_phases(const Eigen::Vector3d& difference) {
  for (int axis = 0; axis < 3; ++axis) {
    Complex& phase = phase_[axis];
    phase.assign(static_cast<std::size_t>(2 * reach_[axis] + 1));
    for (int m = -reach_[axis]; m <= reach_[axis]; ++m) {
      double turns = m * (difference[axis] / size_[axis]);
      turns -= std::round(turns);
      const auto at = static_cast<std::size_t>(m + reach_[axis]);
      phase.re[at] = std::cos(2 * units::pi * turns);
      phase.im[at] = std::sin(2 * units::pi * turns);
    }
  }
}

/// Sums the sphere into amplitudes by m modulo N. The innermost loop runs over m_z with two multiply-adds a
/// vector: the phase of (m_x, m_y) is constant along a column, that of m_z is common to all columns of a
/// line.
void ReciprocalSum::fold() {
  amplitude_.assign(static_cast<std::size_t>(size_.prod()));
  const auto width = static_cast<std::size_t>(2 * reach_[2] + 1);
  for (auto column = columns_.begin(); column != columns_.end();) {
    const std::size_t line = line_of(*column);
    line_.assign(width);
    for (; column != columns_.end() && line_of(*column) == line; ++column) {
      const auto x = static_cast<std::size_t>(column->m_x + reach_[0]);
      const auto y = static_cast<std::size_t>(column->m_y + reach_[1]);
      const double re = phase_[0].re[x] * phase_[1].re[y] - phase_[0].im[x] * phase_[1].im[y];
      const double im = phase_[0].re[x] * phase_[1].im[y] + phase_[0].im[x] * phase_[1].re[y];
      const auto low = static_cast<std::size_t>(column->low + reach_[2]);
      const auto count = static_cast<std::size_t>(column->high - column->low + 1);
      const double* c = coefficients_.data() + column->first;
      double* line_re = line_.re.data() + low;
      double* line_im = line_.im.data() + low;
      for (std::size_t i = 0; i < count; ++i) {
        line_re[i] += c[i] * re;
        line_im[i] += c[i] * im;
      }
    }
    for (std::size_t i = 0; i < width; ++i) {
      const int q = modulo(static_cast<int>(i) - reach_[2], size_[2]);
      const std::size_t at = line * static_cast<std::size_t>(size_[2]) + static_cast<std::size_t>(q);
      amplitude_.re[at] += line_.re[i] * phase_[2].re[i] - line_.im[i] * phase_[2].im[i];
      amplitude_.im[at] += line_.re[i] * phase_[2].im[i] + line_.im[i] * phase_[2].re[i];
    }
  }
}

/// In place, along one axis: A(o) = sum_q exp(2 pi i q o / N) A(q). Sizes are small and arbitrary, so the
/// plain sum is cheap beside fold().
void ReciprocalSum::transform(int axis) {
  const auto n = static_cast<std::size_t>(size_[axis]);
  if (n == 1) return;
  std::size_t inner = 1;
  for (int d = axis + 1; d < 3; ++d) inner *= static_cast<std::size_t>(size_[d]);
  const std::size_t outer = amplitude_.re.size() / (n * inner);
  scratch_.assign(amplitude_.re.size());
  for (std::size_t block = 0; block < outer; ++block) {
    for (std::size_t o = 0; o < n; ++o) {
      const std::size_t to = (block * n + o) * inner;
      for (std::size_t q = 0; q < n; ++q) {
        const std::size_t from = (block * n + q) * inner;
        const double re = twiddle_[axis].re[q * o % n];
        const double im = twiddle_[axis].im[q * o % n];
        for (std::size_t i = 0; i < inner; ++i) {
          scratch_.re[to + i] += re * amplitude_.re[from + i] - im * amplitude_.im[from + i];
          scratch_.im[to + i] += re * amplitude_.im[from + i] + im * amplitude_.re[from + i];
        }
      }
    }
  }
  std::swap(amplitude_.re, scratch_.re);
  std::swap(amplitude_.im, scratch_.im);
}

void ReciprocalSum::add(const Eigen::Vector3d& difference, std::span<double> out) {
  set_phases(difference);
  fold();
  for (int axis = 0; axis < 3; ++axis) transform(axis);
  for (std::size_t i = 0; i < out.size(); ++i) out[i] += amplitude_.re[i];
}

}  // namespace hopmc::energy
