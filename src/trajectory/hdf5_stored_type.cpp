#include "hdf5_stored_type.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "chunk_filters.hpp"
#include "hdf5_attributes.hpp"
#include "hdf5_handle.hpp"
#include "hdf5_names.hpp"

namespace hopmc::trajectory {

namespace {

std::string filter_name(hid_t creation, unsigned place_in_pipeline) {
  unsigned flags = 0;
  std::array<unsigned, 8> values{};
  std::size_t n_values = values.size();
  std::array<char, 64> name{};
  unsigned config = 0;
  const H5Z_filter_t filter = H5Pget_filter2(creation, place_in_pipeline, &flags, &n_values, values.data(),
                                             name.size(), name.data(), &config);
  switch (filter) {
    case H5Z_FILTER_DEFLATE:
      return fmt::format("gzip {}", values[0]);
    case H5Z_FILTER_SHUFFLE:
      return "shuffle";
    case H5Z_FILTER_FLETCHER32:
      return "fletcher32";
    case lzf_filter:
    case blosc_filter:
      return own_filter_name(filter, std::min(n_values, values.size()), values.data());
    default:
      name.back() = '\0';
      return name.front() == '\0' ? fmt::format("filter {}", filter) : std::string(name.data());
  }
}

}  // namespace

std::vector<std::int64_t> stored_shape(hid_t dataset, const std::string& place) {
  const Handle space = owned(H5Dget_space(dataset), H5Sclose, place, "read the shape");
  const int rank = checked(H5Sget_simple_extent_ndims(space.get()), place, "read the shape");
  std::vector<hsize_t> shape(static_cast<std::size_t>(rank));
  if (rank > 0)
    checked(H5Sget_simple_extent_dims(space.get(), shape.data(), nullptr), place, "read the shape");
  return {shape.begin(), shape.end()};
}

std::string stored_dtype(hid_t dataset, const std::string& place) {
  const Handle type = owned(H5Dget_type(dataset), H5Tclose, place, "read the type");
  const std::size_t size = H5Tget_size(type.get());
  const H5T_class_t kind = H5Tget_class(type.get());
  if (kind == H5T_STRING) {
    return H5Tis_variable_str(type.get()) > 0 ? std::string("|O") : fmt::format("|S{}", size);
  }
  if (kind != H5T_INTEGER && kind != H5T_FLOAT) return fmt::format("|V{}", size);
  char letter = 'f';
  if (kind == H5T_INTEGER) letter = H5Tget_sign(type.get()) == H5T_SGN_NONE ? 'u' : 'i';
  char order = H5Tget_order(type.get()) == H5T_ORDER_BE ? '>' : '<';
  if (size == 1) order = '|';
  return fmt::format("{}{}{}", order, letter, size);
}

std::vector<std::int64_t> stored_chunk(hid_t creation, const std::string& place) {
  if (H5Pget_layout(creation) != H5D_CHUNKED) return {};
  std::array<hsize_t, H5S_MAX_RANK> chunk{};
  const int rank = checked(H5Pget_chunk(creation, H5S_MAX_RANK, chunk.data()), place, "read the chunk shape");
  return {chunk.begin(), chunk.begin() + rank};
}

std::string stored_filters(hid_t creation, const std::string& place) {
  const int count = checked(H5Pget_nfilters(creation), place, "read the filters");
  std::string names;
  for (int i = 0; i < count; ++i) {
    if (i > 0) names += " + ";
    names += filter_name(creation, static_cast<unsigned>(i));
  }
  return count == 0 ? "none" : names;
}

StoredUnits stored_units(hid_t dataset, const std::string& place) {
  const AttributeReader attributes(dataset, place);
  StoredUnits stored;
  stored.units = attributes.if_readable(&AttributeReader::text, names::units);
  stored.si_units = attributes.if_readable(&AttributeReader::text, names::si_units);
  stored.si_factor = attributes.if_readable(&AttributeReader::real, names::si_factor);
  return stored;
}

}  // namespace hopmc::trajectory
