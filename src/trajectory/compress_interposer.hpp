#pragma once
/// The program's own compress2.

namespace hopmc::trajectory {

/// Whether shared libraries that call compress2 reach the one of this program.
[[nodiscard]] bool is_compress2_ours() noexcept;

}  // namespace hopmc::trajectory
