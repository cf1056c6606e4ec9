#pragma once
/// Numbering of the sites of a supercell: site = b + n_basis * (iz + n_z * (iy + n_y * ix)).

#include <Eigen/Core>
#include <array>
#include <cstdint>

namespace hopmc::lattice {

/// A supercell of unit cells, periodic along some of its vectors.
class Supercell {
 public:
  Supercell(const Eigen::Vector3i& size, const std::array<bool, 3>& periodic, int n_basis)
      : size_(size), periodic_(periodic), n_basis_(n_basis) {}

  [[nodiscard]] const Eigen::Vector3i& size() const noexcept { return size_; }
  [[nodiscard]] const std::array<bool, 3>& periodic() const noexcept { return periodic_; }
  [[nodiscard]] bool fully_periodic() const noexcept { return periodic_[0] && periodic_[1] && periodic_[2]; }
  [[nodiscard]] int n_basis() const noexcept { return n_basis_; }
  [[nodiscard]] std::int64_t n_cells() const noexcept { return std::int64_t{size_[0]} * size_[1] * size_[2]; }
  [[nodiscard]] std::int64_t n_sites() const noexcept { return n_cells() * n_basis_; }

  /// Index of a cell with 0 <= cell < size.
  [[nodiscard]] std::int64_t cell_index(const Eigen::Vector3i& cell) const noexcept {
    return cell[2] + std::int64_t{size_[2]} * (cell[1] + std::int64_t{size_[1]} * cell[0]);
  }
  [[nodiscard]] Eigen::Vector3i cell_at(std::int64_t index) const noexcept {
    const auto z = static_cast<int>(index % size_[2]);
    const auto y = static_cast<int>(index / size_[2] % size_[1]);
    const auto x = static_cast<int>(index / size_[2] / size_[1]);
    return {x, y, z};
  }
  [[nodiscard]] std::int64_t site_index(int basis, const Eigen::Vector3i& cell) const noexcept {
    return basis + n_basis_ * cell_index(cell);
  }
  [[nodiscard]] int basis_of(std::int64_t site) const noexcept { return static_cast<int>(site % n_basis_); }
  [[nodiscard]] Eigen::Vector3i cell_of(std::int64_t site) const noexcept { return cell_at(site / n_basis_); }

  /// The cell folded into 0 <= cell < size along every vector, periodic or not.
  [[nodiscard]] Eigen::Vector3i folded(const Eigen::Vector3i& cell) const noexcept {
    Eigen::Vector3i r;
    for (int d = 0; d < 3; ++d) r[d] = ((cell[d] % size_[d]) + size_[d]) % size_[d];
    return r;
  }
  /// True if `cell` lies inside along every vector that is not periodic.
  [[nodiscard]] bool reachable(const Eigen::Vector3i& cell) const noexcept {
    for (int d = 0; d < 3; ++d) {
      if (!periodic_[static_cast<std::size_t>(d)] && (cell[d] < 0 || cell[d] >= size_[d])) return false;
    }
    return true;
  }

 private:
  Eigen::Vector3i size_;
  std::array<bool, 3> periodic_;
  int n_basis_;
};

}  // namespace hopmc::lattice
