#pragma once
/// What this program was built from and with.

#include <string>

namespace hopmc::cli {

[[nodiscard]] std::string program_version();
[[nodiscard]] std::string git_commit();    ///< "unknown" outside a git work tree
[[nodiscard]] std::string build_type();    ///< "Release"
[[nodiscard]] std::string compiler();      ///< "GNU 12.2.0"
[[nodiscard]] std::string mpi_version();   ///< of the library in use; works before MPI_Init
[[nodiscard]] std::string hdf5_version();  ///< of the library in use

/// Several lines for `hopmc --version`.
[[nodiscard]] std::string version_text();

}  // namespace hopmc::cli
