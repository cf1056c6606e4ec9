#pragma once
/// How files and datasets are laid out on disk and moved there: every HDF5 property list in one place.

#include <hdf5.h>
#include <mpi.h>

#include <cstdint>
#include <string_view>
#include <vector>

#include "hdf5_handle.hpp"
#include "hopmc/trajectory/columns.hpp"
#include "hopmc/trajectory/hdf5_writer.hpp"

namespace hopmc::trajectory {

/// Creation of a shared file whose datasets will have about this many chunks; -1: not known.
[[nodiscard]] Handle shared_file_creation(std::int64_t chunks_per_dataset, std::string_view place);
/// Access by one process.
[[nodiscard]] Handle serial_access(std::string_view place);
/// Access by one process that reads; the part files that it meets stay open for a while.
[[nodiscard]] Handle reading_access(std::string_view place);
/// Access by all ranks of `comm` through MPI-IO, metadata written collectively.
[[nodiscard]] Handle parallel_access(MPI_Comm comm, std::string_view place);
/// Creation of a column's dataset: chunks and filters.
[[nodiscard]] Handle dataset_creation(const ColumnSpec& spec, std::int64_t chunk_rows,
                                      const Hdf5Options& options, std::string_view place);
/// Links that create missing groups on their way.
[[nodiscard]] Handle intermediate_links(std::string_view place);
/// Collective transfer of raw data.
[[nodiscard]] Handle collective_transfer(std::string_view place);

/// Type of a column's values, in memory and in the file alike: a conversion would make HDF5 give up
/// collective transfer, and with filters it fails.
[[nodiscard]] hid_t value_type(ElementType type);

/// {rows} or {rows, width}.
[[nodiscard]] std::vector<hsize_t> shape_of(const ColumnSpec& spec, std::int64_t rows);

}  // namespace hopmc::trajectory
