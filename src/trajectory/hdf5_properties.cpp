#include "hdf5_properties.hpp"

#include <algorithm>

#include "chunk_filters.hpp"

namespace hopmc::trajectory {

namespace {

/// Half the children of a B-tree node of chunks. HDF5's default of 32 makes nodes of more than 2 KB, which in
/// short trajectories are mostly empty and may outweigh the data.
constexpr std::int64_t smallest_half_rank = 2;
constexpr std::int64_t usual_half_rank = 8;
constexpr std::int64_t largest_half_rank = 32;
/// Metadata is set aside in blocks of this size: fewer, larger writes with many groups.
constexpr hsize_t metadata_block_bytes = 16 * 1024;
/// Part files that a reader keeps open; without, each trajectory opens and closes its own again.
constexpr unsigned open_part_files = 64;
/// Changed metadata that may gather before all ranks must write it. The largest HDF5 takes: it is then
/// written by the flush at the end of an append only, where a failure is agreed by all ranks.
constexpr std::size_t most_changed_metadata = std::size_t{32} << 20;

void set_common_access(const Handle& list, std::string_view place) {
  // The oldest format that has all we need; every HDF5 since 1.8 reads it. Newer ones also index chunks in a
  // way that parallel writing with filters has damaged.
  checked(H5Pset_libver_bounds(list.get(), H5F_LIBVER_V18, H5F_LIBVER_LATEST), place,
          "set the format version");
  checked(H5Pset_meta_block_size(list.get(), metadata_block_bytes), place, "set the metadata block size");
}

/// Without ROMIO's data sieving. It writes pieces that do not touch as one, read, changed and written back
/// under a lock of the file; when that write fails it keeps the lock, and all other ranks wait for it for
/// ever. Nothing is lost: the data of a dataset touch. File systems without locks are served, too.
void choose_mpi_io(hid_t list, MPI_Comm comm, std::string_view place) {
  MPI_Info hints = MPI_INFO_NULL;
  MPI_Info_create(&hints);
  MPI_Info_set(hints, "romio_ds_write", "disable");
  const herr_t chosen = H5Pset_fapl_mpio(list, comm, hints);  // keeps a copy
  MPI_Info_free(&hints);
  checked(chosen, place, "choose MPI-IO");
}

}  // namespace

Handle shared_file_creation(std::int64_t chunks_per_dataset, std::string_view place) {
  const std::int64_t half_rank = chunks_per_dataset < 0 ? usual_half_rank
                                                        : std::clamp((chunks_per_dataset + 1) / 2,
                                                                     smallest_half_rank, largest_half_rank);
  Handle list = owned(H5Pcreate(H5P_FILE_CREATE), H5Pclose, place, "make a property list");
  checked(H5Pset_istore_k(list.get(), static_cast<unsigned>(half_rank)), place, "set the chunk index");
  return list;
}

Handle serial_access(std::string_view place) {
  Handle list = owned(H5Pcreate(H5P_FILE_ACCESS), H5Pclose, place, "make a property list");
  set_common_access(list, place);
  return list;
}

Handle reading_access(std::string_view place) {
  Handle list = owned(H5Pcreate(H5P_FILE_ACCESS), H5Pclose, place, "make a property list");
  checked(H5Pset_elink_file_cache_size(list.get(), open_part_files), place, "keep part files open");
  return list;
}

Handle parallel_access(MPI_Comm comm, std::string_view place) {
  Handle list = owned(H5Pcreate(H5P_FILE_ACCESS), H5Pclose, place, "make a property list");
  set_common_access(list, place);
  choose_mpi_io(list.get(), comm, place);
  // Independent metadata writes can hang. Collective metadata reads are left off: unreliable before 1.10.9.
  checked(H5Pset_coll_metadata_write(list.get(), true), place, "choose collective metadata writes");

  H5AC_cache_config_t cache;
  cache.version = H5AC__CURR_CACHE_CONFIG_VERSION;
  checked(H5Pget_mdc_config(list.get(), &cache), place, "read the metadata cache settings");
  cache.dirty_bytes_threshold = most_changed_metadata;
  checked(H5Pset_mdc_config(list.get(), &cache), place, "set up the metadata cache");
  return list;
}

Handle dataset_creation(const ColumnSpec& spec, std::int64_t chunk_rows, const Hdf5Options& options,
                        std::string_view place) {
  Handle list = owned(H5Pcreate(H5P_DATASET_CREATE), H5Pclose, place, "make a property list");
  const std::vector<hsize_t> chunk = shape_of(spec, chunk_rows);
  checked(H5Pset_chunk(list.get(), static_cast<int>(chunk.size()), chunk.data()), place,
          "set the chunk shape");
  // Every row is written: filling would be wasted (HDF5 does it all the same where there are filters).
  checked(H5Pset_fill_time(list.get(), H5D_FILL_TIME_NEVER), place, "set the fill time");
  add_compression(list.get(), options, info(spec.column).type,
                  static_cast<std::size_t>(chunk_rows) * spec.row_bytes(), place);
  if (options.fletcher32) checked(H5Pset_fletcher32(list.get()), place, "set fletcher32");
  return list;
}

Handle intermediate_links(std::string_view place) {
  Handle list = owned(H5Pcreate(H5P_LINK_CREATE), H5Pclose, place, "make a property list");
  checked(H5Pset_create_intermediate_group(list.get(), 1), place, "allow intermediate groups");
  return list;
}

Handle collective_transfer(std::string_view place) {
  Handle list = owned(H5Pcreate(H5P_DATASET_XFER), H5Pclose, place, "make a property list");
  checked(H5Pset_dxpl_mpio(list.get(), H5FD_MPIO_COLLECTIVE), place, "choose collective transfer");
  // One operation for all chunks; left to itself HDF5 writes chunks that only one rank has independently.
  checked(H5Pset_dxpl_mpio_chunk_opt(list.get(), H5FD_MPIO_CHUNK_ONE_IO), place, "choose one operation");
  return list;
}

hid_t value_type(ElementType type) {
  return type == ElementType::f64 ? H5T_IEEE_F64LE : H5T_STD_I32LE;
}

std::vector<hsize_t> shape_of(const ColumnSpec& spec, std::int64_t rows) {
  std::vector<hsize_t> shape{static_cast<hsize_t>(rows)};
  if (n_dimensions(spec.column) == 2) shape.push_back(spec.width);
  return shape;
}

}  // namespace hopmc::trajectory
