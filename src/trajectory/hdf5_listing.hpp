#pragma once
/// What a group holds.

#include <hdf5.h>

#include <string>
#include <string_view>
#include <vector>

namespace hopmc::trajectory {

/// Names of the links of a group, ascending, in one pass: asked for by their places, HDF5 sorts them anew for
/// each. Throws IoError naming `place`.
[[nodiscard]] std::vector<std::string> link_names(hid_t group, std::string_view place);
/// Names of the attributes of an object, ascending. Throws IoError naming `place`.
[[nodiscard]] std::vector<std::string> attribute_names(hid_t object, std::string_view place);

}  // namespace hopmc::trajectory
