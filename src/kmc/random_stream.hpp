#pragma once
/// Random numbers of one trajectory: counter-based, so that hop h of trajectory t gets the same numbers on
/// any rank, in any order of work and after any restart.

#include <array>
#include <cstddef>
#include <cstdint>

namespace hopmc::kmc {

/// Draws of one trajectory, keyed by (seed, trajectory), from Philox4x64-10 (J. K. Salmon et al., SC'11,
/// doi:10.1145/2063384.2063405).
class RandomStream {
 public:
  /// Hops drawn together; large enough to vectorise, small enough to stay in the first-level cache.
  static constexpr std::size_t batch = 512;

  RandomStream(std::int64_t seed, std::int64_t trajectory) noexcept;

  /// Draws the numbers of hops [first, first + batch); `first` is a multiple of `batch`.
  void draw_hops(std::uint64_t first) noexcept;
  /// 64 uniform bits that choose the process of hop `first + i`.
  [[nodiscard]] const std::uint64_t* choice() const noexcept { return choice_.data(); }
  /// Waiting times of hop `first + i` in units of the mean: exponential with mean 1, never 0.
  [[nodiscard]] const double* waiting() const noexcept { return waiting_.data(); }

  /// A uniform integer in [0, bound) for the placement of carriers; `index` numbers the draws. Unbiased.
  [[nodiscard]] std::uint64_t placement(std::uint64_t& index, std::uint64_t bound) const noexcept;

 private:
  std::array<std::uint64_t, 2> key_;
  alignas(64) std::array<std::uint64_t, batch> choice_{};
  alignas(64) std::array<double, batch> waiting_{};
};

/// 64 uniform bits as a double in (0, 1), the centres of 2^52 equal intervals: neither 0 nor 1 occurs.
[[nodiscard]] double to_unit_interval(std::uint64_t bits) noexcept;

}  // namespace hopmc::kmc
