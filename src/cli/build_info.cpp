#include "build_info.hpp"

#include <H5public.h>
#include <fmt/format.h>
#include <mpi.h>

#include <array>

// The build system defines these for this file alone, so that a new commit recompiles nothing else.
#ifndef HOPMC_VERSION
#error "HOPMC_VERSION, HOPMC_GIT_COMMIT, HOPMC_BUILD_TYPE and HOPMC_COMPILER must be defined"
#endif

namespace hopmc::cli {

std::string program_version() {
  return HOPMC_VERSION;
}
std::string git_commit() {
  return HOPMC_GIT_COMMIT;
}
std::string build_type() {
  return HOPMC_BUILD_TYPE;
}
std::string compiler() {
  return HOPMC_COMPILER;
}

std::string mpi_version() {
  std::array<char, MPI_MAX_LIBRARY_VERSION_STRING> text{};
  int length = 0;
  MPI_Get_library_version(text.data(), &length);
  std::string version(text.data(), static_cast<std::size_t>(length));
  // OpenMPI adds package, host and date of its build.
  return version.substr(0, version.find_first_of(",\n"));
}

std::string hdf5_version() {
  unsigned major = 0;
  unsigned minor = 0;
  unsigned release = 0;
  H5get_libversion(&major, &minor, &release);
  return fmt::format("{}.{}.{}", major, minor, release);
}

std::string version_text() {
  return fmt::format(
      "hopmc {} (commit {})\n"
      "compiler  {}, {}\n"
      "MPI       {}\n"
      "HDF5      {}\n",
      program_version(), git_commit(), compiler(), build_type(), mpi_version(), hdf5_version());
}

}  // namespace hopmc::cli
