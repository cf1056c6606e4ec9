#pragma once
/// A directory for one test, the same on every rank.

#include <stdlib.h>

#include <boost/mpi/collectives.hpp>
#include <boost/mpi/communicator.hpp>
#include <filesystem>
#include <stdexcept>
#include <string>

namespace hopmc::test {

/// Made by rank 0 below the system's directory for temporary files; removed at the end. Collective.
class SharedTempDirectory {
 public:
  explicit SharedTempDirectory(const boost::mpi::communicator& comm) : comm_(comm) {
    std::string name;
    if (comm.rank() == 0) {
      name = (std::filesystem::temp_directory_path() / "hopmc_test_XXXXXX").string();
      if (::mkdtemp(name.data()) == nullptr) name.clear();
    }
    boost::mpi::broadcast(comm, name, 0);
    if (name.empty()) throw std::runtime_error("no directory for temporary files");
    path_ = name;
  }
  ~SharedTempDirectory() {
    comm_.barrier();
    std::error_code ignored;
    if (comm_.rank() == 0) std::filesystem::remove_all(path_, ignored);
  }
  SharedTempDirectory(const SharedTempDirectory&) = delete;
  SharedTempDirectory& operator=(const SharedTempDirectory&) = delete;

  [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }

 private:
  boost::mpi::communicator comm_;
  std::filesystem::path path_;
};

}  // namespace hopmc::test
