// npy files: valid after every append, and read as strictly as numpy reads them.
#include <gtest/gtest.h>

#include <fstream>

#include "hopmc/config/errors.hpp"
#include "hopmc/trajectory/npy_writer.hpp"
#include "hopmc/trajectory/reader.hpp"
#include "made_up.hpp"

namespace {

using namespace made_up;

/// A directory of this rank alone.
class Npy : public testing::Test {
 protected:
  [[nodiscard]] std::filesystem::path path() const { return directory_.path() / std::to_string(rank_of()); }
  void SetUp() override { std::filesystem::create_directory(path()); }

  /// A file time.npy of trajectory 0 with this content.
  void put(const std::string& content) const {
    std::filesystem::create_directories(path() / "traj1");
    std::ofstream(path() / "traj1" / "time.npy", std::ios::binary | std::ios::trunc) << content;
  }
  /// An npy file of version `major` with this dictionary and 16 bytes of data.
  static std::string npy(const std::string& dictionary, char major = 1) {
    std::string text = "\x93NUMPY";
    text += major;
    text += '\0';
    text += static_cast<char>(dictionary.size() % 256);
    text += static_cast<char>(dictionary.size() / 256);
    text.append(major == 1 ? 0 : 2, '\0');
    return text + dictionary + std::string(16, '\0');
  }
  [[nodiscard]] std::unique_ptr<tr::Reader> reader() const { return tr::open_npy(path(), layout_.columns); }
  [[nodiscard]] std::string error() const {
    try {
      (void)reader()->find(0, tr::Column::time);
    } catch (const hopmc::IoError& error) {
      EXPECT_NE(std::string(error.what()).find("time.npy"), std::string::npos);
      return error.what();
    }
    return "no error";
  }
  SharedDirectory directory_;
  tr::Layout layout_ = full_layout(1, 8, 1000);
};

TEST_F(Npy, IsAValidArrayAfterEveryAppend) {
  tr::NpyWriter writer(path(), layout_);
  std::int64_t n_rows = 0;
  for (const auto& block : blocks(layout_, 6, {30, 20})) {
    writer.append(*block);
    n_rows += block->rows(tr::Axis::frame);
    EXPECT_EQ(reader()->trajectories(), std::vector<std::int64_t>{6});
    const auto expected = rows(6, *layout_.find(tr::Column::wrapped), 0, n_rows);
    const auto stored = reader()->find(6, tr::Column::wrapped);
    ASSERT_TRUE(stored.has_value());
    EXPECT_EQ(stored->shape, (std::vector<std::int64_t>{n_rows, 3}));
    EXPECT_EQ(stored->stored_bytes, 128 + static_cast<std::int64_t>(expected.size()));
    std::vector<std::byte> found(expected.size());
    reader()->read(6, tr::Column::wrapped, 0, n_rows, found);
    EXPECT_TRUE(found == expected);
  }
  std::int64_t on_disk = 0;
  for (const auto& entry : std::filesystem::directory_iterator(path() / "traj7")) {
    on_disk += static_cast<std::int64_t>(entry.file_size());
  }
  EXPECT_EQ(writer.bytes(), on_disk);
}

TEST_F(Npy, HeaderIsNumpys) {
  tr::NpyWriter writer(path(), layout_);
  for (const auto& block : blocks(layout_, 0, {5, 5})) writer.append(*block);
  std::ifstream in(path() / "traj1" / "occupancy.npy", std::ios::binary);
  std::string header(128, ' ');
  in.read(header.data(), 128);
  EXPECT_EQ(header.substr(0, 10), std::string("\x93NUMPY\x01\x00\x76\x00", 10));
  EXPECT_EQ(header.substr(10, 59), "{'descr': '<i4', 'fortran_order': False, 'shape': (5, 1), }");
  EXPECT_EQ(header.back(), '\n');
}

TEST_F(Npy, BlocksOutOfOrderAreRefused) {
  tr::NpyWriter writer(path(), layout_);
  const auto all = blocks(layout_, 0, {30, 20});
  writer.append(*all[0]);
  EXPECT_THROW(writer.append(*all[2]), std::logic_error);
}

TEST_F(Npy, OtherDirectoriesAreNoTrajectories) {
  for (const char* name : {"traj01", "traj", "traj2x", "traj0", "traj-1", "traj12"}) {
    std::filesystem::create_directory(path() / name);
  }
  std::ofstream(path() / "traj3") << "a file";
  EXPECT_EQ(reader()->trajectories(), std::vector<std::int64_t>{11});
  EXPECT_FALSE(reader()->find(11, tr::Column::time).has_value());
  EXPECT_THROW((void)tr::open_npy(path() / "missing", layout_.columns), hopmc::IoError);
}

TEST_F(Npy, OtherTypesAndVersionsAreReportedAsTheyAre) {
  put(npy("{'shape': (2, 2), 'fortran_order': False, 'descr': '>f4'}\n", 2));
  const auto stored = reader()->find(0, tr::Column::time);
  ASSERT_TRUE(stored.has_value());
  EXPECT_EQ(stored->dtype, ">f4");
  EXPECT_EQ(stored->shape, (std::vector<std::int64_t>{2, 2}));
  std::vector<std::byte> out(8);
  EXPECT_THROW(reader()->read(0, tr::Column::time, 0, 1, out), hopmc::IoError);
}

TEST_F(Npy, DamageIsAnErrorWithPlaceAndReason) {
  const std::string good = "{'descr': '<f8', 'fortran_order': False, 'shape': (2,), }\n";
  put(npy(good));
  EXPECT_EQ(error(), "no error");
  put("");
  EXPECT_NE(error().find("not an npy file"), std::string::npos);
  put(std::string(300, 'x'));
  EXPECT_NE(error().find("not an npy file"), std::string::npos);
  put(npy(good, 9));
  EXPECT_NE(error().find("npy format 9 is unknown"), std::string::npos);
  put(npy(good).substr(0, 40));
  EXPECT_NE(error().find("longer than the file"), std::string::npos);
  put(npy("{'descr': '<f8', 'fortran_order': False, 'shape': (3,), }\n"));
  EXPECT_NE(error().find("truncated: the header promises 24 bytes of data, 16 are there"), std::string::npos);
  put(npy("{'descr': '<f8', 'fortran_order': False, 'shape': (9999999999, 9999999999), }\n"));
  EXPECT_NE(error().find("truncated"), std::string::npos);
  put(npy("{'descr': '<f8', 'fortran_order': False, 'shape': (-2,), }\n"));
  EXPECT_NE(error().find("makes no sense"), std::string::npos);
  put(npy("{'descr': '<f8', 'fortran_order': True, 'shape': (1, 2), }\n"));
  EXPECT_NE(error().find("Fortran order"), std::string::npos);
  put(npy("{'descr': '<f8', 'shape': (2,), }\n"));
  EXPECT_NE(error().find("no fortran_order"), std::string::npos);
  put(npy("{'descr': '" + std::string(60'000, 'x') + "\n"));
  EXPECT_NE(error().find("no descr"), std::string::npos);
  put(npy("{'descr': " + std::string(60'000, ' ') + "'<f8', 'fortran_order' : False, 'shape':(2,)}"));
  EXPECT_EQ(error(), "no error");
}

TEST(Crc32, IsZlibs) {
  const std::string text = "123456789";
  const auto bytes = std::as_bytes(std::span(text));
  EXPECT_EQ(tr::crc32(0, bytes), 0xcbf43926U);
  EXPECT_EQ(tr::crc32(tr::crc32(0, bytes.first(4)), bytes.subspan(4)), 0xcbf43926U);
}

}  // namespace
