#pragma once
/// Where a benchmark writes.

#include <boost/mpi/communicator.hpp>
#include <filesystem>

namespace hopmc::bench {

/// Throws IoError on all ranks unless `directory` exists and has room for `bytes` as every rank sees it.
/// Collective.
void require_room(const boost::mpi::communicator& comm, const std::filesystem::path& directory, double bytes);

/// A new directory below another, seen by all ranks; removed with all that is in it by rank 0 at the end.
class Place {
 public:
  /// Collective. Throws IoError on all ranks.
  Place(const boost::mpi::communicator& comm, const std::filesystem::path& parent);
  /// Local; all ranks are to have finished writing.
  ~Place();
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;

  [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }
  /// Removes what is in it. For rank 0, when no rank is writing.
  void clear() const;

 private:
  bool is_owner_;
  std::filesystem::path path_;
};

/// Bytes of all files below a directory. Local.
[[nodiscard]] std::int64_t bytes_below(const std::filesystem::path& directory);

}  // namespace hopmc::bench
