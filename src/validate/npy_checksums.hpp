#pragma once
/// What the npy files must hold, as far as the run noted it: in its record once it was validated, and in its
/// checkpoint as it wrote them.

#include <cstdint>
#include <optional>

#include "expectation.hpp"
#include "hopmc/validate/validate.hpp"
#include "results.hpp"

namespace hopmc::validate {

/// Adds the checksums that the run record lacks and the checkpoint has of complete trajectories. Local.
void add_checkpoint_checksums(Results& results, Report& report);

[[nodiscard]] std::optional<std::uint32_t> recorded_checksum(const Expectation& e,
                                                             const trajectory::ColumnSpec& spec,
                                                             std::int64_t trajectory);

/// Notes how many of the npy files in the report could not be compared with any checksum, where the run is
/// complete.
void note_missing_checksums(const Results& results, Report& report);

}  // namespace hopmc::validate
