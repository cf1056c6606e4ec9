#include "hdf5_metadata.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <numeric>
#include <span>
#include <system_error>

#include "hdf5_attributes.hpp"
#include "hdf5_handle.hpp"
#include "hdf5_names.hpp"
#include "hdf5_properties.hpp"
#include "hopmc/trajectory/columns.hpp"
#include "hopmc/trajectory/reader.hpp"

namespace hopmc::trajectory {

namespace {

/// A text kept byte for byte, and where RunMetadata holds it.
struct TextDataset {
  const char* name;
  std::string RunMetadata::*member;
};
constexpr std::array<TextDataset, 4> text_datasets{{
    {names::simulation_parameters_yml, &RunMetadata::simulation_parameters_yml},
    {names::sys_config_yml, &RunMetadata::sys_config_yml},
    {names::poscar, &RunMetadata::poscar},
    {names::effective_config, &RunMetadata::effective_config},
}};

struct TextAttribute {
  const char* name;
  std::string RunMetadata::*member;
};
constexpr std::array<TextAttribute, 7> provenance_attributes{{
    {names::command_line, &RunMetadata::command_line},
    {names::git_commit, &RunMetadata::git_commit},
    {names::build_type, &RunMetadata::build_type},
    {names::compiler, &RunMetadata::compiler},
    {names::mpi_version, &RunMetadata::mpi_version},
    {names::hdf5_version, &RunMetadata::hdf5_version},
    {names::rng, &RunMetadata::rng},
}};

std::uint32_t checksum(const std::string& text) {
  return crc32(0, std::as_bytes(std::span(text)));
}

Handle create_group(hid_t file, const char* path, const std::string& place) {
  return owned(H5Gcreate2(file, path, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT), H5Gclose, place,
               fmt::format("create group {}", path));
}

/// A scalar of a fixed-length string keeps every byte (line ends, tabs, no final newline) and reads as bytes
/// in h5py and as text in h5dump. HDF5 has no string of length 0: an empty text has a null dataspace.
void write_text(hid_t group, const char* name, const std::string& text, const std::string& place) {
  const Handle type = owned(H5Tcopy(H5T_C_S1), H5Tclose, place, "make a string type");
  if (!text.empty()) checked(H5Tset_size(type.get(), text.size()), place, "make a string type");
  H5Tset_strpad(type.get(), H5T_STR_NULLPAD);
  H5Tset_cset(type.get(), H5T_CSET_UTF8);
  const Handle space =
      owned(H5Screate(text.empty() ? H5S_NULL : H5S_SCALAR), H5Sclose, place, "make a dataspace");
  const std::string action = fmt::format("write {}/{}", names::provenance, name);
  Handle dataset =
      owned(H5Dcreate2(group, name, type.get(), space.get(), H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT), H5Dclose,
            place, action);
  if (!text.empty()) {
    checked(H5Dwrite(dataset.get(), type.get(), H5S_ALL, H5S_ALL, H5P_DEFAULT, text.data()), place, action);
  }
  AttributeWriter(dataset.get(), place).checksum(names::crc32, checksum(text));
  dataset.close(place);
}

void write_info(hid_t file, const RunMetadata& metadata, std::int64_t n_traj, const std::string& place) {
  const Handle group = create_group(file, names::simulation_info, place);
  const AttributeWriter write(group.get(), place);
  write.text(names::version, metadata.version);
  write.text(names::created_on, metadata.created_on);
  if (!metadata.pycd_version.empty()) write.text(names::pycd_version, metadata.pycd_version);
  write.number(names::total_trajectories, n_traj);
  write.text(names::format_version, format_version);
}

void write_system(hid_t file, const RunMetadata& metadata, const std::string& place) {
  const Handle group = create_group(file, names::system_info, place);
  const AttributeWriter write(group.get(), place);
  const Eigen::Matrix<double, 3, 3, Eigen::RowMajor> lattice = metadata.lattice_matrix;
  write.matrix(names::lattice_matrix, std::span(lattice.data(), 9), 3);
  write.numbers(names::pbc, std::span<const int>(metadata.pbc));
  write.numbers(names::system_size, std::span<const int>(metadata.system_size));
  write.numbers(names::species_count, std::span<const std::int64_t>(metadata.species_count));
  write.texts(names::species_types, metadata.species_types);
  write.number(names::total_species, std::accumulate(metadata.species_count.begin(),
                                                     metadata.species_count.end(), std::int64_t{0}));
  write.number(names::temperature, metadata.temperature);
}

void write_parameters(hid_t file, const RunMetadata& metadata, const std::string& place) {
  const Handle group = create_group(file, names::simulation_params, place);
  const AttributeWriter write(group.get(), place);
  write.number(names::time_interval, metadata.time_interval);
  write.number(names::t_final, metadata.t_final);
  write.number(names::n_traj, metadata.n_traj);
  write.number(names::random_seed, metadata.random_seed);
  write.number(names::n_frames, metadata.n_frames);
}

void write_provenance(hid_t file, const RunMetadata& metadata, const std::string& place) {
  const Handle group = create_group(file, names::provenance, place);
  const AttributeWriter write(group.get(), place);
  for (const auto& [name, member] : provenance_attributes) write.text(name, metadata.*member);
  write.number(names::ranks, std::int64_t{metadata.ranks});
  for (const auto& [name, member] : text_datasets) write_text(group.get(), name, metadata.*member, place);
}

void write_static_parts(Handle& file, const RunMetadata& metadata, std::int64_t n_traj,
                        const std::string& place) {
  const AttributeWriter root(file.get(), place);
  root.text(names::format, format_name);
  root.text(names::format_version, format_version);
  create_group(file.get(), names::metadata, place);
  write_info(file.get(), metadata, n_traj, place);
  write_system(file.get(), metadata, place);
  write_parameters(file.get(), metadata, place);
  write_provenance(file.get(), metadata, place);
  create_group(file.get(), names::trajectories, place);
  file.close(place);
}

/// Longest text that is read back: a damaged size must not exhaust the memory.
constexpr std::size_t longest_text = std::size_t{256} << 20;

std::string read_text(hid_t file, const char* name, const std::string& place) {
  const std::string path = fmt::format("{}/{}", names::provenance, name);
  const std::string where = fmt::format("{}:{}", place, path);
  const Handle dataset = owned(H5Dopen2(file, path.c_str(), H5P_DEFAULT), H5Dclose, where, "open the text");
  const Handle space = owned(H5Dget_space(dataset.get()), H5Sclose, where, "read the shape");
  if (H5Sget_simple_extent_type(space.get()) == H5S_NULL) return {};
  const Handle type = owned(H5Dget_type(dataset.get()), H5Tclose, where, "read the type");
  const std::size_t size = H5Tget_size(type.get());
  if (H5Tget_class(type.get()) != H5T_STRING || H5Tis_variable_str(type.get()) > 0 ||
      H5Sget_simple_extent_npoints(space.get()) != 1 || size > longest_text) {
    throw IoError(fmt::format("{}: no text of this format", where));
  }
  std::string text(size, '\0');
  checked(H5Dread(dataset.get(), type.get(), H5S_ALL, H5S_ALL, H5P_DEFAULT, text.data()), where,
          "read the text");
  return text;
}

Handle open_group(hid_t file, const char* path, const std::string& place) {
  return owned(H5Gopen2(file, path, H5P_DEFAULT), H5Gclose, fmt::format("{}:{}", place, path),
               "open the group");
}

template <std::size_t n, class From, class To>
void copy_exactly(const std::vector<From>& from, To* to, const std::string& place, const char* name) {
  if (from.size() != n)
    throw IoError(fmt::format("{}: {} has {} values instead of {}", place, name, from.size(), n));
  for (const From& value : from) *to++ = static_cast<To>(value);
}

}  // namespace

void create_with_metadata(const std::filesystem::path& path, const RunMetadata& metadata, std::int64_t n_traj,
                          std::int64_t chunks_per_dataset) {
  const std::string place = path.string();
  // HDF5 leaves a file behind if it cannot fill it: whatever exists after this line is ours to remove.
  const int descriptor = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  if (descriptor < 0) throw IoError(fmt::format("{}: cannot create: {}", place, std::strerror(errno)));
  ::close(descriptor);
  try {
    const Handle creation = shared_file_creation(chunks_per_dataset, place);
    const Handle access = serial_access(place);
    Handle file = owned(H5Fcreate(path.c_str(), H5F_ACC_TRUNC, creation.get(), access.get()), H5Fclose, place,
                        "create the file");
    write_static_parts(file, metadata, n_traj, place);
  } catch (...) {
    std::error_code ignored;  // the first error is the one to report
    std::filesystem::remove(path, ignored);
    throw;
  }
}

StoredTotals read_totals(hid_t file, const std::string& place) {
  const Handle info = open_group(file, names::simulation_info, place);
  const Handle system = open_group(file, names::system_info, place);
  const AttributeReader read_info(info.get(), place);
  StoredTotals totals;
  totals.format_version = read_info.if_readable(&AttributeReader::text, names::format_version);
  totals.trajectories = read_info.if_readable(&AttributeReader::integer, names::total_trajectories);
  totals.carriers =
      AttributeReader(system.get(), place).if_readable(&AttributeReader::integer, names::total_species);
  return totals;
}

RunMetadata read_metadata(hid_t file, const std::string& place) {
  RunMetadata metadata;
  {
    const Handle group = open_group(file, names::simulation_info, place);
    const AttributeReader read(group.get(), place);
    metadata.version = read.text(names::version);
    metadata.created_on = read.text(names::created_on);
    if (read.has(names::pycd_version)) metadata.pycd_version = read.text(names::pycd_version);
  }
  {
    const Handle group = open_group(file, names::system_info, place);
    const AttributeReader read(group.get(), place);
    Eigen::Matrix<double, 3, 3, Eigen::RowMajor> lattice;
    copy_exactly<9>(read.reals(names::lattice_matrix), lattice.data(), place, names::lattice_matrix);
    metadata.lattice_matrix = lattice;
    copy_exactly<3>(read.integers(names::pbc), metadata.pbc.data(), place, names::pbc);
    copy_exactly<3>(read.integers(names::system_size), metadata.system_size.data(), place,
                    names::system_size);
    metadata.species_count = read.integers(names::species_count);
    metadata.species_types = read.texts(names::species_types);
    metadata.temperature = read.real(names::temperature);
  }
  {
    const Handle group = open_group(file, names::simulation_params, place);
    const AttributeReader read(group.get(), place);
    metadata.time_interval = read.real(names::time_interval);
    metadata.t_final = read.real(names::t_final);
    metadata.n_traj = read.integer(names::n_traj);
    metadata.random_seed = read.integer(names::random_seed);
    metadata.n_frames = read.integer(names::n_frames);
  }
  const Handle group = open_group(file, names::provenance, place);
  const AttributeReader read(group.get(), place);
  for (const auto& [name, member] : provenance_attributes) metadata.*member = read.text(name);
  metadata.ranks = static_cast<int>(read.integer(names::ranks));
  for (const auto& [name, member] : text_datasets) metadata.*member = read_text(file, name, place);
  return metadata;
}

std::vector<std::string> find_damaged_texts(hid_t file, const std::string& place) {
  std::vector<std::string> damaged;
  for (const TextDataset& text : text_datasets) {
    try {
      const std::string content = read_text(file, text.name, place);
      const Handle dataset =
          owned(H5Oopen(file, fmt::format("{}/{}", names::provenance, text.name).c_str(), H5P_DEFAULT),
                H5Oclose, place, "open the text");
      const auto noted = AttributeReader(dataset.get(), place).integer(names::crc32);
      if (noted != std::int64_t{checksum(content)}) damaged.emplace_back(text.name);
    } catch (const IoError&) {
      damaged.emplace_back(text.name);
    }
  }
  return damaged;
}

}  // namespace hopmc::trajectory
