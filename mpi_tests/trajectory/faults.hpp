#pragma once
// Faults made on purpose: limits of file size, full disks, and the errors that are to come of them.

#include <gtest/gtest.h>
#include <sys/mount.h>
#include <sys/resource.h>

#include <csignal>
#include <filesystem>
#include <optional>
#include <string>

#include "hopmc/config/errors.hpp"
#include "made_up.hpp"

namespace made_up {

/// The message of the IoError that `action` must throw; the same on all ranks.
template <class Action>
std::string error_of(Action&& action) {
  try {
    action();
  } catch (const hopmc::IoError& error) {
    return error.what();
  } catch (const std::exception& error) {
    ADD_FAILURE() << "another error: " << error.what();
    return "";
  }
  ADD_FAILURE() << "no error";
  return "";
}

inline void expect_equal_on_all_ranks(const std::string& text) {
  std::string first = text;
  int length = static_cast<int>(first.size());
  MPI_Bcast(&length, 1, MPI_INT, 0, MPI_COMM_WORLD);
  first.resize(static_cast<std::size_t>(length));
  MPI_Bcast(first.data(), length, MPI_CHAR, 0, MPI_COMM_WORLD);
  EXPECT_EQ(text, first);
}

/// No file of this process grows beyond a limit while this lives.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(rlim_t bytes) {
    std::signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit limit{bytes, before_.rlim_max};
    setrlimit(RLIMIT_FSIZE, &limit);
  }
  FileSizeLimit(const FileSizeLimit&) = delete;
  FileSizeLimit& operator=(const FileSizeLimit&) = delete;
  ~FileSizeLimit() { setrlimit(RLIMIT_FSIZE, &before_); }

 private:
  rlimit before_{};
};

/// A file system of 1 MiB in memory. Where the tests may not mount one, files of this process are limited to
/// that size instead, which gives another reason.
class SmallFileSystem {
 public:
  explicit SmallFileSystem(std::filesystem::path path) : path_(std::move(path)) {
    int mounted = 0;
    if (rank_of() == 0) {
      std::filesystem::create_directory(path_);
      mounted = mount("tmpfs", path_.c_str(), "tmpfs", 0, "size=1m") == 0 ? 1 : 0;
    }
    MPI_Bcast(&mounted, 1, MPI_INT, 0, MPI_COMM_WORLD);
    mounted_ = mounted != 0;
    if (!mounted_) limit_.emplace(rlim_t{1} << 20);
  }
  SmallFileSystem(const SmallFileSystem&) = delete;
  SmallFileSystem& operator=(const SmallFileSystem&) = delete;
  ~SmallFileSystem() {
    MPI_Barrier(MPI_COMM_WORLD);
    // Lazily: an abandoned writer still has its file open.
    if (mounted_ && rank_of() == 0) umount2(path_.c_str(), MNT_DETACH);
  }
  [[nodiscard]] bool mounted() const { return mounted_; }
  [[nodiscard]] const char* reason() const { return mounted_ ? "No space left on device" : "File too large"; }

 private:
  std::filesystem::path path_;
  bool mounted_ = false;
  std::optional<FileSizeLimit> limit_;
};

}  // namespace made_up
