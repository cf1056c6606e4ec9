#include "hdf5_transfer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <span>

#include "hdf5_handle.hpp"
#include "hdf5_properties.hpp"

namespace hopmc::trajectory {

namespace {

/// The rows of all blocks in one piece: of a single block its own memory, else a copy in `scratch`.
std::span<const std::byte> contiguous(const std::vector<const FrameBlock*>& blocks, Column column,
                                      std::vector<std::byte>& scratch) {
  if (blocks.size() == 1) return blocks.front()->data(column);
  scratch.clear();
  for (const FrameBlock* block : blocks) {
    const auto rows = block->data(column);
    scratch.insert(scratch.end(), rows.begin(), rows.end());
  }
  return scratch;
}

void select_rows(hid_t space, const ColumnSpec& spec, std::int64_t first, std::int64_t rows,
                 const std::string& place) {
  std::vector<hsize_t> start = shape_of(spec, first);
  if (start.size() == 2) start[1] = 0;
  const std::vector<hsize_t> count = shape_of(spec, rows);
  checked(H5Sselect_hyperslab(space, H5S_SELECT_SET, start.data(), nullptr, count.data(), nullptr), place,
          "select rows");
}

bool was_collective(hid_t transfer) {
  H5D_mpio_actual_io_mode_t mode = H5D_MPIO_NO_COLLECTIVE;
  return H5Pget_mpio_actual_io_mode(transfer, &mode) >= 0 && mode == H5D_MPIO_CHUNK_COLLECTIVE;
}

}  // namespace

void write_column(hid_t dataset, hid_t transfer, const ColumnSpec& spec, const Update& update,
                  const LocalUpdate* mine, std::vector<std::byte>& scratch, WriteStatistics& statistics,
                  const std::string& place) {
  const ColumnInfo& column = info(spec.column);
  const std::int64_t first = update.first[index(column.axis)];
  const std::int64_t rows = update.rows[index(column.axis)];
  if (rows == 0) return;  // on all ranks

  const std::span<const std::byte> bytes =
      mine == nullptr ? std::span<const std::byte>() : contiguous(mine->blocks, spec.column, scratch);
  const Handle file_space = owned(H5Dget_space(dataset), H5Sclose, place, "read the shape");
  Handle memory_space;
  if (mine == nullptr) {
    checked(H5Sselect_none(file_space.get()), place, "select no rows");
  } else {
    select_rows(file_space.get(), spec, first, rows, place);
    const std::vector<hsize_t> shape = shape_of(spec, rows);
    memory_space = owned(H5Screate_simple(static_cast<int>(shape.size()), shape.data(), nullptr), H5Sclose,
                         place, "make a dataspace");
  }
  // A rank without rows passes the empty selection for its memory too, and an address nobody reads.
  const hid_t memory = mine == nullptr ? file_space.get() : memory_space.get();
  const std::byte nothing{};
  const herr_t result = H5Dwrite(dataset, value_type(column.type), memory, file_space.get(), transfer,
                                 mine == nullptr ? &nothing : bytes.data());
  if (result < 0) throw hdf5_error(place, fmt::format("write {} rows of {}", rows, column.path));

  ++statistics.collective_writes;
  statistics.raw_bytes += static_cast<std::int64_t>(bytes.size());
  if (mine != nullptr && !was_collective(transfer)) ++statistics.broken_collective;
}

}  // namespace hopmc::trajectory
