#include "hdf5_trajectory.hpp"

#include <fmt/format.h>

#include "hdf5_attributes.hpp"
#include "hdf5_names.hpp"
#include "hdf5_note.hpp"
#include "hdf5_properties.hpp"

namespace hopmc::trajectory {

namespace {

void describe(hid_t dataset, const ColumnSpec& spec, std::int64_t trajectory, std::string_view place) {
  const ColumnInfo& column = info(spec.column);
  const AttributeWriter write(dataset, place);
  write.text(names::units, column.units);
  write.text(names::si_units, column.si_units);
  write.number(names::si_factor, column.si_factor);
  write.text(names::description, spec.about);
  // The checksum goes with a dataset that is moved to another group; this tells whose it is.
  write.number(names::trajectory, trajectory + 1);
  write.checksum(names::crc32, 0);
}

}  // namespace

Hdf5Trajectory::Hdf5Trajectory(hid_t file, const std::string& path, std::int64_t trajectory,
                               std::string_view stream, const std::string& file_place)
    : trajectory_(trajectory),
      place_(fmt::format("{}:{}", file_place, path)),
      group_(owned(H5Gcreate2(file, path.c_str(), H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT), H5Gclose, place_,
                   "create the group")) {
  const AttributeWriter write(group_.get(), place_);
  write.number(names::trajectory, trajectory + 1);
  write.text(names::status, names::status_partial);
  write.number(names::frames, std::int64_t{0});
  write.number(names::hops, std::int64_t{0});
  write.text(names::stream, stream);
}

void Hdf5Trajectory::add(const Note& note) {
  write_note(group_.get(), note, place_);
}

void Hdf5Trajectory::create_dataset(const ColumnSpec& spec, std::int64_t rows, std::int64_t chunk_rows,
                                    const Hdf5Options& options) {
  const ColumnInfo& column = info(spec.column);
  const std::vector<hsize_t> shape = shape_of(spec, rows);
  std::vector<hsize_t> largest = shape;
  largest.front() = H5S_UNLIMITED;
  const Handle space = owned(H5Screate_simple(static_cast<int>(shape.size()), shape.data(), largest.data()),
                             H5Sclose, place_, "make a dataspace");
  const Handle links = intermediate_links(place_);
  const Handle creation = dataset_creation(spec, chunk_rows, options, place_);
  const std::string name(column.path);
  datasets_.push_back(owned(H5Dcreate2(group_.get(), name.c_str(), value_type(column.type), space.get(),
                                       links.get(), creation.get(), H5P_DEFAULT),
                            H5Dclose, place_, fmt::format("create dataset {}", name)));
  describe(datasets_.back().get(), spec, trajectory_, place_);
}

void Hdf5Trajectory::set_rows(std::size_t column_place, const ColumnSpec& spec, std::int64_t rows) {
  const std::vector<hsize_t> shape = shape_of(spec, rows);
  if (H5Dset_extent(dataset(column_place), shape.data()) < 0) {
    throw hdf5_error(place_, fmt::format("extend {} to {} rows", info(spec.column).path, rows));
  }
}

void Hdf5Trajectory::note(const Layout& layout, const Update& update) {
  const AttributeWriter write(group_.get(), place_);
  write.set_number(names::frames, update.first[index(Axis::frame)] + update.rows[index(Axis::frame)]);
  write.set_number(names::hops, update.hops);
  if (update.finished != 0) write.set_text(names::status, names::status_complete);
  for (std::size_t i = 0; i < layout.columns.size(); ++i) {
    AttributeWriter(dataset(i), place_)
        .set_checksum(names::crc32, update.crc32[index(layout.columns[i].column)]);
  }
}

void Hdf5Trajectory::close() {
  for (Handle& dataset : datasets_) dataset.close(place_);
  group_.close(place_);
}

void Hdf5Trajectory::abandon() noexcept {
  for (Handle& dataset : datasets_) dataset.abandon();
  group_.abandon();
}

}  // namespace hopmc::trajectory
