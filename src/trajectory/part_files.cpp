#include "part_files.hpp"

#include <fmt/format.h>
#include <hdf5.h>

#include <algorithm>
#include <charconv>
#include <numeric>
#include <optional>
#include <system_error>
#include <utility>

#include "hdf5_handle.hpp"
#include "hdf5_metadata.hpp"
#include "hdf5_names.hpp"
#include "hopmc/trajectory/hdf5_writer.hpp"
#include "hopmc/trajectory/reader.hpp"
#include "serial_file.hpp"

namespace hopmc::trajectory {

namespace {

constexpr std::int64_t no_chunks = 0;

/// As links in the shared file name it.
std::string part_name(std::int64_t part) {
  return fmt::format("{}/part_{:03}.h5", parts_directory_name, part + 1);
}

/// Numbers of the part files beside a shared file, ascending.
std::vector<std::int64_t> parts_of(const std::filesystem::path& shared_file) {
  const auto directory = shared_file.parent_path();
  std::vector<std::int64_t> numbers;
  std::error_code error;
  std::filesystem::directory_iterator entry(directory / parts_directory_name, error);
  for (; !error && entry != std::filesystem::directory_iterator(); entry.increment(error)) {
    const std::string name = entry->path().filename().string();
    constexpr std::string_view prefix = "part_";
    std::int64_t number = 0;
    if (!name.starts_with(prefix)) continue;
    std::from_chars(name.data() + prefix.size(), name.data() + name.size(), number);
    if (entry->path() == directory / part_name(number - 1)) numbers.push_back(number - 1);
  }
  std::sort(numbers.begin(), numbers.end());
  return numbers;
}

void make_directory(const std::filesystem::path& path) {
  std::error_code error;
  std::filesystem::create_directory(path, error);
  if (error) throw IoError(fmt::format("{}: cannot create: {}", path.string(), error.message()));
}

/// Opened and closed each time: a shared file that nobody has open is sound at any moment but this one.
void write_links(const std::filesystem::path& shared_file, std::int64_t n_traj,
                 const std::vector<PartLink>& links) {
  const QuietHdf5 quiet;
  const std::string place = shared_file.string();
  Handle file = open_to_add(shared_file, 0, static_cast<std::int64_t>(links.size()));
  for (const PartLink& link : links) {
    const std::string path = fmt::format("{}/{}", names::trajectories, group_name(link.trajectory, n_traj));
    checked(H5Lcreate_external(part_name(link.part).c_str(), path.c_str(), file.get(), path.c_str(),
                               H5P_DEFAULT, H5P_DEFAULT),
            place, fmt::format("link {}", path));
  }
  file.close(place);
}

}  // namespace

PartFiles::PartFiles(MPI_Comm comm, std::filesystem::path shared_file, const RunMetadata& metadata,
                     std::int64_t n_traj, int ranks_per_file)
    : shared_file_(std::move(shared_file)), n_traj_(n_traj) {
  MPI_Comm_dup(comm, &comm_);
  MPI_Comm_rank(comm_, &rank_);
  part_ = rank_ / ranks_per_file;
  MPI_Comm_split(comm_, static_cast<int>(part_), rank_, &group_);
  together([&] {
    if (rank_ != 0) return;
    const QuietHdf5 quiet;
    create_with_metadata(shared_file_, metadata, n_traj, no_chunks);
    make_directory(shared_file_.parent_path() / parts_directory_name);
  });
}

std::filesystem::path PartFiles::part() const {
  return shared_file_.parent_path() / part_name(part_);
}

std::vector<PartLink> PartFiles::new_links(std::span<const FrameBlock* const> blocks) {
  std::vector<PartLink> links;
  for (const FrameBlock* block : blocks) {
    if (linked_.insert(block->trajectory()).second) links.push_back({block->trajectory(), part_});
  }
  return links;
}

/// The links of all ranks, on rank 0.
std::vector<PartLink> PartFiles::gather(const std::vector<PartLink>& mine) const {
  int size = 1;
  MPI_Comm_size(comm_, &size);
  const int my_bytes = static_cast<int>(mine.size() * sizeof(PartLink));
  std::vector<int> bytes(static_cast<std::size_t>(size));
  MPI_Gather(&my_bytes, 1, MPI_INT, bytes.data(), 1, MPI_INT, 0, comm_);
  std::vector<int> offsets(bytes.size());
  std::exclusive_scan(bytes.begin(), bytes.end(), offsets.begin(), 0);
  std::vector<PartLink> all(static_cast<std::size_t>(offsets.back() + bytes.back()) / sizeof(PartLink));
  MPI_Gatherv(mine.data(), my_bytes, MPI_BYTE, all.data(), bytes.data(), offsets.data(), MPI_BYTE, 0, comm_);
  return all;
}

void PartFiles::link(std::span<const FrameBlock* const> blocks) {
  const std::vector<PartLink> links = gather(new_links(blocks));
  together([&] {
    if (!links.empty()) write_links(shared_file_, n_traj_, links);
  });
}

void PartFiles::close() {
  if (comm_ == MPI_COMM_NULL) return;
  MPI_Comm_free(&group_);
  MPI_Comm_free(&comm_);
}

std::int64_t stored_bytes(const std::filesystem::path& shared_file) {
  std::error_code error;
  std::uintmax_t bytes = std::filesystem::file_size(shared_file, error);
  if (error) return 0;
  for (const std::int64_t part : parts_of(shared_file)) {
    const std::uintmax_t size =
        std::filesystem::file_size(shared_file.parent_path() / part_name(part), error);
    if (!error) bytes += size;
  }
  return static_cast<std::int64_t>(bytes);
}

bool relink_parts(const std::filesystem::path& shared_file) {
  std::optional<RunMetadata> metadata;
  std::vector<PartLink> links;
  for (const std::int64_t part : parts_of(shared_file)) {
    try {
      const auto reader = Hdf5Reader::open(shared_file.parent_path() / part_name(part));
      if (!metadata) metadata = reader->metadata();
      for (const std::int64_t trajectory : reader->trajectories()) links.push_back({trajectory, part});
    } catch (const IoError&) {
      continue;  // this part is lost, the others are not
    }
  }
  if (!metadata) return false;
  create_with_metadata(shared_file, *metadata, metadata->n_traj, no_chunks);
  write_links(shared_file, metadata->n_traj, links);
  return true;
}

}  // namespace hopmc::trajectory
