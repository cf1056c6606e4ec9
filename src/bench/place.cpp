#include "place.hpp"

#include <fmt/format.h>
#include <stdlib.h>

#include <boost/mpi/collectives.hpp>
#include <cerrno>
#include <cstring>
#include <string>
#include <system_error>

#include "hopmc/config/errors.hpp"
#include "hopmc/ensemble/communicator.hpp"
#include "hopmc/ensemble/progress.hpp"

namespace hopmc::bench {

namespace fs = std::filesystem;

namespace {

[[noreturn]] void fail(const fs::path& path, const std::string& what) {
  throw IoError(fmt::format("{}: {}", path.string(), what));
}

}  // namespace

void require_room(const boost::mpi::communicator& comm, const fs::path& directory, double bytes) {
  ensemble::agree(comm, [&] {
    std::error_code error;
    if (!fs::is_directory(directory, error)) fail(directory, "no such directory");
    const fs::space_info space = fs::space(directory, error);
    if (error) fail(directory, "cannot tell how much room there is: " + error.message());
    if (static_cast<double>(space.available) < bytes) {
      fail(
          directory,
          fmt::format("not enough room: {} are needed (the data, both formats and some more), {} are free",
                      ensemble::byte_size(bytes), ensemble::byte_size(static_cast<double>(space.available))));
    }
  });
}

Place::Place(const boost::mpi::communicator& comm, const fs::path& parent) : is_owner_(comm.rank() == 0) {
  std::string name = (parent / "hopmc_bench_XXXXXX").string();
  ensemble::agree(comm, [&] {
    if (!is_owner_) return;
    if (::mkdtemp(name.data()) == nullptr) {
      fail(parent, std::string("cannot be written to: ") + std::strerror(errno));
    }
    path_ = name;
  });
  boost::mpi::broadcast(comm, name, 0);
  try {
    ensemble::agree(comm, [&] {
      std::error_code error;
      if (!fs::is_directory(name, error)) fail(parent, "not the same directory on every node");
    });
  } catch (...) {
    std::error_code ignored;
    if (is_owner_) fs::remove(path_, ignored);
    throw;
  }
  path_ = name;
}

Place::~Place() {
  std::error_code ignored;
  if (is_owner_) fs::remove_all(path_, ignored);
}

void Place::clear() const {
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(path_, error)) {
    fs::remove_all(entry.path(), error);
    if (error) fail(entry.path(), "cannot be removed: " + error.message());
  }
  if (error) fail(path_, "cannot be listed: " + error.message());
}

std::int64_t bytes_below(const fs::path& directory) {
  std::int64_t sum = 0;
  for (const auto& entry : fs::recursive_directory_iterator(directory)) {
    if (entry.is_regular_file()) sum += static_cast<std::int64_t>(entry.file_size());
  }
  return sum;
}

}  // namespace hopmc::bench
