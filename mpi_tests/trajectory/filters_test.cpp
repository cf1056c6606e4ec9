// lzf and blosc: content that does not get shorter, names of what is stored, damaged chunks.
#include <gtest/gtest.h>
#include <hdf5.h>

#include <cstring>
#include <fstream>
#include <random>

#include "hopmc/config/errors.hpp"
#include "hopmc/trajectory/hdf5_writer.hpp"
#include "hopmc/trajectory/reader.hpp"
#include "made_up.hpp"

namespace {

using namespace made_up;
using hopmc::config::BloscCodec;
using hopmc::config::Compression;

tr::Layout small_layout() {
  hopmc::config::OutputConfig output;
  output.time.write = false;
  output.energy.write = true;
  output.chunk_frames = 64;
  return tr::make_layout(output, 3, 150, 1);
}

/// Bytes without any pattern, also in what HDF5 keeps of a chunk that is not full.
void fill_with_noise(const tr::FrameBlock& block, const tr::Layout& layout) {
  std::mt19937 generator(static_cast<unsigned>(block.trajectory() + 1));
  for (const tr::ColumnSpec& spec : layout.columns) {
    const auto rows = block.data(spec.column);
    auto* bytes = const_cast<std::byte*>(rows.data());
    for (std::size_t i = 0; i < rows.size(); ++i) bytes[i] = static_cast<std::byte>(generator());
  }
}

void write(const SharedDirectory& directory, const tr::Layout& layout, const tr::Hdf5Options& options,
           const std::vector<std::unique_ptr<tr::FrameBlock>>& mine) {
  tr::Hdf5Writer writer(MPI_COMM_WORLD, directory.file(), metadata(size_of()), layout, size_of(), options);
  for (const auto& block : mine) {
    const std::vector<const tr::FrameBlock*> batch{block.get()};
    writer.append(batch);
  }
  writer.close();
  EXPECT_EQ(writer.statistics().broken_collective, 0);
  MPI_Barrier(MPI_COMM_WORLD);
}

class OwnFilters : public testing::TestWithParam<tr::Hdf5Options> {};

TEST_P(OwnFilters, NoiseReadsBack) {
  const SharedDirectory directory;
  const tr::Layout layout = small_layout();
  const auto mine = blocks(layout, rank_of(), {150, 0});
  for (const auto& block : mine) fill_with_noise(*block, layout);
  write(directory, layout, GetParam(), mine);
  const auto reader = tr::Hdf5Reader::open(directory.file());
  for (const auto& block : mine) {
    for (const tr::ColumnSpec& spec : layout.columns) {
      const auto expected = block->data(spec.column);
      std::vector<std::byte> found(expected.size());
      reader->read(rank_of(), spec.column, block->first_row(tr::Axis::frame), block->rows(tr::Axis::frame),
                   found);
      EXPECT_EQ(std::memcmp(found.data(), expected.data(), found.size()), 0);
    }
  }
}

TEST_P(OwnFilters, AreNamedAndCompress) {
  const SharedDirectory directory;
  const tr::Layout layout = small_layout();
  write(directory, layout, GetParam(), blocks(layout, rank_of(), {150, 0}));
  const auto reader = tr::Hdf5Reader::open(directory.file());
  const auto stored = reader->find(rank_of(), tr::Column::unwrapped);
  ASSERT_TRUE(stored.has_value());
  const tr::Hdf5Options& options = GetParam();
  const std::string name = options.compression == Compression::lzf  ? "lzf"
                           : options.blosc_codec == BloscCodec::lz4 ? "blosc lz4 5"
                                                                    : "blosc zstd 5";
  EXPECT_EQ(stored->filters, options.shuffle ? "shuffle + " + name : name);
  EXPECT_LT(stored->stored_bytes, 150 * 9 * 8);
}

INSTANTIATE_TEST_SUITE_P(All, OwnFilters,
                         testing::Values(tr::Hdf5Options{.compression = Compression::lzf},
                                         tr::Hdf5Options{.compression = Compression::lzf, .shuffle = true},
                                         tr::Hdf5Options{.compression = Compression::blosc, .level = 5},
                                         tr::Hdf5Options{.compression = Compression::blosc,
                                                         .level = 5,
                                                         .shuffle = true,
                                                         .blosc_codec = BloscCodec::lz4}));

/// The settings are part of the format: other programs' filters read them.
TEST(OwnFilterSettings, AreThoseOfOtherPrograms) {
  for (const bool lzf : {true, false}) {
    const SharedDirectory directory;
    const tr::Layout layout = small_layout();
    const tr::Hdf5Options options{.compression = lzf ? Compression::lzf : Compression::blosc, .level = 7};
    write(directory, layout, options, blocks(layout, rank_of(), {150, 0}));
    const hid_t file = H5Fopen(directory.file().c_str(), H5F_ACC_RDONLY, H5P_DEFAULT);
    const hid_t dataset = H5Dopen2(file, "/trajectories/traj_001/coordinates/unwrapped", H5P_DEFAULT);
    const hid_t creation = H5Dget_create_plist(dataset);
    ASSERT_EQ(H5Pget_nfilters(creation), 1);
    std::vector<unsigned> settings(8);
    std::size_t count = settings.size();
    unsigned flags = 0;
    unsigned config = 0;
    const H5Z_filter_t id = H5Pget_filter2(creation, 0, &flags, &count, settings.data(), 0, nullptr, &config);
    settings.resize(count);
    const unsigned chunk_bytes = 64 * 9 * 8;
    EXPECT_EQ(id, lzf ? 32000 : 32001);
    const std::vector<unsigned> expected = lzf ? std::vector<unsigned>{4, 0x0105, chunk_bytes}
                                               : std::vector<unsigned>{2, 2, 8, chunk_bytes, 7, 0, 5};
    EXPECT_EQ(settings, expected);
    H5Pclose(creation);
    H5Dclose(dataset);
    H5Fclose(file);
  }
}

TEST(OwnFilterDamage, IsAnErrorOfTheReader) {
  for (const auto compression : {Compression::lzf, Compression::blosc}) {
    const SharedDirectory directory;
    const tr::Layout layout = small_layout();
    write(directory, layout, {.compression = compression, .level = 5}, blocks(layout, rank_of(), {150, 0}));
    const hid_t file = H5Fopen(directory.file().c_str(), H5F_ACC_RDONLY, H5P_DEFAULT);
    const hid_t dataset = H5Dopen2(file, "/trajectories/traj_001/coordinates/unwrapped", H5P_DEFAULT);
    const hsize_t first_chunk[] = {0, 0};
    haddr_t address = 0;
    hsize_t size = 0;
    ASSERT_GE(H5Dget_chunk_info_by_coord(dataset, first_chunk, nullptr, &address, &size), 0);
    H5Dclose(dataset);
    H5Fclose(file);
    MPI_Barrier(MPI_COMM_WORLD);
    if (rank_of() == 0) {
      std::fstream stream(directory.file(), std::ios::in | std::ios::out | std::ios::binary);
      stream.seekp(static_cast<std::streamoff>(address));
      for (hsize_t i = 0; i < size; ++i) stream.put(static_cast<char>(0xff));
    }
    MPI_Barrier(MPI_COMM_WORLD);
    const auto reader = tr::Hdf5Reader::open(directory.file());
    std::vector<std::byte> found(64 * 9 * 8);
    EXPECT_THROW(reader->read(0, tr::Column::unwrapped, 0, 64, found), hopmc::IoError);
  }
}

/// Writes and reads 1000 numbers through a filter with these settings, as another program would.
bool survives(const std::filesystem::path& path, H5Z_filter_t filter, const std::vector<unsigned>& settings) {
  const hsize_t count = 1000;
  std::vector<double> values(count);
  for (std::size_t i = 0; i < count; ++i) values[i] = static_cast<double>(i / 10);
  const hid_t file = H5Fcreate(path.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
  const hid_t space = H5Screate_simple(1, &count, nullptr);
  const hid_t creation = H5Pcreate(H5P_DATASET_CREATE);
  H5Pset_chunk(creation, 1, &count);
  H5Pset_filter(creation, filter, H5Z_FLAG_MANDATORY, settings.size(), settings.data());
  const hid_t dataset = H5Dcreate2(file, "x", H5T_IEEE_F64LE, space, H5P_DEFAULT, creation, H5P_DEFAULT);
  bool good = H5Dwrite(dataset, H5T_IEEE_F64LE, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()) >= 0;
  good = H5Fflush(file, H5F_SCOPE_GLOBAL) >= 0 && good;  // where chunks are compressed
  const hid_t reopened = H5Freopen(file);
  H5Dclose(dataset);
  H5Pclose(creation);
  H5Sclose(space);
  H5Fclose(file);
  if (good) {
    std::vector<double> found(count);
    const hid_t again = H5Dopen2(reopened, "x", H5P_DEFAULT);
    good =
        H5Dread(again, H5T_IEEE_F64LE, H5S_ALL, H5S_ALL, H5P_DEFAULT, found.data()) >= 0 && found == values;
    H5Dclose(again);
  }
  H5Fclose(reopened);
  return good;
}

TEST(OwnFilterSettings, OfOtherProgramsAreTakenOrRefused) {
  const SharedDirectory directory;
  const tr::Layout layout = small_layout();
  write(directory, layout, {}, blocks(layout, rank_of(), {150, 0}));  // registers the filters
  const auto path = directory.path() / (std::to_string(rank_of()) + ".h5");
  H5E_auto2_t print = nullptr;
  void* data = nullptr;
  H5Eget_auto2(H5E_DEFAULT, &print, &data);
  H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
  constexpr unsigned chunk_bytes = 8000;
  EXPECT_TRUE(survives(path, 32000, {4, 0x0105, chunk_bytes}));
  EXPECT_TRUE(survives(path, 32000, {})) << "the length is found by trying";
  EXPECT_TRUE(survives(path, 32001, {2, 2, 8, chunk_bytes, 5, 1, 1}));
  EXPECT_FALSE(survives(path, 32001, {2, 2, 8, chunk_bytes})) << "level, shuffle and codec are missing";
  EXPECT_FALSE(survives(path, 32001, {2, 2, 8, chunk_bytes, 5, 1, 77})) << "there is no codec 77";
  H5Eset_auto2(H5E_DEFAULT, print, data);
}

}  // namespace
