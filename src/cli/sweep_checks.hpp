#pragma once
/// Whether all points of a sweep can be run, found out before the first is. Local; for rank 0.

#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "hopmc/config/sweep.hpp"
#include "hopmc/validate/sweep_record.hpp"
#include "run_options.hpp"
#include "run_setup.hpp"

namespace hopmc::cli {

/// What a point is made from: the common inputs with its values, and its own directory.
[[nodiscard]] RunInputs inputs_of(const RunInputs& common, const config::SweepPoint& point);

/// What is to be known before the first point is run.
struct CheckedSweep {
  std::vector<validate::RecordedPoint> earlier;  ///< of the sweep that is resumed
  std::vector<std::string> warnings;
};

/// Throws InputError with every problem of the output directory and of every point, each once and with the
/// points that have it: of the case, of results that are in the way, of results that cannot be resumed.
/// Touches nothing. With --print-config the output directory is not looked at.
[[nodiscard]] CheckedSweep check_sweep(const RunInputs& common, const RunOptions& options,
                                       std::span<const config::SweepPoint> points);

}  // namespace hopmc::cli
