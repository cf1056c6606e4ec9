#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <map>
#include <numeric>
#include <stdexcept>

#include "chunk_filters.hpp"
#include "hdf5_attributes.hpp"
#include "hdf5_handle.hpp"
#include "hdf5_listing.hpp"
#include "hdf5_metadata.hpp"
#include "hdf5_names.hpp"
#include "hdf5_note.hpp"
#include "hdf5_properties.hpp"
#include "hdf5_results.hpp"
#include "hdf5_stored_type.hpp"
#include "hopmc/trajectory/reader.hpp"
#include "update_exchange.hpp"

namespace hopmc::trajectory {

namespace {

constexpr std::string_view group_prefix = "traj_";
constexpr std::size_t least_digits = 3;

/// Trajectory (from 0) of a group's name, or -1 if it is no name the writer gives.
std::int64_t trajectory_of(const std::string& name) {
  if (!name.starts_with(group_prefix)) return -1;
  const std::string_view digits = std::string_view(name).substr(group_prefix.size());
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (digits.size() < least_digits || error != std::errc() || end != digits.data() + digits.size()) return -1;
  return number >= 1 ? number - 1 : -1;
}

bool is_group(hid_t parent, const std::string& name) {
  const Handle object(H5Oopen(parent, name.c_str(), H5P_DEFAULT), H5Oclose);
  return object.valid() && H5Iget_type(object.get()) == H5I_GROUP;
}

class SerialReader final : public Hdf5Reader {
 public:
  explicit SerialReader(const std::filesystem::path& path);

  [[nodiscard]] std::vector<std::int64_t> trajectories() const override;
  [[nodiscard]] std::optional<StoredColumn> find(std::int64_t trajectory, Column column) const override;
  void read(std::int64_t trajectory, Column column, std::int64_t first, std::int64_t count,
            std::span<std::byte> out) const override;
  void read_carrier(std::int64_t trajectory, Column column, std::int64_t carrier, std::int64_t first,
                    std::int64_t count, std::span<std::byte> out) const override;
  [[nodiscard]] std::string place(std::int64_t trajectory, Column column) const override;
  [[nodiscard]] RunMetadata metadata() const override;
  [[nodiscard]] StoredTotals totals() const override;
  [[nodiscard]] TrajectoryAttributes attributes(std::int64_t trajectory) const override;
  [[nodiscard]] std::optional<Note> note(std::int64_t trajectory, const std::string& group) const override;
  [[nodiscard]] std::optional<Results> results(const std::string& group) const override;
  [[nodiscard]] std::vector<ResultsDamage> damaged_results(const std::string& group) const override;
  [[nodiscard]] std::vector<std::string> damaged_provenance() const override;
  [[nodiscard]] std::vector<std::string> unknown_groups() const override { return listing().unknown; }

 private:
  /// Values [first, first + count) of a row.
  struct RowPart {
    std::int64_t first = 0;
    std::int64_t count = 0;
  };
  /// What is below /trajectories, once it was looked at: that opens every group, and with it every part file.
  struct Listing {
    std::vector<std::int64_t> trajectories;
    std::vector<std::string> unknown;
  };
  void list_links();
  [[nodiscard]] const Listing& listing() const;
  /// Without `part` whole rows.
  void read_part(std::int64_t trajectory, Column column, std::int64_t first, std::int64_t count,
                 const std::optional<RowPart>& part, std::span<std::byte> out) const;
  [[nodiscard]] std::string group_path(std::int64_t trajectory) const;
  [[nodiscard]] hid_t open_group(std::int64_t trajectory) const;

