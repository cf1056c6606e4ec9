#include "hopmc/analysis/exact_transport.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "hop_network.hpp"
#include "hopmc/config/errors.hpp"
#include "rate_matrix.hpp"
#include "state_reduction.hpp"

namespace hopmc::analysis {
namespace {

using Eigen::Index;

/// Of the corrector, in lengths of the longest hop.
constexpr double worst_error = 1e-4;
/// Of two fluxes that balance each other.
constexpr double rounding = 1e-9;

using Neighbours = std::vector<std::vector<Index>>;

/// Marks all sites from which hops lead to `site`; `sources`: by site, where hops to it start.
void mark_sources(const Neighbours& sources, Index site, std::vector<bool>& marked) {
  std::vector<Index> open{site};
  marked[static_cast<std::size_t>(site)] = true;
  while (!open.empty()) {
    const auto next = static_cast<std::size_t>(open.back());
    open.pop_back();
    for (const Index source : sources[next]) {
      if (marked[static_cast<std::size_t>(source)]) continue;
      marked[static_cast<std::size_t>(source)] = true;
      open.push_back(source);
    }
  }
}

/// A site that hops lead to from all others, however slow they are. Where there is one it is among the sites
/// that the last search starts from: any later one would have been marked by a search that reaches it.
std::optional<Index> common_target(const RateMatrix& matrix) {
  const auto n = static_cast<std::size_t>(matrix.generator.rows());
  Neighbours sources(n);
  for (const Step& s : matrix.steps) sources[static_cast<std::size_t>(s.to)].push_back(s.from);
  std::vector<bool> seen(n), reached(n);
  Index last = 0;
  for (std::size_t site = 0; site < n; ++site) {
    if (seen[site]) continue;
    last = static_cast<Index>(site);
    mark_sources(sources, last, seen);
  }
  mark_sources(sources, last, reached);
  if (std::find(reached.begin(), reached.end(), false) != reached.end()) return std::nullopt;
  return last;
}

/// Whether as many hops lead from any site to any other as back, and by opposite ways: detailed balance.
bool is_balanced(const RateMatrix& matrix, const Eigen::VectorXd& occupation) {
  const Index n = occupation.size();
  Eigen::MatrixXd net = Eigen::MatrixXd::Zero(n, n), all = net;
  std::array<Eigen::MatrixXd, 3> moment{net, net, net};
  double longest = 0;
  for (const Step& s : matrix.steps) {
    const double flux = occupation[s.from] * s.rate;
    net(s.from, s.to) += flux;
    for (std::size_t k = 0; k < 3; ++k) moment[k](s.from, s.to) += flux * s.vector[static_cast<Index>(k)];
    longest = std::max(longest, s.vector.norm());
  }
  all = net + net.transpose();
  bool balanced = ((net - net.transpose()).array().abs() <= rounding * all.array()).all();
  for (const Eigen::MatrixXd& m : moment) {
    balanced = balanced && ((m + m.transpose()).array().abs() <= rounding * longest * all.array()).all();
  }
  return balanced;
}

[[noreturn]] void refuse_numbers(const std::string& species) {
  throw InputError(Problem{"", 0, "temp",
                           "the rates of '" + species +
                               "' span more orders of magnitude than double precision can solve for; "
                               "expected a higher temperature"});
}

/// With the corrector; returns whether rounding left it good enough.
bool solve_driven(const RateMatrix& matrix, const StateReduction& reduction, Index root, double scale,
                  ExactTransport& result) {
  const Index n = result.occupation.size();
  result.velocity = matrix.drift.transpose() * result.occupation;
  // L f = v - drift; as the fourth column what rounding may have done to f, as sums of positive terms.
  Eigen::MatrixXd right(n, 4);
  right.leftCols<3>() = (result.velocity.transpose().replicate(n, 1) - matrix.drift) / scale;
  Eigen::VectorXd size = Eigen::VectorXd::Zero(n);
  double longest = 0;
  for (const Step& s : matrix.steps) {
    size[s.from] += s.rate / scale * s.vector.norm();
    longest = std::max(longest, s.vector.norm());
  }
  const double epsilon = std::numeric_limits<double>::epsilon();
  right.col(3).array() = -epsilon * (size.array() + size.dot(result.occupation));
  right.row(0).swap(right.row(root));
  Eigen::MatrixXd corrector = reduction.solve(right);
  corrector.row(0).swap(corrector.row(root));
  for (const Step& s : matrix.steps) {
    const Eigen::Vector3d d = s.vector + (corrector.row(s.to) - corrector.row(s.from)).head<3>().transpose();
    result.diffusion += 0.5 * result.occupation[s.from] * s.rate * d * d.transpose();
  }
  return corrector.col(3).maxCoeff() <= worst_error * longest;
}

}  // namespace

ExactTransport exact_transport(const energy::Model& model, int species, const energy::Doping& doping) {
  const RateMatrix matrix = rate_matrix(model, species, doping);
  const std::string& name = model.species[static_cast<std::size_t>(species)].name;
  const std::optional<Index> root = common_target(matrix);
  if (!root) {
    throw InputError(Problem{
        "", 0, "neighbor_cutoff_dist",
        "the sites of '" + name + "' fall into groups that no hop connects: there is no unique diffusivity"});
  }
  ExactTransport result;
  result.escape_rate = matrix.escape_rate;
  // Rates span many orders of magnitude with temperature; only their ratios decide.
  const double scale = result.escape_rate.maxCoeff();
  for (const Step& s : matrix.steps) {
    if (!std::isnormal(s.rate / scale)) refuse_numbers(name);
  }
  Eigen::MatrixXd rates = matrix.generator / scale;
  rates.row(0).swap(rates.row(*root));
  rates.col(0).swap(rates.col(*root));
  const StateReduction reduction(std::move(rates));
  result.occupation = reduction.stationary();
  std::swap(result.occupation[0], result.occupation[*root]);
  if (!result.occupation.allFinite()) refuse_numbers(name);

  if (model.field.isZero(0) && is_balanced(matrix, result.occupation)) {
    HopNetwork network(result.occupation.size());
    for (const Step& s : matrix.steps)
      network.add(s.from, s.to, 0.5 * result.occupation[s.from] * (s.rate / scale), s.vector);
    result.diffusion = scale * network.least_energy();
    result.corrector = network.relaxed();
  } else if (!solve_driven(matrix, reduction, *root, scale, result)) {
    refuse_numbers(name);
  }
  if (!result.diffusion.allFinite()) refuse_numbers(name);
  return result;
}

}  // namespace hopmc::analysis
