#pragma once
/// Asked to stop before the end: by a signal, or because the time is up.

#include <chrono>
#include <optional>

namespace hopmc::ensemble {

/// While it lives, SIGTERM, SIGINT and SIGUSR1 end nothing: they are remembered. One at a time in a process.
class StopRequest {
 public:
  /// `limit`: seconds since `start` after which to stop; absent: none.
  explicit StopRequest(std::optional<double> limit = std::nullopt,
                       std::chrono::steady_clock::time_point start = std::chrono::steady_clock::now());
  ~StopRequest();
  StopRequest(const StopRequest&) = delete;
  StopRequest& operator=(const StopRequest&) = delete;

  /// Whether this process was told to stop. Local, cheap.
  [[nodiscard]] bool wanted() const;

 private:
  std::optional<std::chrono::steady_clock::time_point> deadline_;
};

}  // namespace hopmc::ensemble
