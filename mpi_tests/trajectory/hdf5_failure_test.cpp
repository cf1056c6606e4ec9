// A failure on any rank is an IoError on all of them, nobody waits for ever, and what was good stays good.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <optional>
#include <random>

#include "faults.hpp"
#include "hopmc/trajectory/hdf5_writer.hpp"
#include "hopmc/trajectory/npy_writer.hpp"
#include "hopmc/trajectory/reader.hpp"
#include "made_up.hpp"

namespace {

using namespace made_up;
using testing::HasSubstr;

void create(const std::filesystem::path& file, const tr::Layout& layout) {
  tr::Hdf5Writer writer(MPI_COMM_WORLD, file, metadata(3), layout, 3, {});
  writer.close();
}

TEST(Hdf5Failure, ExistingFileIsLeftAlone) {
  const SharedDirectory directory;
  if (rank_of() == 0) std::ofstream(directory.file()) << "precious";
  const tr::Layout layout = full_layout();
  const std::string message = error_of([&] { create(directory.file(), layout); });
  expect_equal_on_all_ranks(message);
  EXPECT_THAT(message, HasSubstr(directory.file().string()));
  EXPECT_THAT(message, HasSubstr("File exists"));
  std::string content;
  std::ifstream(directory.file()) >> content;
  EXPECT_EQ(content, "precious");
}

TEST(Hdf5Failure, MissingDirectory) {
  const SharedDirectory directory;
  const tr::Layout layout = full_layout();
  const auto file = directory.path() / "nowhere" / "x.h5";
  const std::string message = error_of([&] { create(file, layout); });
  expect_equal_on_all_ranks(message);
  EXPECT_THAT(message, HasSubstr(file.string()));
  EXPECT_THAT(message, HasSubstr("No such file or directory"));
}

TEST(Hdf5Failure, BlocksOutOfOrderOnOneRank) {
  const SharedDirectory directory;
  const tr::Layout layout = full_layout();
  tr::Hdf5Writer writer(MPI_COMM_WORLD, directory.file(), metadata(3), layout, 3, {});
  const auto all = blocks(layout, 0, {64, 64});
  std::vector<const tr::FrameBlock*> wrong;
  if (rank_of() == size_of() - 1) wrong.push_back(all[1].get());
  const std::string message = error_of([&] { writer.append(wrong); });
  expect_equal_on_all_ranks(message);
  EXPECT_THAT(message, HasSubstr("trajectory 1: a block starts at frame row 16 instead of 0"));
  EXPECT_THROW(writer.append({}), std::logic_error);
}

TEST(Hdf5Failure, OneTrajectoryOfTwoRanks) {
  if (size_of() == 1) GTEST_SKIP() << "needs two ranks";
  const SharedDirectory directory;
  const tr::Layout layout = full_layout();
  tr::Hdf5Writer writer(MPI_COMM_WORLD, directory.file(), metadata(3), layout, 3, {});
  const auto all = blocks(layout, 1, {8, 8});
  const tr::FrameBlock* const block = all[0].get();
  try {
    writer.append({&block, 1});
    FAIL() << "no error";
  } catch (const std::logic_error& error) {
    EXPECT_STREQ(error.what(), "two ranks bring rows of trajectory 2");
  }
  EXPECT_THROW(writer.close(), std::logic_error);
}

TEST(Hdf5Failure, AnotherErrorUnderWayClosesNothingCollectively) {
  // One rank unwinds on its own: its writer must not wait for the others.
  const SharedDirectory directory;
  const tr::Layout layout = full_layout();
  const auto run = [&] {
    tr::Hdf5Writer writer(MPI_COMM_WORLD, directory.file(), metadata(3), layout, 3, {});
    writer.append({});
    if (rank_of() == 0) throw std::runtime_error("of rank 0");
    MPI_Barrier(MPI_COMM_SELF);
    throw std::runtime_error("of the others");
  };
  EXPECT_THROW(run(), std::runtime_error);
}

/// Rows that do not compress.
std::vector<std::unique_ptr<tr::FrameBlock>> noise(const tr::Layout& layout, std::int64_t trajectory,
                                                   int n_blocks) {
  std::vector<std::unique_ptr<tr::FrameBlock>> result;
  std::mt19937_64 random(static_cast<unsigned>(trajectory));
  for (int i = 0; i < n_blocks; ++i) {
    result.push_back(std::make_unique<tr::FrameBlock>(layout, trajectory, i * layout.chunk_frames, 0));
    const auto columns = result.back()->frame_columns();
    const std::size_t n = columns.capacity * layout.find(tr::Column::unwrapped)->width;
    for (std::size_t k = 0; k < n; ++k) columns.unwrapped[k] = static_cast<double>(random());
    result.back()->add({columns.capacity, 0, false}, i);
  }
  return result;
}

/// Appends until the file system is full; the error of that.
std::string fill_up(const std::filesystem::path& file, const tr::Layout& layout, tr::Hdf5Options options) {
  tr::Hdf5Writer writer(MPI_COMM_WORLD, file, metadata(100), layout, 100, options);
  constexpr int n_blocks = 100;
  const auto mine = noise(layout, rank_of(), n_blocks);
  std::size_t appended = 0;
  return error_of([&] {
    for (; appended < mine.size(); ++appended) {
      const tr::FrameBlock* const block = mine[appended].get();
      writer.append({&block, 1});
    }
  });
}

class Hdf5DiskFull : public testing::TestWithParam<tr::Hdf5Options> {};
TEST_P(Hdf5DiskFull, IsAgreedByAllRanks) {
  const SharedDirectory directory;
  const auto path = directory.path() / "small";
  const SmallFileSystem small(path);
  const tr::Layout layout = full_layout(4, 256);
  const std::string message = fill_up(path / "full.h5", layout, GetParam());
  expect_equal_on_all_ranks(message);
  EXPECT_THAT(message, HasSubstr("full.h5"));
  EXPECT_THAT(message, HasSubstr(small.reason()));
}
INSTANTIATE_TEST_SUITE_P(All, Hdf5DiskFull,
                         testing::Values(tr::Hdf5Options{},
                                         tr::Hdf5Options{hopmc::config::Compression::none, 0, false, false}));

TEST(Hdf5Failure, DiskFullWhileCreating) {
  const SharedDirectory directory;
  const auto path = directory.path() / "small";
  const SmallFileSystem small(path);
  if (rank_of() == 0) std::ofstream(path / "ballast") << std::string(std::size_t{2} << 20, 'x');
  std::optional<FileSizeLimit> unless_full;
  if (!small.mounted()) unless_full.emplace(1000);
  MPI_Barrier(MPI_COMM_WORLD);
  const tr::Layout layout = full_layout();
  const std::string message = error_of([&] { create(path / "full.h5", layout); });
  expect_equal_on_all_ranks(message);
  EXPECT_THAT(message, testing::AnyOf(HasSubstr("No space left on device"), HasSubstr("File too large")));
  EXPECT_FALSE(std::filesystem::exists(path / "full.h5"));
}

TEST(Hdf5Failure, WriteFailsOnOneRankOnly) {
  // Rank 0 always writes for itself, metadata if nothing else.
  const SharedDirectory directory;
  const tr::Layout layout = full_layout(4, 256);
  const FileSizeLimit limit(rank_of() == 0 ? rlim_t{100'000} : RLIM_INFINITY);
  const std::string message = fill_up(directory.file(), layout, {});
  expect_equal_on_all_ranks(message);
  EXPECT_THAT(message, HasSubstr(directory.file().string()));
}

TEST(NpyFailure, DiskFullNamesFileAndReason) {
  const SharedDirectory directory;
  const tr::Layout layout = full_layout(4, 256);
  const auto mine = noise(layout, rank_of(), 20);
  tr::NpyWriter writer(directory.path(), layout);
  writer.append(*mine[0]);
  const std::string name = tr::directory_name(rank_of()) + "/unwrapped_traj.npy";
  {
    const FileSizeLimit limit(100'000);
    const std::string message = error_of([&] {
      for (std::size_t i = 1; i < mine.size(); ++i) writer.append(*mine[i]);
    });
    EXPECT_THAT(message, HasSubstr((directory.path() / name).string()));
    EXPECT_THAT(message, HasSubstr("File too large"));
  }
  // The rows that were complete can still be read.
  const auto reader = tr::open_npy(directory.path(), layout.columns);
  const auto stored = reader->find(rank_of(), tr::Column::unwrapped);
  ASSERT_TRUE(stored.has_value());
  EXPECT_EQ(stored->shape, (std::vector<std::int64_t>{1024, 12}));
}

TEST(NpyFailure, ExistingFileIsLeftAlone) {
  const SharedDirectory directory;
  const tr::Layout layout = full_layout();
  const auto all = blocks(layout, rank_of(), {20, 20});
  const auto file = directory.path() / tr::directory_name(rank_of()) / "wrapped_traj.npy";
  std::filesystem::create_directory(file.parent_path());
  std::ofstream(file) << "precious";
  tr::NpyWriter writer(directory.path(), layout);
  const std::string message = error_of([&] { writer.append(*all[0]); });
  EXPECT_THAT(message, HasSubstr(file.string()));
  EXPECT_THAT(message, HasSubstr("File exists"));
  EXPECT_EQ(std::filesystem::file_size(file), 8U);
}

}  // namespace
