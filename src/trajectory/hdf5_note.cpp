#include "hdf5_note.hpp"

#include <fmt/format.h>

#include "hdf5_attributes.hpp"
#include "hdf5_handle.hpp"
#include "hdf5_listing.hpp"

namespace hopmc::trajectory {
namespace {

constexpr std::string_view units_suffix = "_units";

std::string units_name(const std::string& fact) {
  return fact + std::string(units_suffix);
}

struct FactWriter {
  const AttributeWriter& write;
  const char* name;
  void operator()(const std::vector<std::int64_t>& values) const {
    write.numbers(name, std::span<const std::int64_t>(values));
  }
  void operator()(const std::vector<double>& values) const {
    write.numbers(name, std::span<const double>(values));
  }
  void operator()(const std::vector<std::string>& values) const { write.texts(name, values); }
};

H5T_class_t class_of(hid_t object, const std::string& name, const std::string& place) {
  const Handle attribute =
      owned(H5Aopen(object, name.c_str(), H5P_DEFAULT), H5Aclose, place, "open an attribute");
  const Handle type = owned(H5Aget_type(attribute.get()), H5Tclose, place, "read a type");
  return H5Tget_class(type.get());
}

}  // namespace

void write_note(hid_t parent, const Note& note, const std::string& place) {
  Handle group = owned(H5Gcreate2(parent, note.group.c_str(), H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT),
                       H5Gclose, place, fmt::format("create the group {}", note.group));
  const std::string own_place = fmt::format("{}/{}", place, note.group);
  const AttributeWriter write(group.get(), own_place);
  for (const Fact& fact : note.facts) {
    std::visit(FactWriter{write, fact.name.c_str()}, fact.values);
    if (!fact.units.empty()) write.text(units_name(fact.name).c_str(), fact.units);
  }
  group.close(own_place);
}

std::optional<Note> read_note(hid_t file, const std::string& parent, const std::string& group,
                              const std::string& place) {
  const std::string path = fmt::format("{}/{}", parent, group);
  if (H5Lexists(file, path.c_str(), H5P_DEFAULT) <= 0) return std::nullopt;
  const Handle object = owned(H5Gopen2(file, path.c_str(), H5P_DEFAULT), H5Gclose, place, "open the group");
  const AttributeReader read(object.get(), place);
  Note note{group, {}};
  for (const std::string& name : attribute_names(object.get(), place)) {
    if (name.ends_with(units_suffix)) continue;
    Fact fact{name, {}, ""};
    switch (class_of(object.get(), name, place)) {
      case H5T_INTEGER:
        fact.values = read.integers(name.c_str());
        break;
      case H5T_FLOAT:
        fact.values = read.reals(name.c_str());
        break;
      default:
        fact.values = read.texts(name.c_str());
    }
    if (read.has(units_name(name).c_str())) fact.units = read.text(units_name(name).c_str());
    note.facts.push_back(std::move(fact));
  }
  return note;
}

}  // namespace hopmc::trajectory
