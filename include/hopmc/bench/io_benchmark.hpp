#pragma once
/// Writing and reading of trajectories, measured: npy, HDF5 and both against MPI_File_write_at_all and
/// write(2).

#include <array>
#include <boost/mpi/communicator.hpp>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "hopmc/bench/statistics.hpp"
#include "hopmc/bench/workload.hpp"
#include "hopmc/trajectory/hdf5_writer.hpp"

namespace hopmc::bench {

/// What writes.
enum class Format {
  mpi,    ///< MPI_File_write_at_all into one file, a call for each chunk of each rank
  write,  ///< write(2) into a file of each rank, a call for each chunk
  npy,
  hdf5,
  both,  ///< npy and HDF5, as a run does by default
};
inline constexpr std::array<std::string_view, 5> format_names{"mpi", "write", "npy", "hdf5", "both"};
[[nodiscard]] constexpr std::string_view name_of(Format format) {
  return format_names[static_cast<std::size_t>(format)];
}

/// A compression as the command line names it.
struct NamedCompression {
  std::string name;  ///< "none", "gzip:1"
  trajectory::Hdf5Options options;
};

/// Everything that is to be measured: each combination of the lists.
struct IoPlan {
  std::filesystem::path directory;  ///< exists; on every node
  TrajectoryShape shape;
  std::vector<Format> formats{Format::mpi, Format::write, Format::npy, Format::hdf5, Format::both};
  std::vector<int> ranks;                     ///< the first so many of the communicator's
  std::vector<std::int64_t> trajectories{4};  ///< of each rank
  std::vector<std::int64_t> chunk_frames{0};  ///< 0: as a run would choose
  std::vector<NamedCompression> compressions;
  std::vector<int> ranks_per_file{0};  ///< 0: one shared file
  std::int64_t chunks_per_flush = 8;   ///< of each trajectory
  int repetitions = 5;
  bool read = false;
};

/// One combination. Compression and ranks_per_file mean something where there is an HDF5 file.
struct Setting {
  Format format = Format::hdf5;
  int ranks = 1;
  std::int64_t trajectories = 1;  ///< of each rank
  std::int64_t chunk_frames = 1;  ///< in force
  std::string compression;        ///< empty: means nothing here
  trajectory::Hdf5Options options;

  [[nodiscard]] bool has_hdf5() const noexcept { return format == Format::hdf5 || format == Format::both; }
  [[nodiscard]] bool has_npy() const noexcept { return format == Format::npy || format == Format::both; }
};

/// Times of one repetition in seconds: the largest of any rank.
struct Measurement {
  double create = 0;         ///< opening or creating the file
  double first_flush = 0;    ///< with the creation of groups and datasets, or of npy files
  double later_flushes = 0;  ///< all of them
  double close = 0;
  double total = 0;  ///< from before creating to after closing
  std::int64_t stored_bytes = 0;
  // Of one rank alone, with the file in the page cache. 0: not read.
  double read_trajectories = 0;  ///< all columns of whole trajectories
  double read_frames = 0;        ///< coordinates of single frames at random
  double read_carrier = 0;       ///< coordinates of one carrier over all frames
};

/// A setting with its measurements, one of each round.
struct IoResult {
  Setting setting;
  std::int64_t raw_bytes = 0;  ///< of all ranks
  int flushes = 0;
  std::int64_t n_datasets = 0;   ///< of all trajectories
  std::int64_t chunk_bytes = 0;  ///< of unwrapped coordinates
  std::vector<Measurement> rounds;
};

/// Bytes, and how often, the reads of a measurement bring.
struct ReadAmounts {
  std::int64_t trajectory_bytes = 0;
  std::int64_t frames = 0;
  std::int64_t carrier_bytes = 0;
};
/// What is read back of a rank's trajectories. Local.
[[nodiscard]] ReadAmounts read_amounts(const TrajectoryShape& shape, std::int64_t trajectories);

/// The combinations in the order in which they are measured. Ranks per file beyond the ranks are left out.
/// Throws InputError where chunks are too large. Local.
[[nodiscard]] std::vector<Setting> settings_of(const IoPlan& plan);

/// Measures all settings in turn, so many rounds as there are repetitions. What is written lies in a
/// directory of its own below plan.directory and is gone afterwards. `on_round` is called on rank 0 before
/// each round.
///
/// Results are complete on rank 0. Throws IoError on all ranks where there is no room, something cannot be
/// written, or reads back differently. Collective.
[[nodiscard]] std::vector<IoResult> run_io_benchmark(const boost::mpi::communicator& comm, const IoPlan& plan,
                                                     const std::function<void(int round)>& on_round);

/// One line a setting, with a header. Local.
[[nodiscard]] std::string to_csv(const IoPlan& plan, const std::vector<IoResult>& results);
/// Tables for people. Local.
[[nodiscard]] std::string to_markdown(const IoPlan& plan, const std::vector<IoResult>& results);

}  // namespace hopmc::bench
