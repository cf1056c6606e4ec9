#pragma once
/// The collective writer: every rank appends its trajectories' rows to one shared file by parallel HDF5.

#include <mpi.h>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>

#include "hopmc/config/run_config.hpp"
#include "hopmc/trajectory/columns.hpp"
#include "hopmc/trajectory/frame_block.hpp"
#include "hopmc/trajectory/run_metadata.hpp"

namespace hopmc::trajectory {

/// Filters and chunking of the datasets.
struct Hdf5Options {
  config::Compression compression = config::Compression::gzip;
  int level = 1;
  bool shuffle = false;
  bool fletcher32 = false;
  config::BloscCodec blosc_codec = config::BloscCodec::zstd;
  int ranks_per_file = 0;  ///< 0: one file; else every so many ranks write a part file of their own
};

/// What one rank gives to a collective append.
struct WriteStatistics {
  double write_seconds = 0;            ///< inside HDF5, compression included
  double wait_seconds = 0;             ///< waiting for other ranks to agree
  std::int64_t raw_bytes = 0;          ///< of this rank's rows
  std::int64_t collective_writes = 0;  ///< H5Dwrite (or H5Dwrite_multi) calls
  std::int64_t broken_collective = 0;  ///< of these, not carried out as chunk collective
};

/// Bytes of a shared file with its parts; 0 where there is none. Local.
[[nodiscard]] std::int64_t stored_bytes(const std::filesystem::path& shared_file);

/// Makes a shared file anew, with the metadata of the parts beside it and links to their trajectories, for
/// the case that the one they had is lost. False, and no file, if no part can be read. Throws IoError. Local.
[[nodiscard]] bool relink_parts(const std::filesystem::path& shared_file);

class PartFiles;

/// The shared trajectory_data.h5, open on all ranks of a communicator. Its trajectories may lie in part files
/// below trajectory_data.parts/ that it links to (Hdf5Options::ranks_per_file); readers see no difference.
///
/// All members but the statistics are collective. A failure on any rank is agreed by all and thrown as
/// IoError on all of them; after that only the destructor may be called. The destructor closes without
/// throwing, and only what can be closed without other ranks when an error is under way.
class Hdf5Writer {
 public:
  /// Creates the file with /metadata and an empty /trajectories. Collective over `comm` (duplicated).
  /// Throws IoError if the file exists or cannot be created. `layout` must outlive the writer.
  Hdf5Writer(MPI_Comm comm, const std::filesystem::path& file, const RunMetadata& metadata,
             const Layout& layout, std::int64_t n_traj, const Hdf5Options& options);
  ~Hdf5Writer();
  Hdf5Writer(const Hdf5Writer&) = delete;
  Hdf5Writer& operator=(const Hdf5Writer&) = delete;

  /// Appends every rank's blocks, whatever their number (collective; a rank may bring none). Groups and
  /// datasets of trajectories seen for the first time are created. Rows of a trajectory come from one rank at
  /// a time, in order, and all blocks but a trajectory's last are full. Afterwards the file is flushed and
  /// opens in other programs.
  void append(std::span<const FrameBlock* const> blocks);

  /// Closes the file (collective). Further calls do nothing.
  void close();

  [[nodiscard]] const WriteStatistics& statistics() const noexcept;

 private:
  class Implementation;
  std::unique_ptr<PartFiles> parts_;  ///< null: one file
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace hopmc::trajectory
