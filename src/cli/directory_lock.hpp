#pragma once
/// Two runs must not write to one directory, and neither may what is left of a run that was killed: ranks
/// that have not noticed yet.

#include <boost/mpi/communicator.hpp>
#include <filesystem>

namespace hopmc::cli {

/// A lock of the output directory by all ranks of a run, while it lives; processes that end lose theirs. It
/// holds between processes of one node, and between nodes where the file system has such locks (flock).
class DirectoryLock {
 public:
  DirectoryLock() = default;
  ~DirectoryLock();
  DirectoryLock(const DirectoryLock&) = delete;
  DirectoryLock& operator=(const DirectoryLock&) = delete;

  /// Locks the directory, which exists; once in the life of this object. Waits some seconds for processes
  /// of another run to end, then throws IoError. Collective.
  void acquire(const boost::mpi::communicator& comm, const std::filesystem::path& directory);

 private:
  int descriptor_ = -1;
};

}  // namespace hopmc::cli
