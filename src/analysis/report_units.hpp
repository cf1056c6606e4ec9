#pragma once
/// Units of reports, and numbers with their errors as text.

#include <string>
#include <string_view>

#include "hopmc/analysis/estimate.hpp"
#include "hopmc/config/run_config.hpp"
#include "hopmc/units/units.hpp"

namespace hopmc::analysis {

// Factors from atomic units.
inline constexpr double cm2_per_s = units::bohr_in_cm * units::bohr_in_cm / units::atomic_time;
inline constexpr double cm_per_s = units::bohr_in_cm / units::atomic_time;
inline constexpr double volt = 1 / units::volt_in_hartree_per_charge;
inline constexpr double cm2_per_volt_s = cm2_per_s / volt;
inline constexpr double volt_per_cm = volt / units::bohr_in_cm;
inline constexpr double siemens_per_cm =
    units::elementary_charge / (units::atomic_time * volt * units::bohr_in_cm);

/// The units that repr_time and repr_dist ask for.
struct ReportUnits {
  std::string time;
  std::string length;
  double time_factor;    ///< from atomic time
  double length_factor;  ///< from bohr
  explicit ReportUnits(const config::MsdConfig& msd)
      : time(msd.time_unit),
        length(msd.length_unit),
        time_factor(units::atomic_time / config::seconds_of(msd.time_unit)),
        length_factor(units::bohr / config::metres_of(msd.length_unit)) {}
};

/// "(4.30 ± 0.15)e-07": value and standard error, the error with two digits.
[[nodiscard]] std::string with_error(const Estimate& e);
/// "4.01e-07 to 4.60e-07", or "-".
[[nodiscard]] std::string range_text(const std::array<double, 2>& interval);

}  // namespace hopmc::analysis
