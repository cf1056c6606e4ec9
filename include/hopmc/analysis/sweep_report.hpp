#pragma once
/// Transport against the keys of a sweep: tables, files, Arrhenius' law.

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "hopmc/analysis/analyze.hpp"
#include "hopmc/analysis/arrhenius.hpp"
#include "hopmc/analysis/online_diffusion.hpp"
#include "hopmc/validate/sweep_record.hpp"

namespace hopmc::analysis {

inline constexpr std::string_view sweep_analysis_name = "sweep_analysis.json";
inline constexpr std::string_view sweep_table_name = "sweep.csv";

/// The key whose sweep Arrhenius' law is about.
inline constexpr const char* temperature_key = "temp";

/// What came of a point, at the end of a sweep.
struct PointState {
  std::string status;
  std::optional<std::int64_t> hops;
  std::vector<OnlineDiffusivity> diffusivities;
};

/// The table at the end of a sweep; a state for every point of the record. Local.
[[nodiscard]] std::string to_text(const validate::SweepRecord& record, const std::vector<PointState>& states);

/// A species at a point.
struct SweptSpecies {
  std::string name;
  Estimate diffusivity;  ///< atomic units, as the mobilities
  Estimate mobility;
  Estimate drift_mobility;  ///< NaN without a field
};

/// A point whose run was analysed.
struct AnalysedPoint {
  validate::RecordedPoint point;
  double kT = 0;  ///< hartree
  Eigen::Index n_trajectories = 0;
  std::vector<SweptSpecies> species;
  Estimate conductivity;  ///< of all carriers together, atomic units
};

/// A point without results that are complete.
struct LeftOut {
  validate::RecordedPoint point;
  std::string reason;
};

struct SweepAnalysis {
  std::string place;     ///< of the sweep
  std::string material;  ///< its name
  std::vector<validate::SweepKey> keys;
  std::vector<AnalysedPoint> points;
  std::vector<LeftOut> left_out;
};

/// Arrhenius' law of a species over the temperatures at which all other swept keys have the same values.
struct SweptArrhenius {
  std::string species;
  std::vector<double> others;  ///< values of the keys but temp
  ArrheniusFit fit;            ///< energies in hartree, D in atomic units
  int left_out = 0;            ///< points with D <= 0
};

/// Empty unless temp is swept and a species has two temperatures. Local.
[[nodiscard]] std::vector<SweptArrhenius> arrhenius_of(const SweepAnalysis& sweep);

/// Tables of the diffusivity of each species and of the conductivity against the swept keys, and Arrhenius'
/// law. Local.
[[nodiscard]] std::string to_text(const SweepAnalysis& sweep);

/// Writes sweep.csv and, last, sweep_analysis.json into the directory, creating it. Throws IoError.
void write_sweep_analysis(const std::filesystem::path& directory, const SweepAnalysis& sweep);

}  // namespace hopmc::analysis
