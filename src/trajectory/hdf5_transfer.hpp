#pragma once
/// Who writes which rows of which dataset: the one place where raw data goes to the shared file.

#include <hdf5.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "hopmc/trajectory/columns.hpp"
#include "hopmc/trajectory/hdf5_writer.hpp"
#include "update_exchange.hpp"

namespace hopmc::trajectory {

/// Writes one column of one update: the owner its rows, the others nothing, all in one collective H5Dwrite.
///
/// `mine`: the owner's blocks, null on the other ranks. `scratch` is memory kept from call to call.
/// Collective over the file's ranks; throws IoError on the ranks where it failed. Counts the call in
/// `statistics`.
void write_column(hid_t dataset, hid_t transfer, const ColumnSpec& spec, const Update& update,
                  const LocalUpdate* mine, std::vector<std::byte>& scratch, WriteStatistics& statistics,
                  const std::string& place);

}  // namespace hopmc::trajectory
