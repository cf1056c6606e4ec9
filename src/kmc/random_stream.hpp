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

  /// Hops whose numbers have been used: the place in the stream.
  [[nodiscard]] std::int64_t hops() const noexcept { return static_cast<std::int64_t>(first_ + used_); }
  /// Goes to the numbers of hop `hop` (counted from 0).
  void seek(std::int64_t hop) noexcept;
  /// Draws the next batch if all numbers of this one are used.
  void refill() noexcept {
    if (used_ == batch) seek(hops());
  }

  /// Numbers of this batch that are used; the next hop's are choice()[used()] and waiting()[used()].
  [[nodiscard]] std::size_t used() const noexcept { return used_; }
  void use(std::size_t used) noexcept { used_ = used; }
  /// 64 uniform bits a hop that choose its process.
  [[nodiscard]] const std::uint64_t* choice() const noexcept { return choice_.data(); }
  /// Waiting times in units of the mean: exponential with mean 1, never 0.
  [[nodiscard]] const double* waiting() const noexcept { return waiting_.data(); }

  /// A uniform integer in [0, bound) for the placement of carriers; `index` numbers the draws. Unbiased.
  [[nodiscard]] std::uint64_t placement(std::uint64_t& index, std::uint64_t bound) const noexcept;
  /// The same for the placement of dopants, from numbers of their own.
  [[nodiscard]] std::uint64_t doping(std::uint64_t& index, std::uint64_t bound) const noexcept;

 private:
  std::array<std::uint64_t, 2> key_;
  std::uint64_t first_ = 0;   ///< hop of the first number of the batch
  std::size_t used_ = batch;  ///< nothing is drawn yet
  alignas(64) std::array<std::uint64_t, batch> choice_{};
  alignas(64) std::array<double, batch> waiting_{};
};

/// 64 uniform bits as a double in (0, 1), the centres of 2^52 equal intervals: neither 0 nor 1 occurs.
[[nodiscard]] double to_unit_interval(std::uint64_t bits) noexcept;

}  // namespace hopmc::kmc
