#pragma once
/// Sweeps: the same run for several values of one key, or of several.

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "hopmc/config/errors.hpp"
#include "hopmc/config/override.hpp"

namespace hopmc::config {

/// Points of a sweep at most; more are likely a slip of the pen.
inline constexpr std::size_t most_sweep_points = 1000;

struct SweepValue {
  double number = 0;
  std::string text;  ///< as the key takes it, and as directories are named: "200", "0.05", "1e-08"
};

/// A key and the values it is to have, in the order given.
struct SweepAxis {
  std::string key;   ///< dotted
  std::string unit;  ///< of the numbers; empty: none
  std::vector<SweepValue> values;
};

/// The axes that texts of --sweep ask for: KEY=START:STOP:STEP (STOP counts where it is met but for rounding)
/// or KEY=NUMBER,NUMBER,...
///
/// Problems (place "command line"): a key that no file knows, or whose value is not one number; what is no
/// number, or no integer where the key needs one; a step that is zero or leads away; a value or a key given
/// twice; more than most_sweep_points in all.
[[nodiscard]] std::vector<SweepAxis> parse_sweep(std::span<const std::string> texts, Problems& problems);

/// One run of a sweep.
struct SweepPoint {
  std::vector<double> values;       ///< of the axes
  std::string name;                 ///< of its directory: "temp=200", "temp=200,n_traj=4"
  std::vector<Override> overrides;  ///< one for each axis
};

/// All combinations; the last axis changes fastest.
[[nodiscard]] std::vector<SweepPoint> sweep_points(std::span<const SweepAxis> axes);

}  // namespace hopmc::config
