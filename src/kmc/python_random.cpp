#include "python_random.hpp"

#include <array>
#include <bit>
#include <cmath>
#include <locale>
#include <sstream>
#include <unordered_set>

namespace hopmc::kmc {
namespace {

/// The standard engine takes its state from a seed sequence; this one gives the state that the generator's
/// reference seeding by an array ("init_by_array") arrives at.
class ArraySeed {
 public:
  using result_type = std::uint_least32_t;

  explicit ArraySeed(std::uint64_t value) {
    key_.push_back(static_cast<std::uint32_t>(value));
    if (value >> 32) key_.push_back(static_cast<std::uint32_t>(value >> 32));
  }

  template <class Iterator>
  void generate(Iterator first, Iterator last) const {
    constexpr std::size_t n = 624;
    std::array<std::uint32_t, n> state{};
    state[0] = 19650218;
    for (std::size_t i = 1; i < n; ++i) {
      state[i] = 1812433253 * (state[i - 1] ^ (state[i - 1] >> 30)) + static_cast<std::uint32_t>(i);
    }
    std::size_t i = 1;
    const auto mix = [&](std::uint32_t factor) {
      return state[i] ^ ((state[i - 1] ^ (state[i - 1] >> 30)) * factor);
    };
    const auto next = [&] {
      if (++i == n) {
        state[0] = state[n - 1];
        i = 1;
      }
    };
    for (std::size_t k = 0; k < n; ++k) {  // the key is shorter than the state
      const std::size_t j = k % key_.size();
      state[i] = mix(1664525) + key_[j] + static_cast<std::uint32_t>(j);
      next();
    }
    for (std::size_t k = 1; k < n; ++k) {
      state[i] = mix(1566083941) - static_cast<std::uint32_t>(i);
      next();
    }
    state[0] = 0x80000000;
    for (auto value = state.begin(); first != last; ++first, ++value) *first = *value;
  }

 private:
  std::vector<std::uint32_t> key_;
};

std::uint64_t magnitude(std::int64_t n) noexcept {
  return n < 0 ? 0 - static_cast<std::uint64_t>(n) : static_cast<std::uint64_t>(n);
}

}  // namespace

std::uint64_t python_hash(double x) noexcept {
  // x is reduced modulo the Mersenne prime 2^61 - 1, in which division by 2 is a rotation of 61 bits.
  constexpr int bits = 61;
  constexpr std::uint64_t prime = (std::uint64_t{1} << bits) - 1;
  const auto rotate = [](std::uint64_t v, int by) {
    return by == 0 ? v : ((v << by) & prime) | (v >> (bits - by));
  };
  int exponent = 0;
  const double mantissa = std::frexp(std::abs(x), &exponent);
  const auto digits = static_cast<std::uint64_t>(std::ldexp(mantissa, 53));  // below the prime
  const int shift = ((exponent - 53) % bits + bits) % bits;
  const std::uint64_t value = rotate(digits, shift);
  if (x >= 0) return value;
  // Python keeps -1 for errors.
  return value == 1 ? static_cast<std::uint64_t>(-2) : 0 - value;
}

PythonRandom::PythonRandom(Seeded seed) {
  ArraySeed sequence(seed.value);
  engine_.seed(sequence);
}
PythonRandom::PythonRandom(std::int64_t seed) : PythonRandom(Seeded{magnitude(seed)}) {}
PythonRandom::PythonRandom(double seed) : PythonRandom(Seeded{python_hash(seed)}) {}

double PythonRandom::random() {
  const auto high = static_cast<double>(engine_() >> 5);
  const auto low = static_cast<double>(engine_() >> 6);
  return (high * 0x1p26 + low) * 0x1p-53;
}

std::string PythonRandom::state() const {
  std::ostringstream text;
  text.imbue(std::locale::classic());
  text << engine_;
  return text.str();
}

PythonRandom PythonRandom::from_state(const std::string& state) {
  PythonRandom random(std::int64_t{0});
  std::istringstream text(state);
  text.imbue(std::locale::classic());
  text >> random.engine_;
  return random;
}

std::uint64_t PythonRandom::below(std::uint64_t n) {
  const auto bits = static_cast<int>(std::bit_width(n));  // at most 32: populations are site lists
  for (;;) {
    const std::uint64_t r = engine_() >> (32 - bits);
    if (r < n) return r;
  }
}

std::vector<std::int64_t> PythonRandom::sample(const std::vector<std::int64_t>& population, std::size_t k) {
  const std::size_t n = population.size();
  std::vector<std::int64_t> result;
  // Python compares the memory of a list with that of a set, and shuffles a copy where the list is smaller.
  double set_size = 21;
  if (k > 5) set_size += std::pow(4.0, std::ceil(std::log(static_cast<double>(k) * 3) / std::log(4.0)));
  if (static_cast<double>(n) <= set_size) {
    std::vector<std::int64_t> pool = population;
    for (std::size_t i = 0; i < k; ++i) {
      const std::size_t j = below(n - i);
      result.push_back(pool[j]);
      pool[j] = pool[n - i - 1];
    }
    return result;
  }
  std::unordered_set<std::uint64_t> chosen;
  while (result.size() < k) {
    const std::uint64_t j = below(n);
    if (chosen.insert(j).second) result.push_back(population[j]);
  }
  return result;
}

}  // namespace hopmc::kmc
