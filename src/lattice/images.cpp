#include "hopmc/lattice/images.hpp"

#include <algorithm>

namespace hopmc::lattice {
namespace {

/// The image with every fractional coordinate in [-1/2, 1/2]: short, though not always the shortest.
Eigen::Vector3d centred(const ImageSearch& search, const Eigen::Vector3d& vector) {
  const Eigen::RowVector3d f = search.fractional(vector);
  const Eigen::Vector3i n(-static_cast<int>(std::lround(f[0])), -static_cast<int>(std::lround(f[1])),
                          -static_cast<int>(std::lround(f[2])));
  return vector + search.translation(n);
}

}  // namespace

Eigen::Vector3d ImageSearch::shortest(const Eigen::Vector3d& vector) const {
  const Eigen::Vector3d start = centred(*this, vector);
  Eigen::Vector3d best = start;
  for_each_within(start, start.norm(), [&](const Eigen::Vector3i&, const Eigen::Vector3d& image) {
    if (image.squaredNorm() < best.squaredNorm()) best = image;
  });
  return best;
}

bool ImageSearch::is_unique_shortest(const Eigen::Vector3d& vector) const {
  int images = 0;
  for_each_within(vector, vector.norm() * (1 + equal_length_tolerance),
                  [&](const Eigen::Vector3i&, const Eigen::Vector3d&) { ++images; });
  return images == 1;
}

double ImageSearch::shortest_translation() const {
  double best = lattice_.rowwise().norm().minCoeff();
  for_each_within(Eigen::Vector3d::Zero(), best, [&](const Eigen::Vector3i& n, const Eigen::Vector3d& image) {
    if (n != Eigen::Vector3i::Zero()) best = std::min(best, image.norm());
  });
  return best;
}

}  // namespace hopmc::lattice
