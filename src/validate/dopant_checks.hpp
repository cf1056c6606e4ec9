#pragma once
/// The dopants that are kept with trajectories, against the configuration and in both formats.

#include <cstdint>
#include <filesystem>

#include "expectation.hpp"
#include "mismatch_log.hpp"

namespace hopmc::validate {

/// Every trajectory has them where and only where the configuration is doped, on sites of their hosts, in the
/// numbers it asks for, and both formats agree. `reader` is null and `directory` empty where a format is not
/// there.
void check_dopants(const trajectory::Hdf5Reader* reader, const std::filesystem::path& directory,
                   const Expectation& e, std::int64_t trajectory, MismatchLog& log);

}  // namespace hopmc::validate
