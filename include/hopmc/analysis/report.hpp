#pragma once
/// Results of the analysis for people, for programs and for plots.

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "hopmc/analysis/analyze.hpp"
#include "hopmc/analysis/exact_transport.hpp"

namespace hopmc::analysis {

inline constexpr std::string_view analysis_file_name = "analysis.json";
inline constexpr std::string_view exact_file_name = "exact.json";
/// Where the analysis of a directory goes unless asked otherwise, within it.
inline constexpr const char* default_analysis_directory = "analysis";

/// Whether `directory` holds the analysis of a run: an analysis.json that hopmc wrote.
[[nodiscard]] bool holds_analysis(const std::filesystem::path& directory);
/// Whether write_analysis(), write_msd_data() or scripts/plot_msd.py give a file this name. What is exact
/// does not belong to a run.
[[nodiscard]] bool is_analysis_file(const std::string& name);

/// What theory says of one species.
struct ExactResult {
  std::string name;
  double charge = 0;                                ///< e
  double kT = 0;                                    ///< hartree
  double volume = 0;                                ///< of the supercell that the carrier is alone in, bohr^3
  Eigen::Vector3d field = Eigen::Vector3d::Zero();  ///< atomic units
  ExactTransport transport;
  std::vector<Occupation> occupation;   ///< of the classes
  std::vector<ShellOccupation> shells;  ///< empty without dopants on the species' elements
  LagPlan lags;
  TensorCurve msd;  ///< about the mean drift
};

/// trace(D) / n_dim, as the slope of the mean square displacement over 2 n_dim would give it.
[[nodiscard]] double exact_diffusivity(const ExactResult& exact, const config::MsdConfig& msd);
/// q^2 D / (V kT) of a carrier in the supercell, atomic units.
[[nodiscard]] double exact_conductivity(const ExactResult& exact, const config::MsdConfig& msd);
/// sign(q) v . F / F^2 of a carrier in a field.
[[nodiscard]] double exact_drift_mobility(const ExactResult& exact);

/// bohr^3
[[nodiscard]] double supercell_volume(const lattice::Crystal& crystal, const lattice::Supercell& supercell);

/// Tables for people. The `msd` keys give the units of times and lengths.
[[nodiscard]] std::string to_text(const Analysis& analysis, const AnalysedRun& run);
[[nodiscard]] std::string to_text(const ExactResult& exact, const config::MsdConfig& msd);

/// What to warn of where n_dim is more than there are periodic directions, along which alone carriers can go
/// any distance; empty: it is not.
[[nodiscard]] std::string dimension_warning(const config::RunConfig& run);
/// What to warn of where so little is known of the drift that, taken out, it takes more than half of the mean
/// square displacement with it; empty: less.
[[nodiscard]] std::string drift_warning(const Analysis& analysis, const AnalysedRun& run);

/// Writes analysis.json, msd_<species>.csv, of several carriers msd_center_of_charge.csv and, where they are
/// known, distances.csv and shells_<species>.csv into the directory, creating it. Each file is complete or
/// not there. Throws IoError.
void write_analysis(const std::filesystem::path& directory, const Analysis& analysis, const AnalysedRun& run);
/// The same of exact.json, exact_msd_<species>.csv and, with dopants, exact_shells_<species>.csv.
void write_exact(const std::filesystem::path& directory, const ExactResult& exact,
                 const config::MsdConfig& msd);

/// PyCD's MSD_Data_<msd_t_final><repr_time>_trim=<trim_length>.npy: time and the mean square displacement of
/// each species [lags, 1 + species], in repr_time and repr_dist. Returns its name. Throws IoError.
std::string write_msd_data(const std::filesystem::path& directory, const Analysis& analysis,
                           const config::MsdConfig& msd);

}  // namespace hopmc::analysis
