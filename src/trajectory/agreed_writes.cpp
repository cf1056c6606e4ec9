// The executable has a pwrite, a pwritev and a MPI_File_write_at_all of its own, which the dynamic linker
// finds before those of libc and MPI. They call these (MPI's by its profiling interface), note what fails,
// and agree on it. The room's link options make them visible to libhdf5 and to MPI's modules.
#include "agreed_writes.hpp"

#include <dlfcn.h>
#include <sys/uio.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstddef>

namespace {

MPI_Comm agreeing_comm = MPI_COMM_NULL;  // HDF5 is called by one thread only
int agreed_error = 0;
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
  local_error = 0;
  const int result = PMPI_File_write_at_all(file, offset, data, count, type, status);
  if (agreeing_comm == MPI_COMM_NULL) return result;
  int error = local_error;
  if (error == 0 && result != MPI_SUCCESS) error = EIO;
  MPI_Allreduce(MPI_IN_PLACE, &error, 1, MPI_INT, MPI_MAX, agreeing_comm);
  if (error == 0) return MPI_SUCCESS;
  agreed_error = error;
  return MPI_ERR_IO;
}

}  // extern "C"

namespace hopmc::trajectory {

AgreedWrites::AgreedWrites(MPI_Comm comm) noexcept : outer_(agreeing_comm) {
  agreeing_comm = comm;
  agreed_error = 0;
}

AgreedWrites::~AgreedWrites() {
  agreeing_comm = outer_;
}

int last_write_error() noexcept {
  return agreed_error;
}

}  // namespace hopmc::trajectory
