// Results beside the trajectories: they come back, and a shared file that has no room for them stays as it
// was.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <optional>

#include "faults.hpp"
#include "hopmc/trajectory/hdf5_writer.hpp"
#include "hopmc/trajectory/reader.hpp"
#include "hopmc/trajectory/results.hpp"

namespace {

using namespace made_up;
namespace fs = std::filesystem;
using testing::HasSubstr;

/// As many objects and attributes as are counted when room is made, with few bytes each.
tr::Results small_pieces(int n) {
  tr::Results results{{"found", {}}, {}};
  for (int i = 0; i < n; ++i) {
    const std::string number = std::to_string(i);
    const std::string units = "units of fact " + number;
    results.note.facts.push_back({"fact" + number, std::vector<std::int64_t>{i}, units});
    results.quantities.push_back(
        {"quantity" + number, {1}, {i + 0.5}, "bohr", "m", 5e-11, std::string(200, 'x')});
  }
  return results;
}

tr::Results one_array(std::size_t n_values) {
  tr::Results results{{"found", {{"texts", std::vector<std::string>{"a", "b"}, ""}}}, {}};
  results.quantities.push_back({"array", {static_cast<std::int64_t>(n_values)}, {}, "1", "1", 1, "an array"});
  for (std::size_t i = 0; i < n_values; ++i) {
    results.quantities[0].values.push_back(1.0 / static_cast<double>(i + 1));
  }
  return results;
}

std::string bytes_of(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

/// A directory of each rank alone: one rank appends.
class AppendedResults : public testing::Test {
 protected:
  void SetUp() override { fs::create_directory(path()); }
  [[nodiscard]] fs::path path() const { return directory_.path() / std::to_string(rank_of()); }
  /// A complete shared file with one trajectory.
  [[nodiscard]] fs::path write_file(const fs::path& folder) const {
    const fs::path file = folder / tr::shared_file_name;
    tr::Hdf5Writer writer(MPI_COMM_SELF, file, metadata(1), layout_, 1, {});
    for (const auto& block : blocks(layout_, 0, {40, 40})) {
      const tr::FrameBlock* const pointer = block.get();
      writer.append({&pointer, 1});
    }
    writer.close();
    return file;
  }
  SharedDirectory directory_;
  tr::Layout layout_ = full_layout();
};

TEST_F(AppendedResults, ComeBackAndFitInTheRoomThatIsMade) {
  // The numbers of serial_file.cpp. What HDF5 does not use is given back by the time it closes.
  constexpr std::uintmax_t overhead = 32 << 10;
  constexpr std::uintmax_t each = 4 << 10;
  for (const auto& results : {small_pieces(1), small_pieces(100), one_array(100'000)}) {
    const fs::path file = write_file(path());
    const auto before = fs::file_size(file);
    tr::append_results(file, results);
    const std::size_t n_objects = 2 + results.note.facts.size() + results.quantities.size();
    const std::size_t values = results.quantities[0].values.size() * sizeof(double);
    EXPECT_LT(fs::file_size(file) - before, overhead + each * n_objects + values);
    const auto back = tr::Hdf5Reader::open(file)->results("found");
    ASSERT_TRUE(back.has_value());
    ASSERT_EQ(back->note.facts.size(), results.note.facts.size());
    ASSERT_EQ(back->quantities.size(), results.quantities.size());
    for (const tr::Quantity& expected : results.quantities) {
      const tr::Quantity* const found = back->find(expected.name);
      ASSERT_NE(found, nullptr) << expected.name;
      EXPECT_EQ(found->values, expected.values);
      EXPECT_EQ(found->about, expected.about);
    }
    fs::remove(file);
  }
}

TEST_F(AppendedResults, LeaveTheFileAsItWasWhereItCannotGrow) {
  const fs::path file = write_file(path());
  const std::string before = bytes_of(file);
  const tr::Results results = one_array(1000);
  for (const std::size_t room : {0, 1, 2000, 8000, 20'000}) {
    const FileSizeLimit limit(before.size() + room);
    const std::string message = error_of([&] { tr::append_results(file, results); });
    EXPECT_THAT(message, HasSubstr(file.string() + ": cannot make room"));
    EXPECT_THAT(message, HasSubstr("File too large"));
    EXPECT_TRUE(bytes_of(file) == before) << room;
  }
  tr::append_results(file, results);
  EXPECT_EQ(tr::Hdf5Reader::open(file)->results("found")->quantities[0].values, results.quantities[0].values);
}

TEST_F(AppendedResults, LeaveTheFileAsItWasOnAFullDisk) {
  const SharedDirectory directory;
  const SmallFileSystem small(directory.path() / "small");
  if (!small.mounted()) GTEST_SKIP() << "a small file system cannot be mounted here";
  if (rank_of() != 0) return;
  const fs::path file = write_file(directory.path() / "small");
  const std::string before = bytes_of(file);
  std::ofstream ballast(directory.path() / "small" / "ballast");
  const auto left = [&] { return fs::space(directory.path() / "small").available; };
  for (constexpr std::uintmax_t page = 4096; left() > 3 * page;)
    ballast << std::string(page, 'x') << std::flush;
  const std::string message = error_of([&] { tr::append_results(file, one_array(1000)); });
  EXPECT_THAT(message, HasSubstr("No space left on device"));
  EXPECT_TRUE(bytes_of(file) == before);
  EXPECT_GT(left(), 0U) << "what was set aside is given back";
}

TEST_F(AppendedResults, NeedTheFile) {
  EXPECT_THAT(error_of([&] { tr::append_results(path() / "none.h5", one_array(1)); }),
              HasSubstr("No such file or directory"));
  std::ofstream(path() / "text.h5") << "not HDF5";
  EXPECT_THAT(error_of([&] { tr::append_results(path() / "text.h5", one_array(1)); }),
              HasSubstr("text.h5: cannot open the file"));
}

TEST_F(AppendedResults, AreNotWrittenTwice) {
  const fs::path file = write_file(path());
  tr::append_results(file, one_array(10));
  EXPECT_THAT(error_of([&] { tr::append_results(file, one_array(10)); }),
              HasSubstr("create the group of results"));
  EXPECT_EQ(tr::Hdf5Reader::open(file)->trajectories().size(), 1U);
  EXPECT_FALSE(tr::Hdf5Reader::open(file)->results("others").has_value());
}

}  // namespace
