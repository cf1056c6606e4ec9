#include "hopmc/analysis/displacement.hpp"

#include <algorithm>
#include <span>
#include <unsupported/Eigen/FFT>

namespace hopmc::analysis {
namespace {

using Eigen::Index;
using Complex = std::complex<double>;

/// Below this lag a random walk has moved so little, against the extent of a window, that the difference of
/// squares and correlation would lose digits; and direct sums of so few lags cost no more than a transform.
constexpr Index most_short_lags = 24;
constexpr Index shortest_transform = 512;
constexpr Index window_over_lags = 4;
constexpr Index window_bytes = Index{64} << 20U;

/// The smallest product of 2, 3 and 5 that is >= n: what the Fourier transform is fast for.
Index good_length(Index n) {
  Index best = 1;
  while (best < n) best *= 2;
  for (Index five = 1; five < 2 * n; five *= 5) {
    for (Index three = five; three < 2 * n; three *= 3) {
      Index length = three;
      while (length < n) length *= 2;
      best = std::min(best, length);
    }
  }
  return best;
}

std::size_t at(Index i) {
  return static_cast<std::size_t>(i);
}

}  // namespace

Index origins_of_window(Index n_lags, Index n_frames, Index n_carriers) {
  const Index row_bytes = 3 * n_carriers * Index{sizeof(double)};
  const Index wanted = std::max(shortest_transform, window_over_lags * n_lags);
  const Index affordable = std::max(2 * n_lags, window_bytes / row_bytes);
  const Index length = good_length(std::min(wanted, affordable));
  return std::min(length - n_lags + 1, n_frames);
}

DisplacementMoments::DisplacementMoments(Index n_lags, Index window_origins)
    : n_lags_(n_lags),
      n_short_(std::min(n_lags, most_short_lags)),
      n_transform_(good_length(window_origins + n_lags - 1)),
      sums_(TensorCurve::Zero(n_lags, n_components)),
      counts_(Eigen::ArrayXd::Zero(n_lags)) {
  if (n_short_ == n_lags_) return;
  for (Spectrum& s : spectra_) s.assign(at(n_transform_ / 2 + 1), 0.0);
  for (auto* list : {&origin_spectrum_, &target_spectrum_}) {
    for (Spectrum& s : *list) s.resize(at(n_transform_ / 2 + 1));
  }
  buffer_.resize(at(n_transform_));
  transform_.resize(at(n_transform_));
}

void DisplacementMoments::add(const PositionsView& positions, Index n_origins) {
  const Index n = positions.rows();
  const Index n_carriers = positions.cols() / 3;
  Positions square = Positions::Zero(n, n_components);  // x_a x_b, summed over carriers
  for (Index c = 0; c < n_carriers; ++c) {
    Positions carrier = positions.middleCols<3>(3 * c);
    carrier.rowwise() -= carrier.colwise().mean().eval();
    add_short_lags(carrier, n_origins);
    if (n_short_ == n_lags_) continue;
    for (Index k = 0; k < n_components; ++k) {
      const auto [a, b] = tensor_components[at(k)];
      square.col(k).array() += carrier.col(a).array() * carrier.col(b).array();
    }
    add_spectra(carrier, n_origins);
  }
  if (n_short_ < n_lags_) add_squares(square, n_origins);
  for (Index m = 0; m < n_lags_; ++m) {
    counts_[m] += static_cast<double>(n_carriers * std::max<Index>(0, std::min(n_origins, n - m)));
  }
}

void DisplacementMoments::add_short_lags(const Positions& carrier, Index n_origins) {
  for (Index m = 1; m < n_short_; ++m) {
    Eigen::Array<double, 1, n_components> sum = Eigen::Array<double, 1, n_components>::Zero();
    const Index n_pairs = std::min(n_origins, carrier.rows() - m);
    for (Index t = 0; t < n_pairs; ++t) {
      const Eigen::RowVector3d d = carrier.row(t + m) - carrier.row(t);
      for (Index k = 0; k < n_components; ++k) {
        const auto [a, b] = tensor_components[at(k)];
        sum[k] += d[a] * d[b];
      }
    }
    sums_.row(m) += sum;
  }
}

void DisplacementMoments::add_squares(const Positions& square, Index n_origins) {
  const Index n = square.rows();
  std::vector<long double> before(at(n + 1));  // sum of the frames before; rounding would add up in double
  for (Index k = 0; k < n_components; ++k) {
    before[0] = 0;
    for (Index t = 0; t < n; ++t) before[at(t + 1)] = before[at(t)] + square(t, k);
    for (Index m = n_short_; m < n_lags_; ++m) {
      const Index n_pairs = std::min(n_origins, n - m);
      if (n_pairs <= 0) break;
      sums_(m, k) += static_cast<double>(before[at(n_pairs)] + before[at(m + n_pairs)] - before[at(m)]);
    }
  }
}

void DisplacementMoments::add_spectra(const Positions& carrier, Index n_origins) {
  Eigen::FFT<double> fft;
  const Index half = n_transform_ / 2;
  for (Index a = 0; a < 3; ++a) {
    // Origins as the real part, all frames as the imaginary part: one transform for both.
    std::fill(buffer_.begin(), buffer_.end(), 0.0);
    for (Index t = 0; t < carrier.rows(); ++t) {
      buffer_[at(t)] = {t < n_origins ? carrier(t, a) : 0.0, carrier(t, a)};
    }
    fft.fwd(transform_.data(), buffer_.data(), n_transform_);
    for (Index f = 0; f <= half; ++f) {
      const Complex plus = transform_[at(f)];
      const Complex minus = std::conj(transform_[at((n_transform_ - f) % n_transform_)]);
      const Complex difference = 0.5 * (plus - minus);
      origin_spectrum_[at(a)][at(f)] = 0.5 * (plus + minus);
      target_spectrum_[at(a)][at(f)] = {difference.imag(), -difference.real()};
    }
  }
  for (Index k = 0; k < n_components; ++k) {
    const auto [a, b] = tensor_components[at(k)];
    const Spectrum &origin_a = origin_spectrum_[at(a)], &origin_b = origin_spectrum_[at(b)];
    const Spectrum &target_a = target_spectrum_[at(a)], &target_b = target_spectrum_[at(b)];
    Spectrum& sum = spectra_[at(k)];
    for (std::size_t f = 0; f < sum.size(); ++f) {
      sum[f] += std::conj(origin_a[f]) * target_b[f] + std::conj(origin_b[f]) * target_a[f];
    }
  }
}

void DisplacementMoments::subtract_correlations() {
  Eigen::FFT<double> fft;
  constexpr Complex i(0, 1);
  for (std::size_t k = 0; k + 1 < spectra_.size(); k += 2) {
    const Spectrum &first = spectra_[k], &second = spectra_[k + 1];
    // Both correlations are real: one transform gives them as its real and imaginary part.
    for (Index f = 0; f <= n_transform_ / 2; ++f) {
      const Index mirror = (n_transform_ - f) % n_transform_;
      buffer_[at(mirror)] = std::conj(first[at(f)]) + i * std::conj(second[at(f)]);
      buffer_[at(f)] = first[at(f)] + i * second[at(f)];
    }
    fft.inv(transform_.data(), buffer_.data(), n_transform_);
    for (Index m = n_short_; m < n_lags_; ++m) {
      sums_(m, static_cast<Index>(k)) -= transform_[at(m)].real();
      sums_(m, static_cast<Index>(k) + 1) -= transform_[at(m)].imag();
    }
  }
  for (Spectrum& s : spectra_) std::fill(s.begin(), s.end(), 0.0);
}

TensorCurve DisplacementMoments::mean() {
  if (n_short_ < n_lags_) subtract_correlations();
  return sums_.colwise() / counts_;
}

}  // namespace hopmc::analysis
