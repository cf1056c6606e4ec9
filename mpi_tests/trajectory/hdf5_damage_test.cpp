// Shared files that other programs wrote to, or nobody could have meant: told as they are, never misread.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <hdf5.h>

#include <array>
#include <initializer_list>
#include <string>

#include "damaged_file.hpp"
#include "faults.hpp"
#include "hopmc/trajectory/npy_writer.hpp"

namespace {

using namespace made_up;
using testing::HasSubstr;

constexpr const char* group = "/trajectories/traj_001";

/// Replaces an attribute by `values` of another type or number.
template <class T>
void replace_attribute(hid_t file, const char* object, const char* name, hid_t type, std::vector<T> values) {
  H5Adelete_by_name(file, object, name, H5P_DEFAULT);
  const hsize_t count = values.size();
  const hid_t space = H5Screate_simple(1, &count, nullptr);
  const hid_t attribute =
      H5Acreate_by_name(file, object, name, type, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
  ASSERT_GE(attribute, 0) << name;
  EXPECT_GE(H5Awrite(attribute, type, values.data()), 0);
  H5Aclose(attribute);
  H5Sclose(space);
}

hid_t text_of(std::size_t size) {
  const hid_t type = H5Tcopy(H5T_C_S1);
  H5Tset_size(type, size);
  return type;
}

TEST_F(DamagedFile, AnotherVersionIsNamed) {
  change([](hid_t file) {
    const hid_t type = text_of(H5T_VARIABLE);
    H5Tset_cset(type, H5T_CSET_UTF8);
    replace_attribute<const char*>(file, "/", "format_version", type, {"hdf5_v99"});
    H5Tclose(type);
  });
  const std::string message = error_of([&] { (void)tr::Hdf5Reader::open(file_); });
  EXPECT_THAT(message, HasSubstr(file_.string()));
  EXPECT_THAT(message, HasSubstr("hdf5_v99, expected"));
}

TEST_F(DamagedFile, AttributesOfAnotherKind) {
  const auto attributes_error = [&](auto&& harm) {
    change(harm);
    return error_of([&] { (void)tr::Hdf5Reader::open(file_)->attributes(0); });
  };
  const std::string place = std::string(group) + ", attribute ";
  EXPECT_THAT(attributes_error([](hid_t file) {
                const hid_t type = text_of(8);
                replace_attribute<std::array<char, 8>>(file, group, "status", type, {{"done"}});
                H5Tclose(type);
              }),
              HasSubstr(place + "status: no variable-length string"));
  EXPECT_THAT(attributes_error([](hid_t file) {
                replace_attribute<std::int64_t>(file, group, "frames", H5T_NATIVE_INT64, {1, 2});
              }),
              HasSubstr(place + "frames: no single value"));
  EXPECT_THAT(attributes_error([](hid_t file) {
                replace_attribute<double>(file, group, "hops", H5T_NATIVE_DOUBLE, {1.5});
              }),
              HasSubstr(place + "hops: of an unexpected type"));
}

TEST_F(DamagedFile, MetadataOfAnotherLength) {
  constexpr const char* system = "/metadata/system_info";
  const auto metadata_error = [&](const char* name, std::vector<double> values) {
    change([&](hid_t file) { replace_attribute(file, system, name, H5T_NATIVE_DOUBLE, values); });
    return error_of([&] { (void)tr::Hdf5Reader::open(file_)->metadata(); });
  };
  EXPECT_THAT(metadata_error("temperature", {300, 301}), HasSubstr("temperature: no single value"));
  EXPECT_THAT(metadata_error("lattice_matrix", {1, 2, 3, 4}),
              HasSubstr("lattice_matrix has 4 values instead of 9"));
}

TEST_F(DamagedFile, TextsOfAnotherKind) {
  constexpr const char* poscar = "/metadata/provenance/POSCAR";
  const auto replace = [&](hid_t type, std::vector<hsize_t> shape) {
    change([&](hid_t file) {
      H5Ldelete(file, poscar, H5P_DEFAULT);
      make_dataset(file, poscar, type, shape);
    });
    H5Tclose(type);
    const auto reader = tr::Hdf5Reader::open(file_);
    EXPECT_THAT(error_of([&] { (void)reader->metadata(); }),
                HasSubstr(std::string(poscar) + ": no text of this format"));
    EXPECT_EQ(reader->damaged_provenance(), std::vector<std::string>{"POSCAR"});
  };
  replace(text_of(H5T_VARIABLE), {1});
  replace(text_of(10), {2});
  replace(H5Tcopy(H5T_NATIVE_INT), {1});
}

TEST_F(DamagedFile, ForeignTypesAndFiltersAreNamed) {
  const auto time = std::string(group) + "/time";
  const auto type_of = [&](hid_t type) {
    change([&](hid_t file) {
      H5Ldelete(file, time.c_str(), H5P_DEFAULT);
      make_dataset(file, time.c_str(), type, {3});
    });
    H5Tclose(type);
    const auto stored = tr::Hdf5Reader::open(file_)->find(0, tr::Column::time).value();
    EXPECT_TRUE(stored.chunk.empty());
    EXPECT_EQ(stored.filters, "none");
    return stored.dtype;
  };
  EXPECT_EQ(type_of(text_of(5)), "|S5");
  EXPECT_EQ(type_of(text_of(H5T_VARIABLE)), "|O");
  EXPECT_EQ(type_of(H5Tcreate(H5T_OPAQUE, 16)), "|V16");
  EXPECT_EQ(type_of(H5Tcopy(H5T_STD_U8LE)), "|u1");
  EXPECT_EQ(type_of(H5Tcopy(H5T_STD_I32BE)), ">i4");

  change([&](hid_t file) {
    H5Ldelete(file, time.c_str(), H5P_DEFAULT);
    const hsize_t count = 8;
    const hid_t space = H5Screate_simple(1, &count, nullptr);
    const hid_t creation = H5Pcreate(H5P_DATASET_CREATE);
    H5Pset_chunk(creation, 1, &count);
    H5Pset_scaleoffset(creation, H5Z_SO_INT, 0);
    H5Pset_filter(creation, 32001, H5Z_FLAG_OPTIONAL, 0, nullptr);  // blosc without its settings
    H5Dclose(H5Dcreate2(file, time.c_str(), H5T_STD_I32LE, space, H5P_DEFAULT, creation, H5P_DEFAULT));
    H5Pclose(creation);
    H5Sclose(space);
  });
  const auto stored = tr::Hdf5Reader::open(file_)->find(0, tr::Column::time).value();
  EXPECT_EQ(stored.filters, "scaleoffset + blosc");
  EXPECT_EQ(stored.chunk, std::vector<std::int64_t>{8});
}

TEST_F(DamagedFile, OneCarrierIsACutOutOfTheRows) {
  const auto reader = tr::Hdf5Reader::open(file_);
  const auto npy = path_ / "npy";
  std::filesystem::create_directory(npy);
  {
    tr::NpyWriter writer(npy, layout_);
    for (const auto& block : blocks(layout_, 0, {20, 20})) writer.append(*block);
  }
  const auto npy_reader = tr::open_npy(npy, layout_.columns);
  for (const tr::Reader* from : std::initializer_list<const tr::Reader*>{reader.get(), npy_reader.get()}) {
    for (const tr::Column column : {tr::Column::unwrapped, tr::Column::occupancy}) {
      const tr::ColumnSpec& spec = *layout_.find(column);
      const std::size_t part = spec.row_bytes() / static_cast<std::size_t>(layout_.n_carriers);
      const auto whole = rows(0, spec, 3, 15);
      for (std::int64_t carrier = 0; carrier < layout_.n_carriers; ++carrier) {
        std::vector<std::byte> expected;
        for (std::size_t row = 0; row < 15; ++row) {
          const auto start =
              whole.begin() +
              static_cast<std::ptrdiff_t>(row * spec.row_bytes() + static_cast<std::size_t>(carrier) * part);
          expected.insert(expected.end(), start, start + static_cast<std::ptrdiff_t>(part));
        }
        std::vector<std::byte> found(expected.size());
        from->read_carrier(0, column, carrier, 3, 15, found);
        EXPECT_TRUE(found == expected) << from->place(0, column) << " of carrier " << carrier;
      }
      std::vector<std::byte> out(part);
      EXPECT_THROW(from->read_carrier(0, column, layout_.n_carriers, 0, 1, out), hopmc::IoError);
      EXPECT_THROW(from->read_carrier(0, column, -1, 0, 1, out), hopmc::IoError);
      EXPECT_THROW(from->read_carrier(0, column, 0, 0, 2, out), hopmc::IoError);
      EXPECT_THROW(from->read_carrier(0, column, 0, 20, 1, out), hopmc::IoError);
    }
    std::vector<std::byte> out(8);
    EXPECT_THROW(from->read_carrier(0, tr::Column::time, 0, 0, 1, out), hopmc::IoError);
  }
}

}  // namespace
