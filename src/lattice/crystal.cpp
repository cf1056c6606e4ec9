#include "hopmc/lattice/crystal.hpp"

#include <Eigen/LU>
#include <cmath>
#include <numeric>

namespace hopmc::lattice {

double Crystal::volume() const {
  return std::abs(lattice.determinant());
}

int Crystal::find_element(const std::string& name) const {
  for (std::size_t e = 0; e < elements.size(); ++e) {
    if (elements[e].name == name) return static_cast<int>(e);
  }
  return -1;
}

std::vector<int> Crystal::sites_of(int element) const {
  const Element& e = elements[static_cast<std::size_t>(element)];
  std::vector<int> sites(static_cast<std::size_t>(e.count));
  std::iota(sites.begin(), sites.end(), e.first);
  return sites;
}

}  // namespace hopmc::lattice
