#include "hopmc/ensemble/summary.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "hopmc/ensemble/progress.hpp"

namespace hopmc::ensemble {

namespace {

void time_line(std::string& text, const char* name, double seconds, double all, const std::string& note) {
  const double percent = all > 0 ? 100 * seconds / all : 0;
  fmt::format_to(std::back_inserter(text), "  {:<9}{:>10.2f} s {:>6.1f} %{}\n", name, seconds, percent, note);
}

std::string counted(std::int64_t count, const char* one, const char* many) {
  return fmt::format("{} {}", count, count == 1 ? one : many);
}

void size_line(std::string& text, const char* name, std::int64_t bytes, std::int64_t raw) {
  if (bytes <= 0) return;
  const double ratio = static_cast<double>(raw) / static_cast<double>(bytes);
  fmt::format_to(std::back_inserter(text), "  {:<9}{:>12}   {:.2f} to 1\n", name,
                 byte_size(static_cast<double>(bytes)), ratio);
}

/// A time of any length.
std::string spent(double seconds) {
  return seconds < 60 ? short_time(seconds) : duration(seconds);
}

void what_was_made(std::string& text, const RunSummary& summary) {
  const auto hops = static_cast<double>(summary.hops);
  const auto made = static_cast<double>(summary.hops_made);
  fmt::format_to(std::back_inserter(text), "{}, {}, {} hops{} in {} on {}",
                 counted(summary.trajectories, "trajectory", "trajectories"),
                 counted(summary.frames, "frame", "frames"), large_number(hops),
                 summary.hops_made < summary.hops ? fmt::format(", {} of them new,", large_number(made)) : "",
                 short_time(summary.wall_seconds), counted(summary.ranks, "rank", "ranks"));
  if (summary.wall_seconds > 0) {
    fmt::format_to(std::back_inserter(text), ": {} hops/s", large_number(made / summary.wall_seconds));
  }
  text += "\n";
}

}  // namespace

std::string to_text(const RunSummary& summary, double validate_seconds) {
  std::string text;
  what_was_made(text, summary);

  const double validate_all = summary.ranks * validate_seconds;
  const double all = summary.ranks * summary.wall_seconds + validate_all;
  const double known = summary.simulate_seconds + summary.wait_seconds + summary.compress_seconds +
                       summary.write_seconds + validate_all;
  text += summary.ranks == 1 ? "Time of the rank:\n" : "Time of all ranks:\n";
  time_line(text, "simulate", summary.simulate_seconds, all, "");
  time_line(text, "wait", summary.wait_seconds, all,
            fmt::format("   longest single wait {}", spent(summary.longest_wait_seconds)));
  time_line(text, "compress", summary.compress_seconds, all, "");
  time_line(text, "write", summary.write_seconds, all,
            summary.flushes > 0
                ? fmt::format("   {}", counted(summary.flushes, "collective flush", "collective flushes"))
                : "");
  time_line(text, "validate", validate_all, all, "");
  time_line(text, "other", std::max(0.0, all - known), all, "");

  fmt::format_to(std::back_inserter(text), "Size of the rows: {}; buffers of a rank held at most {}\n",
                 byte_size(static_cast<double>(summary.raw_bytes)),
                 byte_size(static_cast<double>(summary.peak_buffer_bytes)));
  size_line(text, "HDF5", summary.hdf5_bytes, summary.raw_bytes);
  size_line(text, "npy", summary.npy_bytes, summary.raw_bytes);
  return text;
}

}  // namespace hopmc::ensemble
