#pragma once
/// The random numbers of CPython's `random` module (3.2 and later), for the replay mode: Mersenne Twister
/// MT19937 (M. Matsumoto and T. Nishimura, ACM Trans. Model. Comput. Simul. 8, 3 (1998)) with Python's
/// seeding and sampling.

#include <cstddef>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

namespace hopmc::kmc {

/// Reproduces `random.seed`, `random.random` and `random.sample`.
class PythonRandom {
 public:
  /// random.seed(n) of an int: its absolute value seeds.
  explicit PythonRandom(std::int64_t seed);
  /// random.seed(x) of a float: hash(x) seeds.
  explicit PythonRandom(double seed);

  /// random.random(): 53 random bits in [0, 1).
  [[nodiscard]] double random();
  /// The generator's state as text, and a generator that goes on from it.
  [[nodiscard]] std::string state() const;
  [[nodiscard]] static PythonRandom from_state(const std::string& state);

  /// The place that random.choice takes of `n`; n > 0.
  [[nodiscard]] std::uint64_t below(std::uint64_t n);
  /// random.sample(population, k), order included.
  [[nodiscard]] std::vector<std::int64_t> sample(const std::vector<std::int64_t>& population, std::size_t k);

 private:
  struct Seeded {
    std::uint64_t value;
  };
  explicit PythonRandom(Seeded seed);

  std::mt19937 engine_;
};

/// hash(x) of a finite float, as the unsigned number that random.seed makes of it.
[[nodiscard]] std::uint64_t python_hash(double x) noexcept;

}  // namespace hopmc::kmc
