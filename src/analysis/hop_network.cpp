#include "hop_network.hpp"

namespace hopmc::analysis {

using Eigen::Index;

HopNetwork::HopNetwork(Index n_sites) : weight_(Eigen::MatrixXd::Zero(n_sites, n_sites)) {
  vector_.fill(weight_);
}

void HopNetwork::add(Index from, Index to, double weight, const Eigen::Vector3d& vector) {
  if (weight == 0) return;
  if (from == to) {
    energy_ += weight * vector * vector.transpose();
    return;
  }
  if (from < to) {
    add(to, from, weight, -vector);
    return;
  }
  const double sum = weight_(from, to) + weight;
  Eigen::Vector3d apart;
  for (std::size_t k = 0; k < 3; ++k)
    apart[static_cast<Index>(k)] = vector[static_cast<Index>(k)] - vector_[k](from, to);
  energy_ += weight_(from, to) * (weight / sum) * apart * apart.transpose();
  for (std::size_t k = 0; k < 3; ++k) vector_[k](from, to) += weight / sum * apart[static_cast<Index>(k)];
  weight_(from, to) = sum;
}

Eigen::Matrix3d HopNetwork::least_energy() {
  for (Index site = weight_.rows() - 1; site > 0; --site) {
    const double sum = weight_.row(site).head(site).sum();
    for (Index to = 0; to < site; ++to) {
      const double share = weight_(site, to) / sum;
      if (weight_(site, to) == 0) continue;
      for (Index from = to + 1; from < site; ++from) {
        if (weight_(site, from) == 0) continue;
        add(from, to, weight_(site, from) * share, vector_of(site, to) - vector_of(site, from));
      }
    }
  }
  return energy_;
}

Eigen::MatrixX3d HopNetwork::relaxed() const {
  Eigen::MatrixX3d f = Eigen::MatrixX3d::Zero(weight_.rows(), 3);
  for (Index site = 1; site < f.rows(); ++site) {
    const double sum = weight_.row(site).head(site).sum();
    for (Index to = 0; to < site; ++to) {
      f.row(site) += weight_(site, to) / sum * (vector_of(site, to).transpose() + f.row(to));
    }
  }
  return f;
}

}  // namespace hopmc::analysis
