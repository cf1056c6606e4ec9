#include "hdf5_results.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <span>

#include "hdf5_attributes.hpp"
#include "hdf5_handle.hpp"
#include "hdf5_listing.hpp"
#include "hdf5_names.hpp"
#include "hdf5_note.hpp"
#include "hdf5_properties.hpp"
#include "hdf5_stored_type.hpp"
#include "hopmc/trajectory/reader.hpp"
#include "serial_file.hpp"

namespace hopmc::trajectory {
namespace {

void write_quantity(hid_t group, const Quantity& quantity, const std::string& place) {
  const std::string where = fmt::format("{}/{}", place, quantity.name);
  const std::vector<hsize_t> shape(quantity.shape.begin(), quantity.shape.end());
  const Handle space = owned(H5Screate_simple(static_cast<int>(shape.size()), shape.data(), nullptr),
                             H5Sclose, where, "make a dataspace");
  Handle dataset = owned(H5Dcreate2(group, quantity.name.c_str(), value_type(ElementType::f64), space.get(),
                                    H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT),
                         H5Dclose, where, "create the dataset");
  checked(H5Dwrite(dataset.get(), value_type(ElementType::f64), H5S_ALL, H5S_ALL, H5P_DEFAULT,
                   quantity.values.data()),
          where, "write the dataset");
  const AttributeWriter write(dataset.get(), where);
  write.text(names::units, quantity.units);
  write.text(names::si_units, quantity.si_units);
  write.number(names::si_factor, quantity.si_factor);
  write.text(names::description, quantity.about);
  write.checksum(names::crc32, crc32(0, std::as_bytes(std::span(quantity.values))));
  dataset.close(where);
}

void require_checksum(const AttributeReader& read, std::span<const double> values, const std::string& place) {
  if (!read.has(names::crc32)) throw IoError(fmt::format("{}: has no crc32 attribute", place));
  const std::uint32_t found = crc32(0, std::as_bytes(values));
  const auto written = static_cast<std::uint32_t>(read.integer(names::crc32));
  if (found == written) return;
  throw IoError(fmt::format("{}: content has CRC-32 {:08x}, but {:08x} was written", place, found, written));
}

Quantity read_quantity(hid_t group, const std::string& name, const std::string& place) {
  const std::string where = fmt::format("{}/{}", place, name);
  const Handle dataset =
      owned(H5Dopen2(group, name.c_str(), H5P_DEFAULT), H5Dclose, where, "open the dataset");
  const AttributeReader read(dataset.get(), where);
  Quantity quantity{name, stored_shape(dataset.get(), where), {}, "", "", 1, ""};
  const Handle space = owned(H5Dget_space(dataset.get()), H5Sclose, where, "read the shape");
  const auto count = checked(H5Sget_simple_extent_npoints(space.get()), where, "read the shape");
  quantity.values.resize(static_cast<std::size_t>(count));
  checked(H5Dread(dataset.get(), value_type(ElementType::f64), H5S_ALL, H5S_ALL, H5P_DEFAULT,
                  quantity.values.data()),
          where, "read the dataset");
  require_checksum(read, quantity.values, where);
  quantity.units = read.text(names::units);
  quantity.si_units = read.text(names::si_units);
  quantity.si_factor = read.real(names::si_factor);
  quantity.about = read.text(names::description);
  return quantity;
}

/// Whether the file says that it was given results of this name.
bool is_promised(hid_t file, const std::string& group, const std::string& place) {
  const Handle root = owned(H5Gopen2(file, "/", H5P_DEFAULT), H5Gclose, place, "open the root group");
  const AttributeReader read(root.get(), place);
  if (!read.has(names::results)) return false;
  const std::vector<std::string> promised = read.texts(names::results);
  return std::find(promised.begin(), promised.end(), group) != promised.end();
}

}  // namespace

const Quantity* Results::find(const std::string& name) const {
  const auto found = std::find_if(quantities.begin(), quantities.end(),
                                  [&](const Quantity& quantity) { return quantity.name == name; });
  return found == quantities.end() ? nullptr : &*found;
}

void append_results(const std::filesystem::path& shared_file, const Results& results) {
  const QuietHdf5 quiet;
  const std::string place = shared_file.string();
  std::size_t n_values = 0;
  for (const Quantity& quantity : results.quantities) n_values += quantity.values.size();
  // The two groups and the mark, and attributes counted as if they were objects.
  const std::size_t n_objects = 3 + results.note.facts.size() + results.quantities.size();
  Handle file = open_to_add(shared_file, static_cast<std::int64_t>(n_values * sizeof(double)),
                            static_cast<std::int64_t>(n_objects));
  Handle parent = owned(H5Gcreate2(file.get(), names::analysis, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT),
                        H5Gclose, place, "create the group of results");
  const std::string where = fmt::format("{}:{}", place, names::analysis);
  write_note(parent.get(), results.note, where);
  Handle group = owned(H5Gopen2(parent.get(), results.note.group.c_str(), H5P_DEFAULT), H5Gclose, where,
                       "open the group");
  for (const Quantity& quantity : results.quantities) {
    write_quantity(group.get(), quantity, fmt::format("{}/{}", where, results.note.group));
  }
  // That they are there, so that they are missed where they are not.
  const Handle root = owned(H5Gopen2(file.get(), "/", H5P_DEFAULT), H5Gclose, place, "open the root group");
  AttributeWriter(root.get(), place).texts(names::results, {results.note.group});
  group.close(where);
  parent.close(where);
  file.close(place);
}

std::optional<Results> read_results(hid_t file, const std::string& group, const std::string& place) {
  if (H5Lexists(file, names::analysis, H5P_DEFAULT) <= 0) return std::nullopt;
  const std::string path = fmt::format("{}/{}", names::analysis, group);
  const std::string where = fmt::format("{}:{}", place, path);
  std::optional<Note> note = read_note(file, names::analysis, group, where);
  if (!note) return std::nullopt;
  Results results{std::move(*note), {}};
  const Handle opened = owned(H5Gopen2(file, path.c_str(), H5P_DEFAULT), H5Gclose, where, "open the group");
  for (const std::string& name : link_names(opened.get(), where)) {
    results.quantities.push_back(read_quantity(opened.get(), name, where));
  }
  return results;
}

std::vector<ResultsDamage> find_damaged_results(hid_t file, const std::string& group,
                                                const std::string& place) {
  const std::string path = fmt::format("{}/{}", names::analysis, group);
  const std::string where = fmt::format("{}:{}", place, path);
  std::vector<ResultsDamage> damage;
  const auto try_to = [&damage](const std::string& what, const auto& read) {
    try {
      read();
    } catch (const IoError& error) {
      damage.push_back({what, error.what()});
    }
  };
  if (H5Lexists(file, names::analysis, H5P_DEFAULT) <= 0 || H5Lexists(file, path.c_str(), H5P_DEFAULT) <= 0) {
    try_to(where, [&] {
      if (is_promised(file, group, place)) throw IoError(where + ": missing, though the run wrote it");
    });
    return damage;
  }
  try_to(where, [&] {
    static_cast<void>(read_note(file, names::analysis, group, where));
    const Handle opened = owned(H5Gopen2(file, path.c_str(), H5P_DEFAULT), H5Gclose, where, "open the group");
    for (const std::string& name : link_names(opened.get(), where)) {
      try_to(fmt::format("{}/{}", where, name),
             [&] { static_cast<void>(read_quantity(opened.get(), name, where)); });
    }
  });
  return damage;
}

}  // namespace hopmc::trajectory
