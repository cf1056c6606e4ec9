// Part files: what is where, and that readers see one shared file wherever the directory is.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "hopmc/config/errors.hpp"
#include "hopmc/trajectory/hdf5_writer.hpp"
#include "hopmc/trajectory/reader.hpp"
#include "made_up.hpp"

namespace {

using namespace made_up;
namespace fs = std::filesystem;

constexpr Length length{40, 0};

tr::Layout small_layout() {
  hopmc::config::OutputConfig output;
  output.time.write = false;
  output.chunk_frames = 16;
  return tr::make_layout(output, 2, length.frames, 1);
}

std::string part_name(int part) {
  return "part_00" + std::to_string(part + 1) + ".h5";
}

void expect_all(const fs::path& file, const tr::Layout& layout) {
  const auto reader = tr::Hdf5Reader::open(file);
  EXPECT_TRUE(reader->unknown_groups().empty());
  EXPECT_EQ(reader->metadata().n_traj, size_of());
  ASSERT_EQ(reader->trajectories().size(), static_cast<std::size_t>(size_of()));
  for (const std::int64_t trajectory : reader->trajectories()) {
    EXPECT_EQ(reader->attributes(trajectory).status, "complete");
    for (const tr::ColumnSpec& spec : layout.columns) {
      const auto expected = rows(trajectory, spec, 0, length.frames);
      std::vector<std::byte> found(expected.size());
      reader->read(trajectory, spec.column, 0, length.frames, found);
      EXPECT_TRUE(found == expected) << reader->place(trajectory, spec.column);
    }
  }
}

class PartFiles : public testing::TestWithParam<int> {};

TEST_P(PartFiles, HoldEachRanksTrajectoriesAndMayBeMoved) {
  const SharedDirectory directory;
  const tr::Layout layout = small_layout();
  const fs::path home = directory.path() / "first";
  const fs::path away = directory.path() / "second";
  if (rank_of() == 0) fs::create_directory(home);
  MPI_Barrier(MPI_COMM_WORLD);
  const auto mine = blocks(layout, rank_of(), length);
  tr::Hdf5Writer writer(MPI_COMM_WORLD, home / tr::shared_file_name, metadata(size_of()), layout, size_of(),
                        tr::Hdf5Options{.ranks_per_file = GetParam()});
  for (const auto& block : mine) {
    const std::vector<const tr::FrameBlock*> batch{block.get()};
    writer.append(batch);
    // After every append: all trajectories are linked.
    if (rank_of() == 0) {
      EXPECT_EQ(tr::Hdf5Reader::open(home / tr::shared_file_name)->unknown_groups().size(), 0U);
      EXPECT_EQ(tr::Hdf5Reader::open(home / tr::shared_file_name)->trajectories().size(),
                static_cast<std::size_t>(size_of()));
    }
    MPI_Barrier(MPI_COMM_WORLD);
  }
  writer.close();
  MPI_Barrier(MPI_COMM_WORLD);
  const int n_parts = (size_of() + GetParam() - 1) / GetParam();
  for (int part = 0; part < n_parts; ++part) {
    EXPECT_TRUE(fs::exists(home / tr::parts_directory_name / part_name(part))) << part;
  }
  EXPECT_FALSE(fs::exists(home / tr::parts_directory_name / part_name(n_parts)));
  EXPECT_GT(tr::stored_bytes(home / tr::shared_file_name),
            static_cast<std::int64_t>(fs::file_size(home / tr::shared_file_name)));
  expect_all(home / tr::shared_file_name, layout);
  MPI_Barrier(MPI_COMM_WORLD);
  if (rank_of() == 0) fs::rename(home, away);
  MPI_Barrier(MPI_COMM_WORLD);
  expect_all(away / tr::shared_file_name, layout);
}
INSTANTIATE_TEST_SUITE_P(All, PartFiles, testing::Values(1, 2, 3, 100));

TEST(PartFilesFailure, PartThatCannotBeMadeFailsOnAllRanks) {
  const SharedDirectory directory;
  const tr::Layout layout = small_layout();
  if (rank_of() == 0) std::ofstream(directory.path() / tr::parts_directory_name) << "in the way";
  MPI_Barrier(MPI_COMM_WORLD);
  EXPECT_THROW(tr::Hdf5Writer(MPI_COMM_WORLD, directory.file(), metadata(size_of()), layout, size_of(),
                              tr::Hdf5Options{.ranks_per_file = 1}),
               hopmc::IoError);
}

TEST(PartFilesFailure, MissingPartIsSeen) {
  const SharedDirectory directory;
  const tr::Layout layout = small_layout();
  {
    tr::Hdf5Writer writer(MPI_COMM_WORLD, directory.file(), metadata(size_of()), layout, size_of(),
                          tr::Hdf5Options{.ranks_per_file = 1});
    for (const auto& block : blocks(layout, rank_of(), length)) {
      const std::vector<const tr::FrameBlock*> batch{block.get()};
      writer.append(batch);
    }
    writer.close();
  }
  MPI_Barrier(MPI_COMM_WORLD);
  if (rank_of() == 0) fs::remove(directory.path() / tr::parts_directory_name / part_name(0));
  MPI_Barrier(MPI_COMM_WORLD);
  const auto reader = tr::Hdf5Reader::open(directory.file());
  EXPECT_EQ(reader->trajectories().size(), static_cast<std::size_t>(size_of() - 1));
  EXPECT_EQ(reader->unknown_groups(), std::vector<std::string>{"traj_001"});
}

}  // namespace
