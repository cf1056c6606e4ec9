#pragma once
/// Options of `hopmc bench io`.

#include <filesystem>
#include <string>

#include "hopmc/bench/io_benchmark.hpp"
#include "options.hpp"

namespace hopmc::cli {

struct BenchOptions {
  bool help = false;
  bool quiet = false;
  bench::IoPlan plan;              ///< its ranks are empty where they are not given
  std::filesystem::path csv;       ///< empty: not wanted
  std::filesystem::path markdown;  ///< empty: not wanted
};

/// Throws InputError with all that is wrong. Local.
[[nodiscard]] BenchOptions parse_bench_options(Arguments arguments);
[[nodiscard]] std::string bench_io_help();

}  // namespace hopmc::cli
