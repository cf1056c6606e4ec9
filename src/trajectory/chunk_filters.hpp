#pragma once
/// The compression filters that HDF5 does not bring: lzf as h5py has it, blosc as the hdf5-blosc plugin does.

#include <hdf5.h>

#include <cstddef>
#include <string>
#include <string_view>

#include "hopmc/trajectory/columns.hpp"
#include "hopmc/trajectory/hdf5_writer.hpp"

namespace hopmc::trajectory {

/// Registered numbers of the filters.
inline constexpr H5Z_filter_t lzf_filter = 32000;
inline constexpr H5Z_filter_t blosc_filter = 32001;

/// Makes both known to HDF5, for reading and writing. Local; may be called again. Throws IoError.
void register_filters(std::string_view place);

/// Adds the compression that `options` ask for, whatever it is, to a dataset's creation. `chunk_bytes`: of a
/// chunk of values of `type`. Throws IoError.
void add_compression(hid_t creation, const Hdf5Options& options, ElementType type, std::size_t chunk_bytes,
                     std::string_view place);

/// "lzf", "blosc zstd 5" for the settings stored with a dataset; empty for filters that are not ours.
[[nodiscard]] std::string own_filter_name(H5Z_filter_t filter, std::size_t n_settings,
                                          const unsigned* settings);

}  // namespace hopmc::trajectory
