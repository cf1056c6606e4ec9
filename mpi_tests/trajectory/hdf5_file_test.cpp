// The shared file as others see it: while it grows, its metadata, its attributes.
#include <gtest/gtest.h>
#include <hdf5.h>

#include <fstream>
#include <sstream>

#include "damaged_file.hpp"
#include "hopmc/config/errors.hpp"
#include "hopmc/trajectory/compression_timer.hpp"
#include "hopmc/trajectory/hdf5_writer.hpp"
#include "hopmc/trajectory/reader.hpp"
#include "made_up.hpp"

namespace {

using namespace made_up;

TEST(Hdf5File, OpensBetweenAppendsWithTheRowsWrittenSoFar) {
  const SharedDirectory directory;
  const tr::Layout layout = full_layout(1, 8, 1000);
  const std::int64_t n_traj = size_of();
  tr::Hdf5Writer writer(MPI_COMM_WORLD, directory.file(), metadata(n_traj), layout, n_traj, {});
  const Length length{30, 20};
  const auto mine = blocks(layout, rank_of(), length);
  ASSERT_EQ(mine.size(), 4U);
  std::int64_t n_rows = 0;
  for (const auto& block : mine) {
    const tr::FrameBlock* const one = block.get();
    writer.append({&one, 1});
    n_rows += block->rows(tr::Axis::frame);
    const auto reader = tr::Hdf5Reader::open(directory.file());
    ASSERT_EQ(reader->trajectories().size(), static_cast<std::size_t>(n_traj));
    for (std::int64_t trajectory = 0; trajectory < n_traj; ++trajectory) {
      EXPECT_EQ(reader->attributes(trajectory).frames, n_rows);
      EXPECT_EQ(reader->attributes(trajectory).status, n_rows == length.frames ? "complete" : "partial");
      const auto& spec = *layout.find(tr::Column::unwrapped);
      const auto stored = reader->find(trajectory, tr::Column::unwrapped);
      ASSERT_TRUE(stored.has_value());
      EXPECT_EQ(stored->shape.front(), n_rows);
      const auto expected = rows(trajectory, spec, 0, n_rows);
      std::vector<std::byte> found(expected.size());
      reader->read(trajectory, tr::Column::unwrapped, 0, n_rows, found);
      EXPECT_TRUE(found == expected);
      EXPECT_EQ(stored->crc32, tr::crc32(0, expected));
      EXPECT_EQ(stored->trajectory, trajectory);
    }
    MPI_Barrier(MPI_COMM_WORLD);  // nobody appends while others read
  }
  writer.close();
}

TEST(Hdf5File, KeepsMetadata) {
  const SharedDirectory directory;
  const tr::Layout layout = full_layout();
  const tr::RunMetadata written = metadata(12);
  tr::Hdf5Writer writer(MPI_COMM_WORLD, directory.file(), written, layout, 12, {});
  writer.close();
  writer.close();  // does nothing
  const auto reader = tr::Hdf5Reader::open(directory.file());
  const tr::RunMetadata read = reader->metadata();
  EXPECT_EQ(read.version, written.version);
  EXPECT_EQ(read.created_on, written.created_on);
  EXPECT_EQ(read.pycd_version, "");
  EXPECT_EQ(read.lattice_matrix, written.lattice_matrix);
  EXPECT_EQ(read.pbc, written.pbc);
  EXPECT_EQ(read.system_size, written.system_size);
  EXPECT_EQ(read.species_count, written.species_count);
  EXPECT_EQ(read.species_types, written.species_types);
  EXPECT_EQ(read.temperature, written.temperature);
  EXPECT_EQ(read.time_interval, written.time_interval);
  EXPECT_EQ(read.t_final, written.t_final);
  EXPECT_EQ(read.n_traj, written.n_traj);
  EXPECT_EQ(read.random_seed, written.random_seed);
  EXPECT_EQ(read.n_frames, written.n_frames);
  EXPECT_EQ(read.command_line, written.command_line);
  EXPECT_EQ(read.git_commit, written.git_commit);
  EXPECT_EQ(read.build_type, written.build_type);
  EXPECT_EQ(read.compiler, written.compiler);
  EXPECT_EQ(read.mpi_version, written.mpi_version);
  EXPECT_EQ(read.hdf5_version, written.hdf5_version);
  EXPECT_EQ(read.rng, written.rng);
  EXPECT_EQ(read.ranks, written.ranks);
  EXPECT_EQ(read.effective_config, written.effective_config);
  EXPECT_EQ(read.simulation_parameters_yml, written.simulation_parameters_yml);
  EXPECT_EQ(read.sys_config_yml, written.sys_config_yml);
  EXPECT_EQ(read.poscar, written.poscar);
  EXPECT_TRUE(reader->damaged_provenance().empty());
  EXPECT_TRUE(reader->unknown_groups().empty());
  EXPECT_TRUE(reader->trajectories().empty());
}

TEST(Hdf5File, EmptyTextsAreKept) {
  const SharedDirectory directory;
  const tr::Layout layout = full_layout();
  tr::RunMetadata written = metadata(1);
  written.effective_config.clear();
  tr::Hdf5Writer(MPI_COMM_WORLD, directory.file(), written, layout, 1, {}).close();
  const auto reader = tr::Hdf5Reader::open(directory.file());
  EXPECT_EQ(reader->metadata().effective_config, "");
  EXPECT_TRUE(reader->damaged_provenance().empty());
}

TEST(Hdf5File, CompressionIsTimed) {
  const SharedDirectory directory;
  const tr::Layout layout = full_layout(4, 4096);
  const double before = tr::compression_seconds();
  const auto mine = blocks(layout, rank_of(), {4096, 100});
  const tr::FrameBlock* const block = mine.front().get();
  tr::Hdf5Writer writer(MPI_COMM_WORLD, directory.file(), metadata(size_of()), layout, size_of(),
                        {.level = 9});
  writer.append({&block, 1});
  writer.close();
  EXPECT_GT(tr::compression_seconds(), before);
  EXPECT_LE(tr::compression_seconds() - before, writer.statistics().write_seconds);
}

TEST(Hdf5File, RowsOfZerosComeBackAsZeros) {
  // Zeros are compressed from memory.
  const SharedDirectory directory;
  hopmc::config::OutputConfig output;
  output.time.write = false;
  output.chunk_frames = 64;
  const tr::Layout layout = tr::make_layout(output, 1, -1, 1);
  tr::FrameBlock block(layout, rank_of(), 0, 0);
  block.add({64, 0, false}, 0);
  tr::FrameBlock last(layout, rank_of(), 64, 0);
  last.add({5, 0, true}, 0);
  const std::vector<const tr::FrameBlock*> both{&block, &last};
  tr::Hdf5Writer writer(MPI_COMM_WORLD, directory.file(), metadata(size_of()), layout, size_of(), {});
  writer.append(both);
  writer.close();
  const auto reader = tr::Hdf5Reader::open(directory.file());
  std::vector<std::byte> found(69 * 24, std::byte{1});
  reader->read(rank_of(), tr::Column::unwrapped, 0, 69, found);
  EXPECT_TRUE(found == std::vector<std::byte>(69 * 24));
}

TEST_F(DamagedFile, TruncatedAnywhereIsAnErrorNotACrash) {
  std::ifstream in(file_, std::ios::binary);
  std::stringstream content;
  content << in.rdbuf();
  const std::string all = content.str();
  for (std::size_t size = 0; size < all.size(); size += all.size() / 23) {
    std::ofstream(file_, std::ios::binary | std::ios::trunc) << all.substr(0, size);
    EXPECT_THROW((void)tr::Hdf5Reader::open(file_), hopmc::IoError) << size << " bytes";
  }
}

TEST_F(DamagedFile, OtherThingsAreNotOpened) {
  EXPECT_THROW((void)tr::Hdf5Reader::open(path_), hopmc::IoError);
  EXPECT_THROW((void)tr::Hdf5Reader::open(path_ / "missing.h5"), hopmc::IoError);
  const auto foreign = path_ / "foreign.h5";
  H5Fclose(H5Fcreate(foreign.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT));
  EXPECT_THROW((void)tr::Hdf5Reader::open(foreign), hopmc::IoError);
}

TEST_F(DamagedFile, WrongTypeAndShapeAreReportedAsTheyAre) {
  change([](hid_t file) {
    H5Ldelete(file, "/trajectories/traj_001/time", H5P_DEFAULT);
    make_dataset(file, "/trajectories/traj_001/time", H5T_IEEE_F32BE, {7, 3});
    H5Ldelete(file, "/trajectories/traj_001/energy", H5P_DEFAULT);
    make_dataset(file, "/trajectories/traj_001/energy", H5T_STD_U16LE, {});
  });
  const auto reader = tr::Hdf5Reader::open(file_);
  const auto stored = reader->find(0, tr::Column::time);
  ASSERT_TRUE(stored.has_value());
  EXPECT_EQ(stored->dtype, ">f4");
  EXPECT_EQ(stored->shape, (std::vector<std::int64_t>{7, 3}));
  EXPECT_FALSE(stored->crc32.has_value());
  EXPECT_FALSE(stored->trajectory.has_value());
  EXPECT_EQ(reader->find(0, tr::Column::energy)->dtype, "<u2");
  std::vector<std::byte> out(8);
  EXPECT_THROW(reader->read(0, tr::Column::time, 0, 1, out), hopmc::IoError);
  EXPECT_THROW(reader->read(0, tr::Column::energy, 0, 1, out), hopmc::IoError);
}

TEST_F(DamagedFile, MissingPartsAreNamed) {
  change([](hid_t file) {
    H5Ldelete(file, "/trajectories/traj_001/coordinates", H5P_DEFAULT);
    H5Ldelete(file, "/metadata/system_info", H5P_DEFAULT);
    H5Adelete_by_name(file, "/trajectories/traj_001", "hops", H5P_DEFAULT);
  });
  const auto reader = tr::Hdf5Reader::open(file_);
  EXPECT_FALSE(reader->find(0, tr::Column::unwrapped).has_value());
  EXPECT_FALSE(reader->find(5, tr::Column::time).has_value());
  std::vector<std::byte> out(8);
  EXPECT_THROW(reader->read(0, tr::Column::unwrapped, 0, 1, out), hopmc::IoError);
  EXPECT_THROW((void)reader->metadata(), hopmc::IoError);
  try {
    (void)reader->attributes(0);
    FAIL() << "no error";
  } catch (const hopmc::IoError& error) {
    EXPECT_NE(std::string(error.what()).find("/trajectories/traj_001, attribute hops"), std::string::npos)
        << error.what();
  }
}

TEST_F(DamagedFile, RowsOutOfRangeAndBuffersOfTheWrongSize) {
  const auto reader = tr::Hdf5Reader::open(file_);
  std::vector<std::byte> out(16);
  EXPECT_NO_THROW(reader->read(0, tr::Column::time, 18, 2, out));
  EXPECT_THROW(reader->read(0, tr::Column::time, 19, 2, out), hopmc::IoError);
  EXPECT_THROW(reader->read(0, tr::Column::time, -1, 2, out), hopmc::IoError);
  EXPECT_THROW(reader->read(0, tr::Column::time, 0, 3, out), hopmc::IoError);
}

TEST_F(DamagedFile, UnknownGroupsAreListed) {
  change([](hid_t file) {
    for (const char* name : {"/trajectories/traj_1", "/trajectories/extra", "/trajectories/traj_000"}) {
      H5Gclose(H5Gcreate2(file, name, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT));
    }
    make_dataset(file, "/trajectories/traj_009", H5T_IEEE_F64LE, {1});
  });
  const auto reader = tr::Hdf5Reader::open(file_);
  EXPECT_EQ(reader->trajectories(), std::vector<std::int64_t>{0});
  EXPECT_EQ(reader->unknown_groups(), (std::vector<std::string>{"extra", "traj_000", "traj_009", "traj_1"}));
}

TEST_F(DamagedFile, ChangedTextsAreFound) {
  change([](hid_t file) {
    const hid_t dataset = H5Dopen2(file, "/metadata/provenance/POSCAR", H5P_DEFAULT);
    const hid_t type = H5Dget_type(dataset);
    std::string text(H5Tget_size(type), 'x');
    H5Dwrite(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, text.data());
    H5Tclose(type);
    H5Dclose(dataset);
    H5Ldelete(file, "/metadata/provenance/sys_config.yml", H5P_DEFAULT);
  });
  const auto reader = tr::Hdf5Reader::open(file_);
  EXPECT_EQ(reader->damaged_provenance(), (std::vector<std::string>{"sys_config.yml", "POSCAR"}));
}

}  // namespace
