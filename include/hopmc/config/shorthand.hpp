#pragma once
/// Short forms of settings that the environment and the command line share.

#include <string>
#include <string_view>
#include <vector>

#include "hopmc/config/errors.hpp"
#include "hopmc/config/override.hpp"

namespace hopmc::config {

inline constexpr const char* formats_variable = "HOPMC_FORMATS";
inline constexpr const char* compression_variable = "HOPMC_COMPRESSION";
inline constexpr const char* output_variable = "HOPMC_OUTPUT";  ///< read by the command line

/// "hdf5,npy": one or both formats; the ones not named are switched off.
///
/// Problems: an unknown format, or none at all (then nothing is returned). Local.
[[nodiscard]] std::vector<Override> formats_override(std::string_view text, Origin origin,
                                                     const std::string& shown_as, Problems& problems);

/// "none", "lzf", "gzip", "gzip:LEVEL", "blosc", "blosc:CODEC", "blosc:LEVEL" or "blosc:CODEC:LEVEL": codecs
/// zstd and lz4, levels 0 to 9. What is not named stays as configured.
///
/// Problems: another method or level (then nothing is returned). Local.
[[nodiscard]] std::vector<Override> compression_override(std::string_view text, Origin origin,
                                                         const std::string& shown_as, Problems& problems);

/// How an override is named in Problem::file: "command line", "environment".
[[nodiscard]] std::string place_name(Origin origin);

}  // namespace hopmc::config
