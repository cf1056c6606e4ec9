#pragma once
/// Documents of the analysis for programs.

#include <filesystem>
#include <nlohmann/json.hpp>

#include "hopmc/analysis/estimate.hpp"

namespace hopmc::analysis {

/// Value, standard error and unit. NaN is null in JSON.
[[nodiscard]] nlohmann::json value_json(const Estimate& e, const char* unit);
/// The same with both intervals.
[[nodiscard]] nlohmann::json to_json(const Estimate& e, const char* unit);

/// Throws IoError.
void make_directory(const std::filesystem::path& directory);
/// Last of all files: where it is, the others are. Throws IoError.
void write_document(const std::filesystem::path& file, const nlohmann::json& document);

}  // namespace hopmc::analysis
