#include "hopmc/analysis/exact_msd.hpp"

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

}  // namespace

TensorCurve exact_msd(const energy::Model& model, int species, double interval, Index n_lags,
                      const energy::Doping& doping) {
  const ExactTransport transport = exact_transport(model, species, doping);
  const RateMatrix matrix = rate_matrix(model, species, doping);
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
    for (Index k = 0; k < n_components; ++k) {
      const auto [a, b] = tensor_components[static_cast<std::size_t>(k)];
      curve(lag, k) = tensor(a, b);
    }
    integral += moment * p.once + source * p.twice;
    moment = (moment * p.step + source * p.once).eval();
  }
  return curve;
}

}  // namespace hopmc::analysis
