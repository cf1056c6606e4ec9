#pragma once
/// Results described for people.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "hopmc/trajectory/reader.hpp"
#include "hopmc/trajectory/run_metadata.hpp"

namespace hopmc::cli {

/// Parameters of the run and where the results come from.
[[nodiscard]] std::string metadata_text(const trajectory::RunMetadata& metadata);

/// Trajectories and datasets of one format. `hdf5`: the same reader, or null for npy.
[[nodiscard]] std::string contents_text(const std::string& title, const trajectory::Reader& reader,
                                        const trajectory::Hdf5Reader* hdf5);

/// The dopants of the first trajectories; `note_of` gives what is kept of one. Empty where nothing is.
[[nodiscard]] std::string dopings_text(
    const trajectory::Reader& reader,
    const std::function<std::optional<trajectory::Note>(std::int64_t trajectory)>& note_of);

}  // namespace hopmc::cli
