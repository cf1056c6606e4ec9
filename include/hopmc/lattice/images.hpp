#pragma once
/// Periodic images of a vector: which copies lie in a sphere, and which one is the shortest.

#include <Eigen/Core>
#include <Eigen/LU>
#include <cmath>

namespace hopmc::lattice {

/// Relative width within which two lengths count as equal.
inline constexpr double equal_length_tolerance = 1e-8;

/// A lattice (rows are its vectors) prepared for the search of images.
class ImageSearch {
 public:
  explicit ImageSearch(const Eigen::Matrix3d& lattice) : lattice_(lattice), inverse_(lattice.inverse()) {
    for (int d = 0; d < 3; ++d) inverse_height_[d] = inverse_.col(d).norm();
  }

  [[nodiscard]] const Eigen::Matrix3d& lattice() const noexcept { return lattice_; }
  [[nodiscard]] Eigen::RowVector3d fractional(const Eigen::Vector3d& vector) const {
    return vector.transpose() * inverse_;
  }

  /// Calls `visit(n, v)` for every image v = vector + n * lattice with |v| <= radius, in ascending (n_x, n_y,
  /// n_z). A box of the perpendicular heights surely covers the sphere, however skewed the lattice is.
  template <class Visit>
  void for_each_within(const Eigen::Vector3d& vector, double radius, Visit&& visit) const {
    const Eigen::RowVector3d f = fractional(vector);
    Eigen::Vector3i low, high;
    for (int d = 0; d < 3; ++d) {
      const double reach = radius * inverse_height_[d] + box_slack;
      low[d] = static_cast<int>(std::ceil(-f[d] - reach));
      high[d] = static_cast<int>(std::floor(-f[d] + reach));
    }
    Eigen::Vector3i n;
    for (n[0] = low[0]; n[0] <= high[0]; ++n[0]) {
      for (n[1] = low[1]; n[1] <= high[1]; ++n[1]) {
        for (n[2] = low[2]; n[2] <= high[2]; ++n[2]) {
          const Eigen::Vector3d image = vector + translation(n);
          if (image.squaredNorm() <= radius * radius) visit(n, image);
        }
      }
    }
  }

  /// The shortest image of `vector` (of equally long ones, any).
  [[nodiscard]] Eigen::Vector3d shortest(const Eigen::Vector3d& vector) const;

  /// True if no other image of `vector` is as short as `vector` itself.
  [[nodiscard]] bool is_unique_shortest(const Eigen::Vector3d& vector) const;

  /// Length of the shortest lattice vector.
  [[nodiscard]] double shortest_translation() const;

  [[nodiscard]] Eigen::Vector3d translation(const Eigen::Vector3i& n) const {
    return (n.cast<double>().transpose() * lattice_).transpose();
  }

 private:
  static constexpr double box_slack = 1e-9;
  Eigen::Matrix3d lattice_;
  Eigen::Matrix3d inverse_;
  Eigen::Vector3d inverse_height_ = Eigen::Vector3d::Zero();  ///< 1 / distance between lattice planes
};

}  // namespace hopmc::lattice
