#include "directory_lock.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <system_error>
#include <thread>

#include "hopmc/config/errors.hpp"
#include "hopmc/ensemble/communicator.hpp"

namespace hopmc::cli {
namespace {

/// Ranks whose mpirun was killed end within a second or two.
constexpr std::chrono::seconds longest_wait{10};
constexpr std::chrono::milliseconds nap{50};

/// File systems without locks are as good as unlocked.
bool held_by_others(int descriptor) {
  return ::flock(descriptor, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK;
}

}  // namespace

DirectoryLock::~DirectoryLock() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

void DirectoryLock::acquire(const boost::mpi::communicator& comm, const std::filesystem::path& directory) {
  descriptor_ = ::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  ensemble::agree(comm, [&] {
    if (comm.rank() != 0 || descriptor_ < 0) return;
    const auto start = std::chrono::steady_clock::now();
    while (held_by_others(descriptor_)) {
      if (std::chrono::steady_clock::now() - start > longest_wait) {
        throw IoError(fmt::format("{}: another run is writing here", directory.string()));
      }
      std::this_thread::sleep_for(nap);
    }
    ::flock(descriptor_, LOCK_SH);
  });
  if (descriptor_ >= 0) ::flock(descriptor_, LOCK_SH | LOCK_NB);
}

}  // namespace hopmc::cli
