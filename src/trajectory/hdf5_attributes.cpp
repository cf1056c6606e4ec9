#include "hdf5_attributes.hpp"

#include <fmt/format.h>

#include <array>

#include "hdf5_handle.hpp"

namespace hopmc::trajectory {

namespace {

Handle text_type() {
  Handle type(H5Tcopy(H5T_C_S1), H5Tclose);
  H5Tset_size(type.get(), H5T_VARIABLE);
  H5Tset_cset(type.get(), H5T_CSET_UTF8);
  return type;
}

std::string attribute_place(std::string_view place, const char* name) {
  return fmt::format("{}, attribute {}", place, name);
}

}  // namespace

void AttributeWriter::create(const char* name, hid_t type, std::span<const hsize_t> shape,
                             const void* value) const {
  const hid_t space_id = shape.empty()
                             ? H5Screate(H5S_SCALAR)
                             : H5Screate_simple(static_cast<int>(shape.size()), shape.data(), nullptr);
  const Handle space = owned(space_id, H5Sclose, place_, "make a dataspace");
  const hid_t id = H5Acreate2(object_, name, type, space.get(), H5P_DEFAULT, H5P_DEFAULT);
  if (id < 0) throw hdf5_error(attribute_place(place_, name), "create the attribute");
  Handle attribute(id, H5Aclose);
  if (H5Awrite(attribute.get(), type, value) < 0) {
    throw hdf5_error(attribute_place(place_, name), "write the attribute");
  }
  attribute.close(place_);
}

void AttributeWriter::set(const char* name, hid_t type, const void* value) const {
  Handle attribute(H5Aopen(object_, name, H5P_DEFAULT), H5Aclose);
  if (!attribute.valid() || H5Awrite(attribute.get(), type, value) < 0) {
    throw hdf5_error(attribute_place(place_, name), "write the attribute");
  }
  attribute.close(place_);
}

void AttributeWriter::text(const char* name, std::string_view value) const {
  const std::string terminated(value);
  const char* pointer = terminated.c_str();
  create(name, text_type().get(), {}, &pointer);
}

void AttributeWriter::set_text(const char* name, std::string_view value) const {
  const std::string terminated(value);
  const char* pointer = terminated.c_str();
  set(name, text_type().get(), &pointer);
}

void AttributeWriter::texts(const char* name, const std::vector<std::string>& values) const {
  std::vector<const char*> pointers;
  for (const std::string& value : values) pointers.push_back(value.c_str());
  const std::array<hsize_t, 1> shape{pointers.size()};
  create(name, text_type().get(), shape, pointers.data());
}

void AttributeWriter::number(const char* name, std::int64_t value) const {
  create(name, H5T_STD_I64LE, {}, &value);
}
void AttributeWriter::number(const char* name, double value) const {
  create(name, H5T_IEEE_F64LE, {}, &value);
}
void AttributeWriter::checksum(const char* name, std::uint32_t value) const {
  create(name, H5T_STD_U32LE, {}, &value);
}
void AttributeWriter::set_number(const char* name, std::int64_t value) const {
  set(name, H5T_STD_I64LE, &value);
}
void AttributeWriter::set_checksum(const char* name, std::uint32_t value) const {
  set(name, H5T_STD_U32LE, &value);
}

void AttributeWriter::numbers(const char* name, std::span<const int> values) const {
  const std::array<hsize_t, 1> shape{values.size()};
  create(name, H5T_STD_I32LE, shape, values.data());
}
void AttributeWriter::numbers(const char* name, std::span<const std::int64_t> values) const {
  const std::array<hsize_t, 1> shape{values.size()};
  create(name, H5T_STD_I64LE, shape, values.data());
}
void AttributeWriter::numbers(const char* name, std::span<const double> values) const {
  const std::array<hsize_t, 1> shape{values.size()};
  create(name, H5T_IEEE_F64LE, shape, values.data());
}
void AttributeWriter::matrix(const char* name, std::span<const double> values, std::size_t columns) const {
  const std::array<hsize_t, 2> shape{values.size() / columns, columns};
  create(name, H5T_IEEE_F64LE, shape, values.data());
}

bool AttributeReader::has(const char* name) const {
  return H5Aexists(object_, name) > 0;
}

template <class T>
std::vector<T> AttributeReader::read(const char* name, hid_t type, H5T_class_t expected) const {
  const std::string place = attribute_place(place_, name);
  if (!has(name)) throw IoError(fmt::format("{}: missing", place));
  const Handle attribute = owned(H5Aopen(object_, name, H5P_DEFAULT), H5Aclose, place, "open the attribute");
  const Handle stored = owned(H5Aget_type(attribute.get()), H5Tclose, place, "read the type");
  if (H5Tget_class(stored.get()) != expected) throw IoError(fmt::format("{}: of an unexpected type", place));
  const Handle space = owned(H5Aget_space(attribute.get()), H5Sclose, place, "read the shape");
  const auto count = checked(H5Sget_simple_extent_npoints(space.get()), place, "read the shape");
  std::vector<T> values(static_cast<std::size_t>(count));
  if (count > 0) checked(H5Aread(attribute.get(), type, values.data()), place, "read the attribute");
  return values;
}

std::vector<std::string> AttributeReader::texts(const char* name) const {
  const std::string place = attribute_place(place_, name);
  if (!has(name)) throw IoError(fmt::format("{}: missing", place));
  const Handle attribute = owned(H5Aopen(object_, name, H5P_DEFAULT), H5Aclose, place, "open the attribute");
  const Handle stored = owned(H5Aget_type(attribute.get()), H5Tclose, place, "read the type");
  if (H5Tis_variable_str(stored.get()) <= 0) {
    throw IoError(fmt::format("{}: no variable-length string", place));
  }
  const Handle type = text_type();
  if (H5Tget_cset(stored.get()) == H5T_CSET_ASCII) H5Tset_cset(type.get(), H5T_CSET_ASCII);
  const Handle space = owned(H5Aget_space(attribute.get()), H5Sclose, place, "read the shape");
  const auto count = checked(H5Sget_simple_extent_npoints(space.get()), place, "read the shape");
  std::vector<char*> pointers(static_cast<std::size_t>(count), nullptr);
  if (count > 0) checked(H5Aread(attribute.get(), type.get(), pointers.data()), place, "read the attribute");
  std::vector<std::string> values;
  for (const char* pointer : pointers) values.emplace_back(pointer == nullptr ? "" : pointer);
  if (count > 0) H5Dvlen_reclaim(type.get(), space.get(), H5P_DEFAULT, pointers.data());
  return values;
}

std::string AttributeReader::text(const char* name) const {
  auto values = texts(name);
  if (values.size() != 1) throw IoError(fmt::format("{}: no single value", attribute_place(place_, name)));
  return std::move(values.front());
}

std::int64_t AttributeReader::integer(const char* name) const {
  const auto values = integers(name);
  if (values.size() != 1) throw IoError(fmt::format("{}: no single value", attribute_place(place_, name)));
  return values.front();
}

double AttributeReader::real(const char* name) const {
  const auto values = reals(name);
  if (values.size() != 1) throw IoError(fmt::format("{}: no single value", attribute_place(place_, name)));
  return values.front();
}

std::vector<std::int64_t> AttributeReader::integers(const char* name) const {
  return read<std::int64_t>(name, H5T_NATIVE_INT64, H5T_INTEGER);
}
std::vector<double> AttributeReader::reals(const char* name) const {
  return read<double>(name, H5T_NATIVE_DOUBLE, H5T_FLOAT);
}

}  // namespace hopmc::trajectory
