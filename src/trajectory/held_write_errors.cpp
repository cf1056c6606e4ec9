// The executable has a pwrite, a pwritev and a MPI_File_write_at_all of its own, which the dynamic linker
// finds before those of libc and MPI. They call these (MPI's by its profiling interface) and note what fails.
// The room's link options make them visible to libhdf5 and to MPI's modules.
#include "held_write_errors.hpp"

#include <dlfcn.h>
#include <fmt/format.h>
#include <mpi.h>
#include <sys/uio.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstddef>
#include <cstring>

#include "hopmc/config/errors.hpp"

namespace {

bool holding = false;  // HDF5 is called by one thread only
int held_error = 0;    ///< errno of the first write that failed
std::atomic<int> local_error{0};

/// A short write is carried on where it stopped: MPI's modules take it for a complete one.
ssize_t write_rest(int descriptor, const std::byte* data, std::size_t size, off_t offset) {
  using Pwrite = ssize_t (*)(int, const void*, std::size_t, off_t);
  static const auto real = reinterpret_cast<Pwrite>(dlsym(RTLD_NEXT, "pwrite"));
  std::size_t done = 0;
  while (done < size) {
    const ssize_t written = real(descriptor, data + done, size - done, offset + static_cast<off_t>(done));
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) {
      local_error = written < 0 ? errno : EIO;
      return done > 0 ? static_cast<ssize_t>(done) : written;
    }
    done += static_cast<std::size_t>(written);
  }
  return static_cast<ssize_t>(done);
}

}  // namespace

extern "C" {

__attribute__((visibility("default"))) ssize_t pwrite(int descriptor, const void* data, std::size_t size,
                                                      off_t offset) {
  return write_rest(descriptor, static_cast<const std::byte*>(data), size, offset);
}

__attribute__((visibility("default"))) ssize_t pwritev(int descriptor, const iovec* pieces, int n_pieces,
                                                       off_t offset) {
  using Pwritev = ssize_t (*)(int, const iovec*, int, off_t);
  static const auto real = reinterpret_cast<Pwritev>(dlsym(RTLD_NEXT, "pwritev"));
  const ssize_t written = real(descriptor, pieces, n_pieces, offset);
  if (written < 0) {
    if (errno != EINTR) local_error = errno;
    return written;
  }
  // Piece by piece from where it stopped; mostly there is nothing left.
  auto skip = static_cast<std::size_t>(written);
  ssize_t total = written;
  for (int i = 0; i < n_pieces; ++i) {
    const iovec& piece = pieces[i];
    if (skip >= piece.iov_len) {
      skip -= piece.iov_len;
      continue;
    }
    const std::size_t left = piece.iov_len - skip;
    const ssize_t more =
        write_rest(descriptor, static_cast<const std::byte*>(piece.iov_base) + skip, left, offset + total);
    if (more > 0) total += more;
    if (more < static_cast<ssize_t>(left)) break;
    skip = 0;
  }
  return total;
}

__attribute__((visibility("default"))) int MPI_File_write_at_all(MPI_File file, MPI_Offset offset,
                                                                 const void* data, int count,
                                                                 MPI_Datatype type, MPI_Status* status) {
  if (!holding) return PMPI_File_write_at_all(file, offset, data, count, type, status);
  MPI_Count bytes = 0;
  PMPI_Type_size_x(type, &bytes);
  bytes *= count;
  if (bytes > 0 && held_error == 0) {
    local_error = 0;
    const int result = PMPI_File_write_at(file, offset, data, count, type, status);
    held_error = local_error;
    if (result != MPI_SUCCESS && held_error == 0) held_error = EIO;
  }
  // HDF5 counts what was written.
  PMPI_Status_set_elements_x(status, MPI_BYTE, bytes);
  return MPI_SUCCESS;
}

}  // extern "C"

namespace hopmc::trajectory {

HeldWriteErrors::HeldWriteErrors() noexcept {
  holding = true;
  held_error = 0;
}

HeldWriteErrors::~HeldWriteErrors() {
  holding = false;
}

void HeldWriteErrors::check(std::string_view place) const {
  if (held_error != 0) throw IoError(fmt::format("{}: cannot write: {}", place, std::strerror(held_error)));
}

}  // namespace hopmc::trajectory
