#pragma once
/// How long this process has spent compressing, wherever the call came from.

namespace hopmc::trajectory {

/// Seconds spent in zlib's compress2 by all threads of this process so far: HDF5's gzip filter uses nothing
/// else. Local; never decreases.
[[nodiscard]] double compression_seconds() noexcept;

}  // namespace hopmc::trajectory
