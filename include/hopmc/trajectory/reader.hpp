#pragma once
/// Reading results back, block by block, whatever the format. Local: for one rank, beside no writer.

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "hopmc/trajectory/columns.hpp"
#include "hopmc/trajectory/note.hpp"
#include "hopmc/trajectory/results.hpp"
#include "hopmc/trajectory/run_metadata.hpp"

namespace hopmc::trajectory {

/// What a dataset says of the meaning of its numbers; absent where it says nothing that can be read.
struct StoredUnits {
  std::optional<std::string> units;
  std::optional<std::string> si_units;
  std::optional<double> si_factor;
};

/// Shape and type of a stored column, as found (not as expected).
struct StoredColumn {
  std::vector<std::int64_t> shape;
  std::string dtype;                   ///< numpy spelling: "<f8", "<i4", "<f4", ">f8", ...
  std::int64_t stored_bytes = 0;       ///< on disk, after compression
  std::optional<std::uint32_t> crc32;  ///< of the content, as the writer noted it
  /// Whose it was (from 0) when it was written; absent for npy and in files of older versions.
  std::optional<std::int64_t> trajectory;
  std::string filters;              ///< "gzip 1", "none"; empty for npy
  std::vector<std::int64_t> chunk;  ///< empty for npy
  StoredUnits units;                ///< empty for npy
};

/// Totals in /metadata that follow from the rest of it; absent where they cannot be read.
struct StoredTotals {
  std::optional<std::string> format_version;
  std::optional<std::int64_t> trajectories;
  std::optional<std::int64_t> carriers;
};

/// Attributes of /trajectories/traj_NNN.
struct TrajectoryAttributes {
  std::int64_t trajectory = 0;  ///< counts from 0 (stored from 1)
  std::int64_t hops = 0;
  std::int64_t frames = 0;
  std::string status;  ///< "complete", "partial"
  std::string stream;  ///< what the random numbers are keyed by
};

/// One format's trajectories below a directory. All functions throw IoError for what cannot be read.
class Reader {
 public:
  virtual ~Reader() = default;
  /// Numbers (from 0) of the trajectories that are there, ascending.
  [[nodiscard]] virtual std::vector<std::int64_t> trajectories() const = 0;
  /// The column as stored, or nothing if the trajectory has no such column.
  [[nodiscard]] virtual std::optional<StoredColumn> find(std::int64_t trajectory, Column column) const = 0;
  /// Reads rows [first, first + count) as the column's own element type into `out` (exactly count * row
  /// bytes). Only for columns whose stored dtype is that type.
  virtual void read(std::int64_t trajectory, Column column, std::int64_t first, std::int64_t count,
                    std::span<std::byte> out) const = 0;
  /// The same of one carrier (from 0) alone: `out` gets count * values_per_carrier values. Only for columns
  /// that hold values of each carrier.
  virtual void read_carrier(std::int64_t trajectory, Column column, std::int64_t carrier, std::int64_t first,
                            std::int64_t count, std::span<std::byte> out) const = 0;
  /// How the place is named in messages, e.g. "trajectory_data.h5:/trajectories/traj_001/time".
  [[nodiscard]] virtual std::string place(std::int64_t trajectory, Column column) const = 0;
};

/// Reader of a shared file, with what only HDF5 holds.
class Hdf5Reader : public Reader {
 public:
  /// Opens read-only with the serial driver. Throws IoError (missing, not HDF5, truncated, another format).
  [[nodiscard]] static std::unique_ptr<Hdf5Reader> open(const std::filesystem::path& file);
  [[nodiscard]] virtual RunMetadata metadata() const = 0;
  [[nodiscard]] virtual StoredTotals totals() const = 0;
  [[nodiscard]] virtual TrajectoryAttributes attributes(std::int64_t trajectory) const = 0;
  /// The group of the trajectory's note; nothing where it has none.
  [[nodiscard]] virtual std::optional<Note> note(std::int64_t trajectory, const std::string& group) const = 0;
  /// Results of the run as a whole in /analysis/GROUP; nothing where there are none.
  [[nodiscard]] virtual std::optional<Results> results(const std::string& group) const = 0;
  /// What results() fails for in that group, dataset by dataset; empty where all is sound or nothing there.
  [[nodiscard]] virtual std::vector<ResultsDamage> damaged_results(const std::string& group) const = 0;
  /// Texts in /metadata/provenance whose content does not fit the crc32 stored beside it (names).
  [[nodiscard]] virtual std::vector<std::string> damaged_provenance() const = 0;
  /// Names below /trajectories that are no trajectory of this format.
  [[nodiscard]] virtual std::vector<std::string> unknown_groups() const = 0;
};

/// Opens the npy directories traj<N> below `directory`; `names` gives the npy file name of each column to
/// look for.
[[nodiscard]] std::unique_ptr<Reader> open_npy(const std::filesystem::path& directory,
                                               std::vector<ColumnSpec> columns);

/// CRC-32 (as in zlib, PNG, Python's zlib.crc32) continued over `bytes`; start with 0.
[[nodiscard]] std::uint32_t crc32(std::uint32_t crc, std::span<const std::byte> bytes) noexcept;

}  // namespace hopmc::trajectory
