#pragma once
/// What rank 0 tells while a run goes on.

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <string>

namespace hopmc::ensemble {

/// How far a run is.
struct ProgressState {
  std::int64_t trajectories = 0;  ///< finished
  std::int64_t n_traj = 1;
  double fraction = 0;           ///< of the simulated time of all trajectories, 0 to 1
  double simulated_seconds = 0;  ///< of all trajectories together, when the run is done
  std::int64_t hops = 0;         ///< made by this run
  double elapsed_seconds = 0;    ///< since the run began
  double stored_fraction = 0;    ///< what of the fraction an earlier run simulated; it is read back first
  double read_back_seconds = 0;  ///< of the elapsed seconds, those spent on that
  std::string remark{};          ///< what else there is to say; empty: nothing
};

/// "1.5 ns": a time of any size with three digits and a unit people use (fs to s). `seconds` in s.
[[nodiscard]] std::string short_time(double seconds);
/// "2 h 05 min", "41 s": a time to wait. `seconds` in s.
[[nodiscard]] std::string duration(double seconds);
/// "1.5 GB": bytes with three digits, powers of 1000.
[[nodiscard]] std::string byte_size(double bytes);
/// "3.2 million", "850": a large number with three digits.
[[nodiscard]] std::string large_number(double value);

/// One line without end of line, e.g. "12 of 100 trajectories, 34.5 % of 1.00 us simulated, 12.3 million
/// hops/s, 2 min left" and the remark; while rows of an earlier run are read back, how far that is.
[[nodiscard]] std::string progress_line(const ProgressState& state);

/// Writes progress lines: over each other on a terminal, below each other elsewhere. Local.
class ProgressPrinter {
 public:
  /// Writes to `out`, which must outlive the printer; a terminal is recognised.
  explicit ProgressPrinter(std::FILE* out);
  ProgressPrinter(std::FILE* out, bool terminal);

  /// Whether enough time has passed since the last line (2 s on a terminal, 5 s elsewhere).
  [[nodiscard]] bool due() const;
  void print(const ProgressState& state);
  /// Ends the line on a terminal, so that what follows starts on its own.
  void finish();

 private:
  std::FILE* out_;
  bool terminal_;
  bool line_open_ = false;
  std::chrono::steady_clock::time_point last_;
};

}  // namespace hopmc::ensemble
