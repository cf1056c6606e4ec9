#include "hopmc/ensemble/progress.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace hopmc::ensemble {

namespace {

struct Scale {
  double factor;
  const char* name;
};

/// Three significant digits, without an exponent.
std::string three_digits(double value) {
  const double size = std::abs(value);
  if (size < 9.995) return fmt::format("{:.2f}", value);
  if (size < 99.95) return fmt::format("{:.1f}", value);
  return fmt::format("{:.0f}", value);
}

/// The value in the largest of ascending units that leaves at least 1 (after rounding to three digits).
template <std::size_t N>
std::string scaled(double value, const std::array<Scale, N>& scales) {
  const Scale* chosen = scales.data();
  for (const Scale& scale : scales) {
    if (std::abs(value) >= 0.9995 * scale.factor) chosen = &scale;
  }
  const bool whole = chosen->factor == 1 && value == std::floor(value);
  const std::string number = whole ? fmt::format("{:.0f}", value) : three_digits(value / chosen->factor);
  return *chosen->name == '\0' ? number : number + " " + chosen->name;
}

constexpr std::array<Scale, 7> time_scales{
    {{1e-18, "as"}, {1e-15, "fs"}, {1e-12, "ps"}, {1e-9, "ns"}, {1e-6, "us"}, {1e-3, "ms"}, {1, "s"}}};
constexpr std::array<Scale, 5> byte_scales{
    {{1, "bytes"}, {1e3, "kB"}, {1e6, "MB"}, {1e9, "GB"}, {1e12, "TB"}}};
constexpr std::array<Scale, 5> number_scales{
    {{1, ""}, {1e3, "thousand"}, {1e6, "million"}, {1e9, "billion"}, {1e12, "trillion"}}};

constexpr std::chrono::seconds terminal_interval{2};
constexpr std::chrono::seconds plain_interval{5};

/// A progress line that can not be written (stderr closed, disk full) is no reason to end a run.
void write(std::FILE* out, const std::string& text) {
  static_cast<void>(std::fputs(text.c_str(), out));
  static_cast<void>(std::fflush(out));
}

}  // namespace

std::string short_time(double seconds) {
  return seconds == 0 ? "0 s" : scaled(seconds, time_scales);
}

std::string duration(double seconds) {
  // Beyond a century it is a guess, and no longer fits an integer at some point.
  constexpr double longest = 100.0 * 365 * 24 * 3600;
  const auto total = static_cast<std::int64_t>(std::llround(std::clamp(seconds, 0.0, longest)));
  const std::int64_t minutes = total / 60;
  if (minutes == 0) return fmt::format("{} s", total);
  if (minutes < 10) return fmt::format("{} min {:02} s", minutes, total % 60);
  if (minutes < 60) return fmt::format("{} min", minutes);
  if (minutes < 48 * 60) return fmt::format("{} h {:02} min", minutes / 60, minutes % 60);
  return fmt::format("{} days {} h", minutes / (24 * 60), minutes / 60 % 24);
}

std::string byte_size(double bytes) {
  return scaled(bytes, byte_scales);
}

std::string large_number(double value) {
  return scaled(value, number_scales);
}

std::string progress_line(const ProgressState& state) {
  const double fraction = std::clamp(state.fraction, 0.0, 1.0);
  // Rounded down: 100 % is for a run that is complete.
  const double percent = std::floor(fraction * 1000) / 10;
  std::string line = fmt::format("{} of {} trajectories, {:.1f} % of {}", state.trajectories, state.n_traj,
                                 percent, short_time(state.simulated_seconds));
  if (fraction < state.stored_fraction) {
    return line + fmt::format(" read back, of {:.1f} % simulated before", 100 * state.stored_fraction);
  }
  line += " simulated";
  const double seconds = state.elapsed_seconds - state.read_back_seconds;
  if (seconds > 0) {
    line += fmt::format(", {} hops/s", large_number(static_cast<double>(state.hops) / seconds));
  }
  // A rate from the first per mille of a run would be a guess.
  const double simulated = fraction - state.stored_fraction;
  if (simulated >= 1e-3) {
    line += fmt::format(", {} left", duration(seconds * (1 - fraction) / simulated));
  }
  if (!state.remark.empty()) line += ", " + state.remark;
  return line;
}

ProgressPrinter::ProgressPrinter(std::FILE* out) : ProgressPrinter(out, ::isatty(::fileno(out)) == 1) {}

ProgressPrinter::ProgressPrinter(std::FILE* out, bool terminal)
    : out_(out), terminal_(terminal), last_(std::chrono::steady_clock::now()) {}

bool ProgressPrinter::due() const {
  const auto interval = terminal_ ? terminal_interval : plain_interval;
  return std::chrono::steady_clock::now() - last_ >= interval;
}

void ProgressPrinter::print(const ProgressState& state) {
  constexpr const char* erase_rest_of_line = "\x1b[K";
  last_ = std::chrono::steady_clock::now();
  if (terminal_) {
    write(out_, fmt::format("\r{}{}", progress_line(state), erase_rest_of_line));
    line_open_ = true;
  } else {
    write(out_, progress_line(state) + "\n");
  }
}

void ProgressPrinter::finish() {
  if (line_open_) write(out_, "\n");
  line_open_ = false;
}

}  // namespace hopmc::ensemble
