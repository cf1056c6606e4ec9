#include "random_stream.hpp"

#include <Random123/philox.h>

#include <bit>

#include "vector_math.hpp"

namespace hopmc::kmc {
namespace {

using Philox = r123::Philox4x64;

/// Second word of the counter: what the numbers are for.
enum class Purpose : std::uint64_t { hops = 0, placement = 1, doping = 2 };

Philox::ctr_type block(const std::array<std::uint64_t, 2>& key, Purpose purpose,
                       std::uint64_t index) noexcept {
  const Philox::key_type k{{key[0], key[1]}};
  const Philox::ctr_type counter{{index, static_cast<std::uint64_t>(purpose), 0, 0}};
  return Philox{}(counter, k);
}

std::uint64_t below(std::uint64_t bound, const std::array<std::uint64_t, 2>& key, Purpose purpose,
                    std::uint64_t& index) noexcept {
  // Numbers below 2^64 mod bound are drawn again, so that every remainder is equally likely.
  const std::uint64_t rejected = (0 - bound) % bound;
  for (;;) {
    const std::uint64_t bits = block(key, purpose, index++)[0];
    if (bits >= rejected) return bits % bound;
  }
}

}  // namespace

double to_unit_interval(std::uint64_t bits) noexcept {
  constexpr std::uint64_t one = 0x3ff0000000000000;
  constexpr double one_less_half_step = 1.0 - 0x1p-53;
  return std::bit_cast<double>((bits >> 12) | one) - one_less_half_step;
}

RandomStream::RandomStream(std::int64_t seed, std::int64_t trajectory) noexcept
    : key_{static_cast<std::uint64_t>(seed), static_cast<std::uint64_t>(trajectory)} {}

void RandomStream::seek(std::int64_t hop) noexcept {
  used_ = static_cast<std::uint64_t>(hop) % batch;
  first_ = static_cast<std::uint64_t>(hop) - used_;
  // One block serves two hops.
  for (std::size_t i = 0; i < batch; i += 2) {
    const auto bits = block(key_, Purpose::hops, (first_ + i) / 2);
    choice_[i] = bits[0];
    waiting_[i] = to_unit_interval(bits[1]);
    choice_[i + 1] = bits[2];
    waiting_[i + 1] = to_unit_interval(bits[3]);
  }
  negative_log(waiting_.data(), batch);
}

std::uint64_t RandomStream::placement(std::uint64_t& index, std::uint64_t bound) const noexcept {
  return below(bound, key_, Purpose::placement, index);
}

std::uint64_t RandomStream::doping(std::uint64_t& index, std::uint64_t bound) const noexcept {
  return below(bound, key_, Purpose::doping, index);
}

}  // namespace hopmc::kmc
