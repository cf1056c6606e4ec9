#pragma once
/// The end of a run, for people.

#include <string>

#include "hopmc/ensemble/run.hpp"

namespace hopmc::ensemble {

/// Several lines: what was made, where the time of all ranks went, how large it is. Local.
///
/// `validate_seconds`: wall time in which all ranks validated after the run; 0: not validated.
[[nodiscard]] std::string to_text(const RunSummary& summary, double validate_seconds);

}  // namespace hopmc::ensemble
