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

/// The points of the sweep that is there already and is gone on with. Throws InputError where the directory
/// holds something else, where the sweep is of other keys, or where it is neither to be resumed nor to be
/// overwritten. What is found without the lock of the directory may change at once.
[[nodiscard]] std::vector<validate::RecordedPoint> earlier_points(const std::filesystem::path& directory,
                                                                  const RunOptions& options);

/// Throws InputError with every problem of the output directory and of every point, each once and with the
/// points that have it: of the case, of results that are in the way, of results that cannot be resumed.
/// Touches nothing. Returns the warnings. With --print-config the output directory is not looked at.
[[nodiscard]] std::vector<std::string> check_sweep(const RunInputs& common, const RunOptions& options,
                                                   std::span<const config::SweepPoint> points);

}  // namespace hopmc::cli
