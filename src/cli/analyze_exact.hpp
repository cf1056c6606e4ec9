#pragma once
/// `hopmc analyze --exact`: what theory says of a lone carrier.

#include "analyze_options.hpp"

namespace hopmc::cli {

/// Writes and tells the exact answer of a case. Throws InputError or IoError. Local.
void analyze_exactly(const AnalyzeOptions& options);

}  // namespace hopmc::cli
