#pragma once
// A good shared file that tests change by plain HDF5.

#include <gtest/gtest.h>
#include <hdf5.h>

#include <filesystem>
#include <vector>

#include "hopmc/trajectory/hdf5_writer.hpp"
#include "hopmc/trajectory/reader.hpp"
#include "made_up.hpp"

namespace made_up {

/// A file to damage; every rank has its own.
class DamagedFile : public testing::Test {
 protected:
  void SetUp() override {
    std::filesystem::create_directory(path_);
    tr::Hdf5Writer writer(MPI_COMM_SELF, file_, metadata(1), layout_, 1, {});
    const auto all = blocks(layout_, 0, {20, 20});
    std::vector<const tr::FrameBlock*> mine;
    for (const auto& block : all) mine.push_back(block.get());
    writer.append(mine);
    writer.close();
  }
  /// Changes the file by plain HDF5.
  template <class Change>
  void change(Change&& change) {
    const hid_t file = H5Fopen(file_.c_str(), H5F_ACC_RDWR, H5P_DEFAULT);
    ASSERT_GE(file, 0);
    change(file);
    ASSERT_GE(H5Fclose(file), 0);
  }
  static void make_dataset(hid_t file, const char* path, hid_t type, std::vector<hsize_t> shape) {
    const hid_t space = H5Screate_simple(static_cast<int>(shape.size()), shape.data(), nullptr);
    const hid_t dataset = H5Dcreate2(file, path, type, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    EXPECT_GE(dataset, 0);
    H5Dclose(dataset);
    H5Sclose(space);
  }
  SharedDirectory directory_;
  std::filesystem::path path_ = directory_.path() / std::to_string(rank_of());
  std::filesystem::path file_ = path_ / tr::shared_file_name;
  tr::Layout layout_ = full_layout();
};

}  // namespace made_up