  std::string file_name_;  ///< as messages name it
  Handle file_;
  std::map<std::int64_t, std::string>
      links_;  ///< below /trajectories, that are named as the writer names them
  std::vector<std::string> other_links_;
  mutable std::optional<Listing> listing_;
  // The group that was asked for last. Columns are read trajectory by trajectory, and the way to a group,
  // through a link to a part file above all, takes longer than the rest of a small read.
  mutable std::int64_t open_trajectory_ = -1;
  mutable Handle open_group_;
};

/// Whether `path` below an object leads to something.
bool exists(hid_t parent, std::string_view path) {
  // H5Lexists fails where a group on the way is missing: every part is asked for.
  for (auto slash = path.find('/');; slash = path.find('/', slash + 1)) {
    if (H5Lexists(parent, std::string(path.substr(0, slash)).c_str(), H5P_DEFAULT) <= 0) return false;
    if (slash == std::string_view::npos) return true;
  }
}

SerialReader::SerialReader(const std::filesystem::path& path) : file_name_(path.string()) {
  const QuietHdf5 quiet;
  std::error_code error;
  if (!std::filesystem::exists(path, error)) throw IoError(fmt::format("{}: no such file", file_name_));
  if (!std::filesystem::is_regular_file(path, error))
    throw IoError(fmt::format("{}: not a file", file_name_));
  register_filters(file_name_);
  const Handle access = reading_access(file_name_);
  file_ = owned(H5Fopen(path.c_str(), H5F_ACC_RDONLY, access.get()), H5Fclose, file_name_, "open the file");
  const AttributeReader root(file_.get(), file_name_);
  const std::string format = root.text(names::format);
  const std::string version = root.text(names::format_version);
  if (format != format_name || version != format_version) {
    throw IoError(fmt::format("{}: format {} {}, expected {} {}", file_name_, format, version, format_name,
                              format_version));
  }
  list_links();
}

void SerialReader::list_links() {
  const std::string where = fmt::format("{}:{}", file_name_, names::trajectories);
  const Handle parent =
      owned(H5Gopen2(file_.get(), names::trajectories, H5P_DEFAULT), H5Gclose, where, "open the group");
  for (const std::string& name : link_names(parent.get(), where)) {
    const std::int64_t trajectory = trajectory_of(name);
    if (trajectory < 0 || !links_.emplace(trajectory, name).second) other_links_.push_back(name);
  }
}

const SerialReader::Listing& SerialReader::listing() const {
  if (listing_) return *listing_;
  const QuietHdf5 quiet;
  listing_.emplace().unknown = other_links_;
  for (const auto& [trajectory, name] : links_) {
    if (is_group(file_.get(), fmt::format("{}/{}", names::trajectories, name))) {
      listing_->trajectories.push_back(trajectory);
    } else {
      listing_->unknown.push_back(name);
    }
  }
  std::sort(listing_->unknown.begin(), listing_->unknown.end());
  return *listing_;
}

std::vector<std::int64_t> SerialReader::trajectories() const {
  return listing().trajectories;
}

std::string SerialReader::group_path(std::int64_t trajectory) const {
  const auto found = links_.find(trajectory);
  const std::string name = found == links_.end() ? group_name(trajectory, 1) : found->second;
  return fmt::format("{}/{}", names::trajectories, name);
}

std::string SerialReader::place(std::int64_t trajectory, Column column) const {
  return fmt::format("{}:{}/{}", file_name_, group_path(trajectory), info(column).path);
}

std::optional<Note> SerialReader::note(std::int64_t trajectory, const std::string& group) const {
  const QuietHdf5 quiet;
  const std::string parent = group_path(trajectory);
  return read_note(file_.get(), parent, group, fmt::format("{}:{}/{}", file_name_, parent, group));
}

std::optional<Results> SerialReader::results(const std::string& group) const {
  const QuietHdf5 quiet;
  return read_results(file_.get(), group, file_name_);
}

std::vector<ResultsDamage> SerialReader::damaged_results(const std::string& group) const {
  const QuietHdf5 quiet;
  return find_damaged_results(file_.get(), group, file_name_);
}

/// The group of a trajectory; negative where it cannot be opened.
hid_t SerialReader::open_group(std::int64_t trajectory) const {
  if (trajectory != open_trajectory_) {
    open_group_ = Handle(H5Gopen2(file_.get(), group_path(trajectory).c_str(), H5P_DEFAULT), H5Gclose);
    open_trajectory_ = trajectory;
  }
  return open_group_.get();
}

std::optional<StoredColumn> SerialReader::find(std::int64_t trajectory, Column column) const {
  const QuietHdf5 quiet;
  const hid_t group = open_group(trajectory);
  const std::string path(info(column).path);
  if (group < 0 || !exists(group, path)) return std::nullopt;
  const std::string where = place(trajectory, column);
  const Handle dataset =
      owned(H5Dopen2(group, path.c_str(), H5P_DEFAULT), H5Dclose, where, "open the dataset");
  StoredColumn stored;
  stored.shape = stored_shape(dataset.get(), where);
  stored.dtype = stored_dtype(dataset.get(), where);
  stored.stored_bytes = static_cast<std::int64_t>(H5Dget_storage_size(dataset.get()));
  const Handle creation =
      owned(H5Dget_create_plist(dataset.get()), H5Pclose, where, "read the chunks and filters");
  stored.chunk = stored_chunk(creation.get(), where);
  stored.filters = stored_filters(creation.get(), where);
  stored.units = stored_units(dataset.get(), where);
  const AttributeReader attributes(dataset.get(), where);
  if (attributes.has(names::crc32)) {
    stored.crc32 = static_cast<std::uint32_t>(attributes.integer(names::crc32));
  }
  if (attributes.has(names::trajectory)) stored.trajectory = attributes.integer(names::trajectory) - 1;
  return stored;
}

void SerialReader::read(std::int64_t trajectory, Column column, std::int64_t first, std::int64_t count,
                        std::span<std::byte> out) const {
  read_part(trajectory, column, first, count, std::nullopt, out);
}

void SerialReader::read_carrier(std::int64_t trajectory, Column column, std::int64_t carrier,
                                std::int64_t first, std::int64_t count, std::span<std::byte> out) const {
  const std::int64_t values = info(column).values_per_carrier;
  read_part(trajectory, column, first, count, RowPart{carrier * values, values}, out);
}

void SerialReader::read_part(std::int64_t trajectory, Column column, std::int64_t first, std::int64_t count,
                             const std::optional<RowPart>& part, std::span<std::byte> out) const {
  const QuietHdf5 quiet;
  const std::string where = place(trajectory, column);
  const std::string path(info(column).path);
  const Handle dataset =
      owned(H5Dopen2(open_group(trajectory), path.c_str(), H5P_DEFAULT), H5Dclose, where, "open the dataset");
  const Handle type = owned(H5Dget_type(dataset.get()), H5Tclose, where, "read the type");
  const hid_t expected = value_type(info(column).type);
  if (H5Tequal(type.get(), expected) <= 0) {
    throw IoError(
        fmt::format("{}: of type {}, not as the format has it", where, stored_dtype(dataset.get(), where)));
  }
  const std::vector<std::int64_t> shape = stored_shape(dataset.get(), where);
  if (shape.empty() || first < 0 || count < 0 || count > shape.front() || first > shape.front() - count) {
    throw IoError(fmt::format("{}: rows {} to {} are not there", where, first, first + count));
  }
  std::vector<hsize_t> start(shape.size(), 0);
  std::vector<hsize_t> extent(shape.begin(), shape.end());
  start.front() = static_cast<hsize_t>(first);
  extent.front() = static_cast<hsize_t>(count);
  if (part) {
    if (shape.size() != 2 || part->first < 0 || part->count < 1 || part->first + part->count > shape[1]) {
      throw IoError(fmt::format("{}: values {} to {} of a row are not there", where, part->first,
                                part->first + part->count));
    }
    start[1] = static_cast<hsize_t>(part->first);
    extent[1] = static_cast<hsize_t>(part->count);
  }
  const auto values = std::accumulate(extent.begin(), extent.end(), hsize_t{1}, std::multiplies<>());
  if (values * size_of(info(column).type) != out.size()) {
    throw IoError(fmt::format("{}: {} rows do not have {} bytes", where, count, out.size()));
  }
  if (out.empty()) return;
  const int rank = static_cast<int>(extent.size());
  const Handle memory =
      owned(H5Screate_simple(rank, extent.data(), nullptr), H5Sclose, where, "make a dataspace");
  const Handle space = owned(H5Dget_space(dataset.get()), H5Sclose, where, "read the shape");
  checked(H5Sselect_hyperslab(space.get(), H5S_SELECT_SET, start.data(), nullptr, extent.data(), nullptr),
          where, "select rows");
  checked(H5Dread(dataset.get(), expected, memory.get(), space.get(), H5P_DEFAULT, out.data()), where,
          "read rows");
}

RunMetadata SerialReader::metadata() const {
  const QuietHdf5 quiet;
  return read_metadata(file_.get(), file_name_);
}

StoredTotals SerialReader::totals() const {
  const QuietHdf5 quiet;
  return read_totals(file_.get(), file_name_);
}

TrajectoryAttributes SerialReader::attributes(std::int64_t trajectory) const {
  const QuietHdf5 quiet;
  const std::string path = group_path(trajectory);
  const std::string where = fmt::format("{}:{}", file_name_, path);
  const AttributeReader read(checked(open_group(trajectory), where, "open the group"), where);
  TrajectoryAttributes attributes;
  attributes.trajectory = read.integer(names::trajectory) - 1;
  attributes.hops = read.integer(names::hops);
  attributes.frames = read.integer(names::frames);
  attributes.status = read.text(names::status);
  attributes.stream = read.text(names::stream);
  return attributes;
}

std::vector<std::string> SerialReader::damaged_provenance() const {
  const QuietHdf5 quiet;
  return find_damaged_texts(file_.get(), file_name_);
}

}  // namespace

std::unique_ptr<Hdf5Reader> Hdf5Reader::open(const std::filesystem::path& file) {
  return std::make_unique<SerialReader>(file);
}

}  // namespace hopmc::trajectory
