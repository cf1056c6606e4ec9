#pragma once
/// Who writes which rows of which dataset: the one place where raw data goes to the shared file.

#include <hdf5.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "hdf5_handle.hpp"
#include "hopmc/trajectory/columns.hpp"
#include "hopmc/trajectory/hdf5_writer.hpp"
#include "update_exchange.hpp"

namespace hopmc::trajectory {

/// Writes rows of many datasets, each owned by one rank, in collective calls of HDF5: one for many datasets
/// where the library has H5Dwrite_multi for filtered ones (1.14.3), else one for each.
class RowTransfer {
 public:
  /// `transfer`: the property list; both must outlive the object. Counts its calls in `statistics`.
  RowTransfer(hid_t transfer, WriteStatistics& statistics) : transfer_(transfer), statistics_(&statistics) {}

  /// One column of one update: the owner's rows, nothing of the others. `mine`: the owner's blocks, null on
  /// the other ranks; they, `dataset` and `place` must last until
  /// finish(). Collective over the file's ranks, in the
  /// same order on all; throws IoError on the ranks where it failed.
  void add(hid_t dataset, const ColumnSpec& spec, std::int64_t chunk_rows, const Update& update,
           const LocalUpdate* mine, std::string_view place);
  /// Writes what add() has left. Collective; throws as add().
  void finish();

 private:
  struct Piece {
    hid_t dataset;
    hid_t type;
    Handle file_space;
    Handle memory_space;  ///< empty where this rank has no rows
    const void* data;
    std::int64_t rows;  ///< this and the rest: for messages
    std::string_view column;
    std::string_view place;
    [[nodiscard]] hid_t memory() const {
      return memory_space.valid() ? memory_space.get() : file_space.get();
    }
  };
  void add_rows(hid_t dataset, const ColumnSpec& spec, std::int64_t first, std::int64_t end,
                const LocalUpdate* mine, std::string_view place);
  std::vector<std::byte>& unused_copy();
  void write(std::span<const Piece> pieces);

  hid_t transfer_;
  WriteStatistics* statistics_;
  std::vector<Piece> pieces_;  ///< waiting for the next call
  std::int64_t bytes_ = 0;     ///< of all ranks in pieces_
  std::vector<std::vector<std::byte>> copies_;
  std::size_t n_copies_ = 0;  ///< of copies_, in use
};

}  // namespace hopmc::trajectory
