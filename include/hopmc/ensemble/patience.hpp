#pragma once
/// Waiting without burning the core that another rank may need, and keeping account of it.

#include <mpi.h>

#include <algorithm>
#include <chrono>
#include <thread>

namespace hopmc::ensemble {

using Clock = std::chrono::steady_clock;

[[nodiscard]] inline double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

/// Calls `done` until it says true: a few times at once, then with naps that grow to 1 ms. MPI's own blocking
/// calls spin instead, which starves the ranks waited for where ranks outnumber cores.
template <class Done>
void wait_politely(Done&& done) {
  constexpr int tries_without_nap = 64;
  constexpr std::chrono::microseconds first_nap{20};
  constexpr std::chrono::microseconds longest_nap{1000};
  for (int i = 0; i < tries_without_nap; ++i) {
    if (done()) return;
    std::this_thread::yield();
  }
  for (auto nap = first_nap; !done(); nap = std::min(2 * nap, longest_nap)) std::this_thread::sleep_for(nap);
}

/// The same for a nonblocking MPI operation.
inline void wait_politely(MPI_Request& request) {
  wait_politely([&request] {
    int done = 0;
    MPI_Test(&request, &done, MPI_STATUS_IGNORE);
    return done != 0;
  });
}

/// Time spent waiting: in all, and the longest single wait.
class WaitAccount {
 public:
  void add(double seconds) {
    total_ += seconds;
    longest_ = std::max(longest_, seconds);
  }
  /// Runs `action` and counts its time as one wait.
  template <class Action>
  void measure(Action&& action) {
    const auto start = Clock::now();
    action();
    add(seconds_since(start));
  }
  [[nodiscard]] double total() const noexcept { return total_; }
  [[nodiscard]] double longest() const noexcept { return longest_; }

 private:
  double total_ = 0;
  double longest_ = 0;
};

}  // namespace hopmc::ensemble
