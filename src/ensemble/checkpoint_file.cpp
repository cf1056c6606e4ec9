#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>
#include <system_error>

#include "hopmc/config/errors.hpp"
#include "hopmc/ensemble/checkpoint.hpp"

namespace hopmc::ensemble {

namespace fs = std::filesystem;

namespace {

constexpr const char* beside_name = "checkpoint.new.json";

[[noreturn]] void fail(const fs::path& path, const char* action, int error) {
  throw IoError(fmt::format("{}: cannot {}: {}", path.string(), action, std::strerror(error)));
}

/// A descriptor that is closed on the way out.
class Descriptor {
 public:
  Descriptor(const fs::path& path, int flags) : path_(path), number_(::open(path.c_str(), flags, 0666)) {
    if (number_ < 0) fail(path_, "open", errno);
  }
  ~Descriptor() { ::close(number_); }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;

  void write(const std::string& text) {
    std::size_t done = 0;
    while (done < text.size()) {
      const ssize_t n = ::write(number_, text.data() + done, text.size() - done);
      if (n < 0 && errno == EINTR) continue;
      if (n <= 0) fail(path_, "write", n < 0 ? errno : EIO);
      done += static_cast<std::size_t>(n);
    }
  }
  void sync() {
    // Some file systems cannot sync directories; what they do instead is theirs to answer for.
    if (::fsync(number_) != 0 && errno != EINVAL && errno != EROFS) fail(path_, "sync", errno);
  }

 private:
  fs::path path_;
  int number_;
};

void move(const fs::path& from, const fs::path& to) {
  std::error_code error;
  fs::rename(from, to, error);
  if (error) throw IoError(fmt::format("{}: cannot rename: {}", from.string(), error.message()));
}

Checkpoint read_checkpoint(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  if (!in || !text) throw IoError(fmt::format("{}: cannot be read, or empty", path.string()));
  return checkpoint_from_text(text.str(), path.string());
}

}  // namespace

bool checkpoint_is_sound(const fs::path& file) {
  try {
    static_cast<void>(read_checkpoint(file));
    return true;
  } catch (const IoError&) {
    return false;
  }
}

void write_checkpoint(const fs::path& directory, const Checkpoint& checkpoint) {
  const fs::path beside = directory / beside_name;
  std::error_code error;
  try {
    Descriptor file(beside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC);
    file.write(to_text(checkpoint));
    file.sync();
  } catch (const IoError&) {
    fs::remove(beside, error);
    throw;
  }
  const fs::path current = directory / checkpoint_name;
  if (fs::exists(current, error)) move(current, directory / previous_checkpoint_name);
  move(beside, current);
  Descriptor(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC).sync();
}

FoundCheckpoint find_checkpoint(const fs::path& directory) {
  FoundCheckpoint found;
  for (const std::string_view name : {checkpoint_name, previous_checkpoint_name}) {
    const fs::path path = directory / name;
    std::error_code error;
    if (!fs::exists(fs::symlink_status(path, error))) continue;
    try {
      found.checkpoint = read_checkpoint(path);
      return found;
    } catch (const IoError& problem) {
      found.damage.emplace_back(problem.what());
    }
  }
  return found;
}

}  // namespace hopmc::ensemble
