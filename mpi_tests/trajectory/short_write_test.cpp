// Writes that stop short: carried on as far as the file can grow, and what is told is what is on disk. MPI's
// and HDF5's writes go the same way.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/uio.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>

#include "faults.hpp"

namespace {

using namespace made_up;

constexpr rlim_t limit_bytes = 1000;
constexpr off_t start = 100;

/// A file of 100 bytes, and three pieces for what follows.
class ShortWrite : public testing::Test {
 protected:
  void SetUp() override {
    std::ofstream(path_) << std::string(start, '-');
    descriptor_ = ::open(path_.c_str(), O_WRONLY | O_CLOEXEC);
    ASSERT_GE(descriptor_, 0);
  }
  void TearDown() override { ::close(descriptor_); }
  ssize_t write_pieces() {
    const std::array<iovec, 3> vectors{
        {{a_.data(), a_.size()}, {b_.data(), b_.size()}, {c_.data(), c_.size()}}};
    return ::pwritev(descriptor_, vectors.data(), 3, start);
  }
  [[nodiscard]] std::string written() const {
    std::ifstream in(path_, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  [[nodiscard]] std::string whole() const { return std::string(start, '-') + a_ + b_ + c_; }

  SharedDirectory directory_;
  std::filesystem::path path_ = directory_.path() / std::to_string(rank_of());
  int descriptor_ = -1;
  std::string a_ = std::string(600, 'a');
  std::string b_ = std::string(500, 'b');
  std::string c_ = std::string(50, 'c');
};

TEST_F(ShortWrite, PiecesAreWrittenWhole) {
  EXPECT_EQ(write_pieces(), 1150);
  EXPECT_EQ(written(), whole());
}

TEST_F(ShortWrite, PiecesEndWithTheFile) {
  const FileSizeLimit limit(limit_bytes);
  EXPECT_EQ(write_pieces(), 900);
  EXPECT_EQ(written(), whole().substr(0, limit_bytes));
  EXPECT_EQ(::pwritev(descriptor_, nullptr, 0, start), 0);
}

TEST_F(ShortWrite, OnePieceEndsWithTheFile) {
  const FileSizeLimit limit(limit_bytes);
  EXPECT_EQ(::pwrite(descriptor_, a_.data(), a_.size(), 700), 300);
  EXPECT_EQ(::pwrite(descriptor_, a_.data(), a_.size(), limit_bytes), -1);
  EXPECT_EQ(errno, EFBIG);
}

TEST_F(ShortWrite, ErrorsArePassedOn) {
  ::close(descriptor_);
  descriptor_ = ::open(path_.c_str(), O_RDONLY | O_CLOEXEC);
  EXPECT_EQ(write_pieces(), -1);
  EXPECT_EQ(errno, EBADF);
  EXPECT_EQ(::pwrite(descriptor_, a_.data(), a_.size(), 0), -1);
  EXPECT_EQ(errno, EBADF);
}

}  // namespace
