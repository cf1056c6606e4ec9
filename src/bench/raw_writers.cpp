#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <string>

#include "hopmc/config/errors.hpp"
#include "writers.hpp"

namespace hopmc::bench {
namespace {

using Appended = std::span<const trajectory::FrameBlock* const>;

std::string mpi_message(int code) {
  std::array<char, MPI_MAX_ERROR_STRING> text{};
  int length = 0;
  MPI_Error_string(code, text.data(), &length);
  return {text.data(), static_cast<std::size_t>(length)};
}

/// The bytes that HDF5 would write, in the same pieces, each rank into its own part of one file.
class MpiFile final : public Writer {
 public:
  MpiFile(const boost::mpi::communicator& comm, const WriterPlace& place, const trajectory::Layout& layout)
      : path_((place.directory / "mpi_file").string()),
        layout_(layout),
        offset_(comm.rank() * place.rank_bytes) {
    note(MPI_File_open(static_cast<MPI_Comm>(comm), path_.c_str(), MPI_MODE_CREATE | MPI_MODE_WRONLY,
                       MPI_INFO_NULL, &file_));
  }

  void append(Appended blocks) override {
    if (file_ == MPI_FILE_NULL) return;  // on all ranks
    for (const trajectory::FrameBlock* block : blocks) {
      for (const trajectory::ColumnSpec& spec : layout_.columns) {
        const auto data = block->data(spec.column);
        note(MPI_File_write_at_all(file_, offset_, data.data(), static_cast<int>(data.size()), MPI_BYTE,
                                   MPI_STATUS_IGNORE));
        offset_ += static_cast<MPI_Offset>(data.size());
      }
    }
  }
  void close() override {
    if (file_ != MPI_FILE_NULL) note(MPI_File_close(&file_));
    if (code_ != MPI_SUCCESS) throw IoError(fmt::format("{}: {}", path_, mpi_message(code_)));
  }

 private:
  void note(int code) {
    if (code_ == MPI_SUCCESS) code_ = code;
  }

  std::string path_;
  const trajectory::Layout& layout_;
  MPI_Offset offset_;
  MPI_File file_ = MPI_FILE_NULL;
  int code_ = MPI_SUCCESS;
};

class PlainFile final : public Writer {
 public:
  PlainFile(int rank, const WriterPlace& place, const trajectory::Layout& layout)
      : path_((place.directory / fmt::format("rank_{}", rank)).string()), layout_(layout) {
    descriptor_ = ::open(path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (descriptor_ < 0) error_ = errno;
  }
  ~PlainFile() override {
    if (descriptor_ >= 0) ::close(descriptor_);
  }

  void append(Appended blocks) override {
    for (const trajectory::FrameBlock* block : blocks) {
      for (const trajectory::ColumnSpec& spec : layout_.columns) write_all(block->data(spec.column));
    }
  }
  void close() override {
    if (descriptor_ >= 0 && ::close(descriptor_) != 0 && error_ == 0) error_ = errno;
    descriptor_ = -1;
    if (error_ != 0) throw IoError(fmt::format("{}: cannot write: {}", path_, std::strerror(error_)));
  }

 private:
  void write_all(std::span<const std::byte> data) {
    while (!data.empty() && error_ == 0) {
      const ssize_t written = ::write(descriptor_, data.data(), data.size());
      if (written < 0 && errno == EINTR) continue;
      if (written <= 0) {
        error_ = written < 0 ? errno : EIO;
        return;
      }
      data = data.subspan(static_cast<std::size_t>(written));
    }
  }

  std::string path_;
  const trajectory::Layout& layout_;
  int descriptor_ = -1;
  int error_ = 0;
};

}  // namespace

std::unique_ptr<Writer> make_mpi_writer(const boost::mpi::communicator& comm, const WriterPlace& place,
                                        const trajectory::Layout& layout) {
  return std::make_unique<MpiFile>(comm, place, layout);
}

std::unique_ptr<Writer> make_plain_writer(int rank, const WriterPlace& place,
                                          const trajectory::Layout& layout) {
  return std::make_unique<PlainFile>(rank, place, layout);
}

}  // namespace hopmc::bench
