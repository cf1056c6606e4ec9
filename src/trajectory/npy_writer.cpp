#include "hopmc/trajectory/npy_writer.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <optional>
#include <stdexcept>
#include <utility>
#include <vector>

#include "hopmc/config/errors.hpp"
#include "hopmc/trajectory/npy_header.hpp"

namespace hopmc::trajectory {

namespace {

[[noreturn]] void fail(const std::filesystem::path& path, const char* action, int error) {
  throw IoError(fmt::format("{}: cannot {}: {}", path.string(), action, std::strerror(error)));
}

/// A file of our own; everything but the destructor throws IoError with the system's reason.
class NewFile {
 public:
  explicit NewFile(std::filesystem::path path) : path_(std::move(path)) {
    descriptor_ = ::open(path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (descriptor_ < 0) fail(path_, "create", errno);
  }
  NewFile(NewFile&& other) noexcept
      : path_(std::move(other.path_)), descriptor_(std::exchange(other.descriptor_, -1)) {}
  NewFile& operator=(NewFile&&) = delete;
  NewFile(const NewFile&) = delete;
  NewFile& operator=(const NewFile&) = delete;
  ~NewFile() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }

  void write_at(std::int64_t offset, const void* data, std::size_t size) {
    const char* at = static_cast<const char*>(data);
    while (size > 0) {
      const ssize_t written = ::pwrite(descriptor_, at, size, offset);
      if (written < 0 && errno == EINTR) continue;
      if (written <= 0) fail(path_, "write", written < 0 ? errno : EIO);
      at += written;
      offset += written;
      size -= static_cast<std::size_t>(written);
    }
  }
  void close() {
    // Some file systems (NFS, quotas) tell only now that data could not be kept.
    if (::close(std::exchange(descriptor_, -1)) != 0) fail(path_, "close", errno);
  }

 private:
  std::filesystem::path path_;
  int descriptor_ = -1;
};

}  // namespace

struct NpyWriter::OpenTrajectory {
  std::vector<NewFile> files;  ///< by place in the layout
  std::array<std::int64_t, 2> rows{};

  OpenTrajectory(const std::filesystem::path& directory, const Layout& layout,
                 const std::optional<Note>& note) {
    std::error_code error;
    // Not its parents: an output directory that was removed is not to come back half filled.
    std::filesystem::create_directory(directory, error);
    if (error) throw IoError(fmt::format("{}: cannot create: {}", directory.string(), error.message()));
    files.reserve(layout.columns.size());
    for (const ColumnSpec& spec : layout.columns) files.emplace_back(directory / spec.npy_name);
    if (!note) return;
    NewFile file(directory / (note->group + ".json"));
    const std::string text = to_json_text(*note);
    file.write_at(0, text.data(), text.size());
    file.close();
  }
};

NpyWriter::NpyWriter(std::filesystem::path directory, const Layout& layout, NoteSource note_of)
    : directory_(std::move(directory)), layout_(&layout), note_of_(std::move(note_of)) {}

NpyWriter::~NpyWriter() = default;

void NpyWriter::append(const FrameBlock& block) {
  const auto start = std::chrono::steady_clock::now();
  auto found = open_.find(block.trajectory());
  if (found == open_.end()) {
    std::optional<Note> note;
    if (note_of_) note = note_of_(block.trajectory());
    found =
        open_.try_emplace(block.trajectory(), directory_ / directory_name(block.trajectory()), *layout_, note)
            .first;
    bytes_ += static_cast<std::int64_t>(layout_->columns.size() * npy_header_bytes);
  }
  OpenTrajectory& trajectory = found->second;
  for (const Axis axis : {Axis::frame, Axis::hop}) {
    if (block.first_row(axis) != trajectory.rows[static_cast<std::size_t>(axis)]) {
      throw std::logic_error(fmt::format("npy: a block of trajectory {} starts at row {} instead of {}",
                                         block.trajectory() + 1, block.first_row(axis),
                                         trajectory.rows[static_cast<std::size_t>(axis)]));
    }
  }
  for (std::size_t i = 0; i < layout_->columns.size(); ++i) {
    const ColumnSpec& spec = layout_->columns[i];
    const Axis axis = info(spec.column).axis;
    const auto data = block.data(spec.column);
    const auto offset = static_cast<std::int64_t>(npy_header_bytes) +
                        block.first_row(axis) * static_cast<std::int64_t>(spec.row_bytes());
    // Data first: whoever reads in between, or after a crash, finds the rows that the header tells of.
    trajectory.files[i].write_at(offset, data.data(), data.size());
    const std::string header = npy_header(spec, block.first_row(axis) + block.rows(axis));
    trajectory.files[i].write_at(0, header.data(), header.size());
    bytes_ += static_cast<std::int64_t>(data.size());
  }
  for (const Axis axis : {Axis::frame, Axis::hop}) {
    trajectory.rows[static_cast<std::size_t>(axis)] += block.rows(axis);
  }
  if (block.finished()) {
    for (NewFile& file : trajectory.files) file.close();
    open_.erase(found);
  }
  seconds_ += std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

}  // namespace hopmc::trajectory
