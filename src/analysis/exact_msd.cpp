#include "hopmc/analysis/exact_msd.hpp"

#include <algorithm>
#include <cmath>
#include <unsupported/Eigen/MatrixFunctions>

#include "rate_matrix.hpp"

namespace hopmc::analysis {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;

/// exp(L t) and its first two integrals over time from 0 to `interval`.
struct Propagation {
  MatrixXd step;
  MatrixXd once;
  MatrixXd twice;
};

/// The exponential of [[L, 1, 0], [0, 0, 1], [0, 0, 0]] holds all three in its first row (C. F. Van Loan,
/// IEEE Trans. Autom. Control 23, 395 (1978)). Times are in units of the interval, to keep the blocks of one
/// size.
Propagation propagation(const MatrixXd& generator, double interval) {
  const Index n = generator.rows();
  MatrixXd blocks = MatrixXd::Zero(3 * n, 3 * n);
  blocks.topLeftCorner(n, n) = generator * interval;
  blocks.block(0, n, n, n).setIdentity();
  blocks.block(n, 2 * n, n, n).setIdentity();
  const MatrixXd exponential = blocks.exp();
  return {exponential.topLeftCorner(n, n), exponential.block(0, n, n, n) * interval,
          exponential.block(0, 2 * n, n, n) * interval * interval};
}

Eigen::Array<double, 1, n_components> components_of(const Eigen::Matrix3d& tensor) {
  Eigen::Array<double, 1, n_components> components;
  for (Index k = 0; k < n_components; ++k) {
    const auto [a, b] = tensor_components[static_cast<std::size_t>(k)];
    components[k] = tensor(a, b);
  }
  return components;
}

/// exp(L t) of a chain, of positive terms alone: a short time by its series in 1 + L / (fastest rate)
/// (A. Jensen, Scand. Actuar. J. 36, 87 (1953)), doubled as often as it takes. The rows are kept at a sum of
/// 1, or their rounding would double as well; so even the rarest passage keeps its digits.
MatrixXd transition_matrix(const RateMatrix& matrix, double interval) {
  constexpr double shortest = 1.0 / 16;  // of the mean time that the fastest site keeps a carrier
  constexpr int n_terms = 12;
  const double fastest = matrix.escape_rate.maxCoeff();
  const int doublings = std::max(0, static_cast<int>(std::ceil(std::log2(fastest * interval / shortest))));
  const double x = std::ldexp(fastest * interval, -doublings);
  const auto one = MatrixXd::Identity(matrix.generator.rows(), matrix.generator.cols());
  const MatrixXd jump = (one + matrix.generator / fastest).cwiseMax(0);
  MatrixXd p = one;
  for (int term = n_terms; term > 0; --term) p = one + x / term * (jump * p);
  const auto normalise = [&p] { p.array().colwise() /= p.rowwise().sum().array().eval(); };
  normalise();
  for (int i = 0; i < doublings; ++i) {
    p = (p * p).eval();
    normalise();
  }
  return p;
}

/// 2 D t + <df df>(t); the latter is p f (f - P f) and its transpose, as the chain may as well be run
/// backwards.
TensorCurve balanced_msd(const RateMatrix& matrix, const ExactTransport& transport, double interval,
                         Index n_lags) {
  const MatrixXd step = transition_matrix(matrix, interval);
  const Eigen::MatrixX3d centred =
      transport.corrector.rowwise() - (transport.occupation.transpose() * transport.corrector).eval().row(0);
  const Eigen::Matrix3Xd weighted = centred.transpose() * transport.occupation.asDiagonal();
  Eigen::MatrixX3d once = Eigen::MatrixX3d::Zero(centred.rows(), 3);  // f - P f over an interval
  for (Index i = 0; i < once.rows(); ++i) {
    once.row(i) = step.row(i) * ((-centred).rowwise() + centred.row(i));
  }
  Eigen::MatrixX3d change = Eigen::MatrixX3d::Zero(centred.rows(), 3);
  TensorCurve curve(n_lags, n_components);
  for (Index lag = 0; lag < n_lags; ++lag) {
    const Eigen::Matrix3d relaxed = weighted * change;
    curve.row(lag) = components_of(2 * static_cast<double>(lag) * interval * transport.diffusion + relaxed +
                                   relaxed.transpose());
    change = once + step * change;
  }
  return curve;
}

/// In a field, without the square of the drift.
TensorCurve driven_msd(const RateMatrix& matrix, const ExactTransport& transport, double interval,
                       Index n_lags) {
  const Index n = matrix.generator.rows();
  MatrixXd source = MatrixXd::Zero(3, n);  // c
  Eigen::Matrix3d hops = Eigen::Matrix3d::Zero();
  for (const Step& s : matrix.steps) {
    const double flux = transport.occupation[s.from] * s.rate;
    source.col(s.to) += flux * s.vector;
    hops += flux * s.vector * s.vector.transpose();
  }
  // What the steady drift adds, m -> p v t, is taken out at once: it would grow with the square of the lag.
  source -= transport.velocity * transport.occupation.transpose();

  const Propagation p = propagation(matrix.generator, interval);
  MatrixXd moment = MatrixXd::Zero(3, n);    // m - p v t
  MatrixXd integral = MatrixXd::Zero(3, n);  // of it over time
  TensorCurve curve(n_lags, n_components);
  for (Index lag = 0; lag < n_lags; ++lag) {
    const Eigen::Matrix3d memory = integral * matrix.drift;
    const Eigen::Matrix3d tensor = hops * (static_cast<double>(lag) * interval) + memory + memory.transpose();
    curve.row(lag) = components_of(tensor);
    integral += moment * p.once + source * p.twice;
    moment = (moment * p.step + source * p.once).eval();
  }
  return curve;
}

}  // namespace

TensorCurve exact_msd(const energy::Model& model, int species, double interval, Index n_lags,
                      const energy::Doping& doping) {
  const ExactTransport transport = exact_transport(model, species, doping);
  const RateMatrix matrix = rate_matrix(model, species, doping);
  return transport.corrector.size() > 0 ? balanced_msd(matrix, transport, interval, n_lags)
                                        : driven_msd(matrix, transport, interval, n_lags);
}

}  // namespace hopmc::analysis
