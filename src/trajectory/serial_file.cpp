#include "serial_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <system_error>

#include "hdf5_properties.hpp"

namespace hopmc::trajectory {
namespace {

/// Blocks that HDF5 sets aside for metadata and for small data.
constexpr std::int64_t file_overhead = 32 * 1024;
/// Header, link, attributes, its part of an index: found to be below 2 KiB.
constexpr std::int64_t object_overhead = 4 * 1024;

/// An errno value; 0 for success. Where the file system cannot set room aside, the C library writes zeros.
int reserve(const std::filesystem::path& file, std::int64_t bytes) {
  const int descriptor = ::open(file.c_str(), O_WRONLY | O_CLOEXEC);
  if (descriptor < 0) return errno;
  const off_t size = ::lseek(descriptor, 0, SEEK_END);
  const int error = ::posix_fallocate(descriptor, size, bytes);
  ::close(descriptor);
  std::error_code ignored;  // zeros behind the contents do no harm
  if (error != 0) std::filesystem::resize_file(file, static_cast<std::uintmax_t>(size), ignored);
  return error;
}

}  // namespace

Handle open_to_add(const std::filesystem::path& file, std::int64_t bytes, std::int64_t objects) {
  const std::string place = file.string();
  if (const int error = reserve(file, file_overhead + bytes + objects * object_overhead); error != 0) {
    throw IoError(
        fmt::format("{}: cannot make room for what is to be added: {}", place, std::strerror(error)));
  }
  const Handle access = serial_access(place);
  // As with MPI-IO: somebody who looks at the file meanwhile must not end the run.
  checked(H5Pset_file_locking(access.get(), false, true), place, "do without file locks");
  return owned(H5Fopen(place.c_str(), H5F_ACC_RDWR, access.get()), H5Fclose, place, "open the file");
}

}  // namespace hopmc::trajectory
