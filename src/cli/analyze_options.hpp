#pragma once
/// Options of `hopmc analyze`.

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "hopmc/analysis/analysed_run.hpp"
#include "hopmc/config/override.hpp"
#include "options.hpp"

namespace hopmc::cli {

struct AnalyzeOptions {
  bool help = false;
  std::filesystem::path path;
  std::filesystem::path output;  ///< directory of the results of the analysis
  analysis::Format format = analysis::Format::any;
  bool exact = false;
  bool overwrite = false;
  bool skip_incomplete = false;
  bool msd_data = false;
  bool quiet = false;
  std::vector<config::Override> overrides;
};

/// Throws InputError for what cannot be understood.
[[nodiscard]] AnalyzeOptions parse_analyze_options(Arguments arguments);
[[nodiscard]] std::string analyze_help();

/// Throws InputError where `output` has a file of this name that may not be replaced. Local; for rank 0.
void require_no_analysis(const AnalyzeOptions& options, const std::filesystem::path& output,
                         std::string_view name);

}  // namespace hopmc::cli
