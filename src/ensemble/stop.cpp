#include "hopmc/ensemble/stop.hpp"

#include <array>
#include <csignal>

namespace hopmc::ensemble {

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::array signals{SIGTERM, SIGINT, SIGUSR1};
volatile std::sig_atomic_t signalled = 0;
std::array<struct sigaction, signals.size()> handlers_before;

extern "C" void note_signal(int) {
  signalled = 1;
}

/// Longer limits are as good as none, and would not fit the clock.
constexpr double longest_limit = 1e9;

}  // namespace

StopRequest::StopRequest(std::optional<double> limit, Clock::time_point start) {
  if (limit && *limit < longest_limit) {
    deadline_ = start + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(*limit));
  }
  signalled = 0;
  struct sigaction action {};
  action.sa_handler = note_signal;
  action.sa_flags = SA_RESTART;  // a system call of MPI or HDF5 must not fail for it
  sigemptyset(&action.sa_mask);
  for (std::size_t i = 0; i < signals.size(); ++i) sigaction(signals[i], &action, &handlers_before[i]);
}

StopRequest::~StopRequest() {
  for (std::size_t i = 0; i < signals.size(); ++i) sigaction(signals[i], &handlers_before[i], nullptr);
}

bool StopRequest::wanted() const {
  return signalled != 0 || (deadline_ && Clock::now() >= *deadline_);
}

}  // namespace hopmc::ensemble
