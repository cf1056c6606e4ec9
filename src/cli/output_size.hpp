#pragma once
/// How much a run is going to write, and whether there is room for it. All local.

#include <string>

#include "run_setup.hpp"

namespace hopmc::cli {

/// "1.02 GB of frames and 8 bytes a hop in npy, less in HDF5"; empty where a hop is a frame: their number is
/// not known before.
[[nodiscard]] std::string output_size_text(const RunSetup& setup, const trajectory::Layout& layout);

/// Throws IoError where the npy files need more than is free and than `overwrite` frees: they are not
/// compressed, so it is certain. Touches nothing.
void require_space(const RunSetup& setup, const trajectory::Layout& layout, bool overwrite);

/// A sentence where the frames, taken at a tenth where they are compressed, need more than is free and than
/// `overwrite` frees; else empty.
[[nodiscard]] std::string space_warning(const RunSetup& setup, const trajectory::Layout& layout,
                                        bool overwrite);

}  // namespace hopmc::cli
