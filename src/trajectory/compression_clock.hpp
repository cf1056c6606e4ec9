#pragma once
/// Adds up what compression_seconds() tells.

#include <chrono>

namespace hopmc::trajectory {

/// While it lives, time counts as compression. Not to be nested.
class CompressionClock {
 public:
  CompressionClock() = default;
  ~CompressionClock();
  CompressionClock(const CompressionClock&) = delete;
  CompressionClock& operator=(const CompressionClock&) = delete;

 private:
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

}  // namespace hopmc::trajectory
