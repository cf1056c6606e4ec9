// Chunks are compressed by all ranks before the collective write, and what HDF5's filters are handed is
// right.
#include <gtest/gtest.h>
#include <zlib.h>

#include <cmath>
#include <map>
#include <random>
#include <span>

#include "hopmc/trajectory/hdf5_writer.hpp"
#include "hopmc/trajectory/reader.hpp"
#include "made_up.hpp"
#include "trajectory/prepared_chunks.hpp"

namespace {

using namespace made_up;

std::vector<std::byte> bytes_of(std::string_view text) {
  const auto bytes = std::as_bytes(std::span(text));
  return {bytes.begin(), bytes.end()};
}

tr::PreparedChunk chunk(int level, std::string_view content, std::string_view result) {
  tr::PreparedChunk made;
  made.recipe = {.filter = H5Z_FILTER_DEFLATE, .level = level};
  made.copy = bytes_of(content);
  made.source = made.copy;
  made.result = bytes_of(result);
  return made;
}

TEST(PreparedChunks, AreTakenOnceByContentAndRecipe) {
  const tr::Recipe level_1{.filter = H5Z_FILTER_DEFLATE, .level = 1};
  const tr::Recipe level_2{.filter = H5Z_FILTER_DEFLATE, .level = 2};
  tr::keep_prepared(chunk(1, "abcd", "first"));
  tr::keep_prepared(chunk(1, "abce", "second"));
  tr::keep_prepared(chunk(2, "abcd", "third"));
  EXPECT_FALSE(tr::take_prepared(level_1, bytes_of("abcf")).has_value());
  EXPECT_FALSE(tr::take_prepared(level_1, bytes_of("abc")).has_value());
  EXPECT_FALSE(tr::take_prepared(level_2, bytes_of("abce")).has_value());
  EXPECT_EQ(tr::take_prepared(level_1, bytes_of("abce")), bytes_of("second"));
  EXPECT_FALSE(tr::take_prepared(level_1, bytes_of("abce")).has_value());
  EXPECT_EQ(tr::take_prepared(level_2, bytes_of("abcd")), bytes_of("third"));
  EXPECT_EQ(tr::take_prepared(level_1, bytes_of("abcd")), bytes_of("first"));
  tr::keep_prepared(chunk(1, "abcd", "first"));
  tr::drop_prepared();
  EXPECT_FALSE(tr::take_prepared(level_1, bytes_of("abcd")).has_value());
}

/// libhdf5 calls it with a buffer of this length, and takes what does not fit for compressed all the same.
TEST(Compress2, IncompressibleContentFitsTheBufferOfHdf5) {
  std::mt19937_64 random(5);
  for (const std::size_t n : {1U, 2U, 7U, 64U, 512U, 1000U, 4096U, 70'000U, 1'000'003U}) {
    std::vector<Bytef> content(n);
    for (Bytef& byte : content) byte = static_cast<Bytef>(random());
    for (int level = 0; level <= 9; ++level) {
      std::vector<Bytef> compressed(static_cast<std::size_t>(std::ceil(static_cast<double>(n) * 1.001)) + 12);
      uLongf size = compressed.size();
      ASSERT_EQ(compress2(compressed.data(), &size, content.data(), n, level), Z_OK) << n << " " << level;
      std::vector<Bytef> back(n);
      uLongf back_size = n;
      ASSERT_EQ(uncompress(back.data(), &back_size, compressed.data(), size), Z_OK) << n << " " << level;
      EXPECT_EQ(back, content);
    }
  }
}

class Precompressed : public testing::TestWithParam<tr::Hdf5Options> {};

/// One trajectory a rank, 40 frames in chunks of 16: two full chunks and one that zeros fill up.
TEST_P(Precompressed, EveryChunkIsHandedOverAndReadsBack) {
  const SharedDirectory directory;
  hopmc::config::OutputConfig output;
  output.time.write = false;
  output.chunk_frames = 16;
  const tr::Layout layout = tr::make_layout(output, 2, 40, 1);
  const auto mine = blocks(layout, rank_of(), {40, 0});
  ASSERT_EQ(mine.size(), 3U);
  const std::size_t before = tr::prepared_taken();
  tr::Hdf5Writer writer(MPI_COMM_WORLD, directory.file(), metadata(size_of()), layout, size_of(), GetParam());
  const std::vector<const tr::FrameBlock*> first{mine[0].get(), mine[1].get()};
  const std::vector<const tr::FrameBlock*> rest{mine[2].get()};
  writer.append(first);
  EXPECT_EQ(tr::prepared_taken() - before, 2 * layout.columns.size());
  writer.append(rest);
  writer.close();
  EXPECT_EQ(tr::prepared_taken() - before, 3 * layout.columns.size());
  EXPECT_EQ(writer.statistics().broken_collective, 0);

  MPI_Barrier(MPI_COMM_WORLD);
  const auto reader = tr::Hdf5Reader::open(directory.file());
  for (const std::int64_t trajectory : reader->trajectories()) {
    for (const tr::ColumnSpec& spec : layout.columns) {
      const auto expected = rows(trajectory, spec, 0, 40);
      std::vector<std::byte> found(expected.size());
      reader->read(trajectory, spec.column, 0, 40, found);
      EXPECT_TRUE(found == expected) << reader->place(trajectory, spec.column);
    }
  }
}
using hopmc::config::BloscCodec;
using hopmc::config::Compression;
INSTANTIATE_TEST_SUITE_P(All, Precompressed,
                         testing::Values(tr::Hdf5Options{.level = 1}, tr::Hdf5Options{.level = 9},
                                         tr::Hdf5Options{.level = 1, .shuffle = true},
                                         tr::Hdf5Options{.level = 1, .shuffle = true, .fletcher32 = true},
                                         tr::Hdf5Options{.compression = Compression::lzf},
                                         tr::Hdf5Options{.compression = Compression::lzf, .shuffle = true},
                                         tr::Hdf5Options{.compression = Compression::blosc, .level = 3},
                                         tr::Hdf5Options{.compression = Compression::blosc,
                                                         .level = 5,
                                                         .shuffle = true,
                                                         .blosc_codec = BloscCodec::lz4}));

}  // namespace
