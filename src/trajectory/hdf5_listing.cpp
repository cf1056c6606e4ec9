#include "hdf5_listing.hpp"

#include "hdf5_handle.hpp"

namespace hopmc::trajectory {

namespace {

/// As HDF5 calls it for each link or attribute.
template <class Info>
herr_t note_name(hid_t, const char* name, const Info*, void* names) noexcept {
  try {
    static_cast<std::vector<std::string>*>(names)->emplace_back(name);
  } catch (...) {
    return -1;
  }
  return 0;
}

}  // namespace

std::vector<std::string> link_names(hid_t group, std::string_view place) {
  std::vector<std::string> names;
  checked(H5Literate(group, H5_INDEX_NAME, H5_ITER_INC, nullptr, note_name<H5L_info_t>, &names), place,
          "list the group");
  return names;
}

std::vector<std::string> attribute_names(hid_t object, std::string_view place) {
  std::vector<std::string> names;
  checked(H5Aiterate2(object, H5_INDEX_NAME, H5_ITER_INC, nullptr, note_name<H5A_info_t>, &names), place,
          "list the attributes");
  return names;
}

}  // namespace hopmc::trajectory
