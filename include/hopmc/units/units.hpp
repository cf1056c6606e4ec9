#pragma once
/// Physical constants and conversions to Hartree atomic units.
///
/// The primary constants are CODATA 2014, and the derived ones follow from them in one fixed order, so that
/// numbers agree to 1e-14 with those of programs built on the same set.

namespace hopmc::units {

inline constexpr double pi = 3.14159265358979323846;

// CODATA 2014, SI units.
inline constexpr double elementary_charge = 1.6021766208e-19;  ///< C
inline constexpr double electron_mass = 9.10938356e-31;        ///< kg
inline constexpr double hbar = 1.054571800e-34;                ///< J s
inline constexpr double boltzmann = 1.38064852e-23;            ///< J/K
inline constexpr double epsilon_0 = 8.854187817e-12;           ///< F/m

inline constexpr double coulomb_constant = 1.0 / (4.0 * pi * epsilon_0);  ///< N m^2/C^2

/// Bohr radius in m.
inline constexpr double bohr =
    hbar * hbar / (electron_mass * (elementary_charge * elementary_charge) * coulomb_constant);
/// Hartree energy in J.
inline constexpr double hartree = hbar * hbar / (electron_mass * (bohr * bohr));
/// Atomic unit of time hbar/E_h in s.
inline constexpr double atomic_time = hbar / hartree;

inline constexpr double angstrom_in_bohr = 1e-10 / bohr;
inline constexpr double ev_in_hartree = elementary_charge * (1.0 / hartree);
inline constexpr double second_in_atomic_time = 1.0 / atomic_time;
inline constexpr double kelvin_in_hartree = 1.0 / (hartree / boltzmann);  ///< k_B T of 1 K
/// Volt in atomic units of electric potential E_h/e.
inline constexpr double volt_in_hartree_per_charge = 1.0 / (hartree / elementary_charge);
inline constexpr double bohr_in_cm = bohr * 100.0;

}  // namespace hopmc::units
