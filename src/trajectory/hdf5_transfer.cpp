#include "hdf5_transfer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <utility>

#include "block_rows.hpp"
#include "hdf5_properties.hpp"

namespace hopmc::trajectory {

namespace {

#if H5_VERSION_GE(1, 14, 3)
/// Bytes of one call. Bounded because rows of several blocks are copied for it.
constexpr std::int64_t call_bytes = std::int64_t{64} << 20;
/// A call names a dataset once.
constexpr std::int64_t large_chunk_bytes = std::numeric_limits<std::int64_t>::max();

/// `Piece` is private to its owner.
template <class Piece>
herr_t write_datasets(std::span<const Piece> pieces, hid_t transfer) {
  std::vector<hid_t> datasets;
  std::vector<hid_t> types;
  std::vector<hid_t> memory;
  std::vector<hid_t> file;
  std::vector<const void*> data;
  for (const Piece& piece : pieces) {
    datasets.push_back(piece.dataset);
    types.push_back(piece.type);
    memory.push_back(piece.memory());
    file.push_back(piece.file_space.get());
    data.push_back(piece.data);
  }
  return H5Dwrite_multi(pieces.size(), datasets.data(), types.data(), memory.data(), file.data(), transfer,
                        data.data());
}
#else
constexpr std::int64_t call_bytes = 1;  // one dataset a call
/// Chunks from this size on are written one by one, from where they lie: copying them together would cost
/// more than another call.
constexpr std::int64_t large_chunk_bytes = std::int64_t{256} << 10;

template <class Piece>
herr_t write_datasets(std::span<const Piece> pieces, hid_t transfer) {
  const Piece& piece = pieces.front();
  return H5Dwrite(piece.dataset, piece.type, piece.memory(), piece.file_space.get(), transfer, piece.data);
}
#endif

void select_rows(hid_t space, const ColumnSpec& spec, std::int64_t first, std::int64_t rows,
                 std::string_view place) {
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

std::vector<std::byte>& RowTransfer::unused_copy() {
  if (n_copies_ == copies_.size()) copies_.emplace_back();
  return copies_[n_copies_++];
}

void RowTransfer::add(hid_t dataset, const ColumnSpec& spec, std::int64_t chunk_rows, const Update& update,
                      const LocalUpdate* mine, std::string_view place) {
  const std::size_t axis = index(info(spec.column).axis);
  const std::int64_t end = update.first[axis] + update.rows[axis];
  const bool by_chunks = chunk_rows * static_cast<std::int64_t>(spec.row_bytes()) >= large_chunk_bytes;
  for (std::int64_t first = update.first[axis]; first < end;) {
    const std::int64_t next = by_chunks ? std::min(end, (first / chunk_rows + 1) * chunk_rows) : end;
    add_rows(dataset, spec, first, next, mine, place);
    first = next;
  }
}

void RowTransfer::add_rows(hid_t dataset, const ColumnSpec& spec, std::int64_t first, std::int64_t end,
                           const LocalUpdate* mine, std::string_view place) {
  const ColumnInfo& column = info(spec.column);
  const std::int64_t rows = end - first;
  // A rank without rows passes the empty selection for its memory too, and an address nobody reads.
  static constexpr std::byte nothing{};
  Piece piece{.dataset = dataset,
              .type = value_type(column.type),
              .file_space = owned(H5Dget_space(dataset), H5Sclose, place, "read the shape"),
              .memory_space = {},
              .data = &nothing,
              .rows = rows,
              .column = column.path,
              .place = place};
  if (mine == nullptr) {
    checked(H5Sselect_none(piece.file_space.get()), place, "select no rows");
  } else {
    select_rows(piece.file_space.get(), spec, first, rows, place);
    const std::vector<hsize_t> shape = shape_of(spec, rows);
    piece.memory_space = owned(H5Screate_simple(static_cast<int>(shape.size()), shape.data(), nullptr),
                               H5Sclose, place, "make a dataspace");
    const std::span<const std::byte> bytes = rows_in_one_piece(mine->blocks, spec, first, end, unused_copy());
    piece.data = bytes.data();
    statistics_->raw_bytes += static_cast<std::int64_t>(bytes.size());
  }
  pieces_.push_back(std::move(piece));
  bytes_ += rows * static_cast<std::int64_t>(spec.row_bytes());
  if (bytes_ >= call_bytes) finish();
}

void RowTransfer::finish() {
  if (pieces_.empty()) return;  // on all ranks
  const std::vector<Piece> pieces = std::move(pieces_);
  pieces_.clear();
  bytes_ = 0;
  n_copies_ = 0;
  write(pieces);
}

void RowTransfer::write(std::span<const Piece> pieces) {
  if (write_datasets(pieces, transfer_) < 0) {
    const Piece& first = pieces.front();
    throw hdf5_error(first.place, fmt::format("write {} rows of {}", first.rows, first.column));
  }
  ++statistics_->collective_writes;
  const bool has_rows = std::any_of(pieces.begin(), pieces.end(),
                                    [](const Piece& piece) { return piece.memory_space.valid(); });
  if (has_rows && !was_collective(transfer_)) ++statistics_->broken_collective;
}

}  // namespace hopmc::trajectory
