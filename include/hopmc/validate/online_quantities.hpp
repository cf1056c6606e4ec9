#pragma once
/// The datasets of what a run found while it went on.

#include <array>

#include "hopmc/units/units.hpp"

namespace hopmc::validate {

struct OnlineQuantity {
  const char* name;
  bool by_species;  ///< the first dimension of two, or the only one
  bool by_lag;      ///< the last dimension
  const char* units;
  const char* si_units;
  double si_factor;
  const char* about;
};

inline constexpr double square_metre = units::bohr * units::bohr;
inline constexpr double square_metre_per_second = square_metre / units::atomic_time;

inline constexpr std::array<OnlineQuantity, 5> online_quantities{{
    {"lag", false, true, "hbar/E_h", "s", units::atomic_time, "time between the two ends of a displacement"},
    {"msd", true, true, "bohr^2", "m^2", square_metre,
     "mean square displacement of each species at each lag"},
    {"msd_error", true, true, "bohr^2", "m^2", square_metre, "standard error of msd"},
    {"diffusivity", true, false, "bohr^2*E_h/hbar", "m^2/s", square_metre_per_second,
     "slope of msd / (2 n_dim), of each species"},
    {"diffusivity_error", true, false, "bohr^2*E_h/hbar", "m^2/s", square_metre_per_second,
     "standard error of diffusivity, from the scatter of the trajectories"},
}};

}  // namespace hopmc::validate
