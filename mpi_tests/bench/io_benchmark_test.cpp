#include "hopmc/bench/io_benchmark.hpp"

#include <gtest/gtest.h>

#include <boost/mpi/collectives.hpp>
#include <fstream>
#include <iterator>

#include "bench/read_back.hpp"
#include "bench/writers.hpp"
#include "hopmc/config/errors.hpp"
#include "hopmc/trajectory/reader.hpp"
#include "support/temp_directory.hpp"

namespace hopmc::bench {
namespace {

namespace fs = std::filesystem;
using trajectory::Column;

IoPlan small_plan(const fs::path& directory, int ranks) {
  IoPlan plan;
  plan.directory = directory;
  plan.shape = {300, 2, true, true};
  plan.ranks = {1};
  if (ranks > 1) plan.ranks.push_back(ranks);
  plan.trajectories = {3};
  plan.chunk_frames = {64};
  plan.compressions = {{"none", {config::Compression::none}}, {"gzip:1", {config::Compression::gzip}}};
  plan.ranks_per_file = {0, 1};
  plan.chunks_per_flush = 2;
  plan.repetitions = 2;
  plan.read = true;
  return plan;
}

TEST(IoBenchmark, MeasuresEverySettingAndLeavesNothing) {
  const boost::mpi::communicator world;
  const test::SharedTempDirectory directory(world);
  const IoPlan plan = small_plan(directory.path(), world.size());
  int rounds = 0;
  const auto results = run_io_benchmark(world, plan, [&](int) { ++rounds; });
  EXPECT_EQ(rounds, world.rank() == 0 ? 2 : 0);
  const std::size_t hdf5_kinds = 4;  // of each of hdf5 and both
  EXPECT_EQ(results.size(), plan.ranks.size() * (3 + 2 * hdf5_kinds));
  world.barrier();
  EXPECT_TRUE(fs::is_empty(directory.path()));
  if (world.rank() != 0) return;
  for (const IoResult& result : results) {
    const Setting& s = result.setting;
    const std::int64_t n = s.trajectories * s.ranks;
    EXPECT_EQ(result.raw_bytes, n * 300 * 8 * (6 + 6 + 1 + 1));
    EXPECT_EQ(result.n_datasets, 4 * n);
    EXPECT_EQ(result.flushes, 3) << "five chunks, two at a time";
    EXPECT_EQ(result.chunk_bytes, 64 * 6 * 8);
    ASSERT_EQ(result.rounds.size(), 2u);
    for (const Measurement& m : result.rounds) {
      EXPECT_GT(m.first_flush, 0);
      EXPECT_GE(m.total, m.later_flushes);
      const bool is_read = s.format == Format::npy || s.format == Format::hdf5;
      EXPECT_EQ(m.read_frames > 0 && m.read_trajectories > 0 && m.read_carrier > 0, is_read);
      if (!s.has_hdf5() && !s.has_npy()) {
        EXPECT_EQ(m.stored_bytes, result.raw_bytes);
      } else if (s.has_npy()) {
        EXPECT_GT(m.stored_bytes, result.raw_bytes);
      }
    }
  }
}

TEST(IoBenchmark, RefusesWhatDoesNotFit) {
  const boost::mpi::communicator world;
  const test::SharedTempDirectory directory(world);
  IoPlan plan = small_plan(directory.path(), world.size());
  plan.shape.frames = 1'000'000'000'000;
  EXPECT_THROW(static_cast<void>(run_io_benchmark(world, plan, [](int) {})), IoError);
  world.barrier();
  EXPECT_TRUE(fs::is_empty(directory.path()));
}

TEST(Settings, AreTheCombinationsThatMeanSomething) {
  IoPlan plan;
  plan.shape.frames = 64;
  plan.formats = {Format::mpi, Format::hdf5};
  plan.ranks = {1, 4};
  plan.chunk_frames = {0, 64, 32};  // 64 is what a run would choose
  plan.compressions = {{"none", {}}};
  plan.ranks_per_file = {0, 2};
  const auto settings = settings_of(plan);
  std::vector<std::string> names;
  for (const Setting& s : settings) {
    names.push_back(std::string(name_of(s.format)) + " " + std::to_string(s.ranks) + " " +
                    std::to_string(s.chunk_frames) + " " + std::to_string(s.options.ranks_per_file));
  }
  EXPECT_EQ(names, (std::vector<std::string>{"mpi 1 64 0", "hdf5 1 64 0", "mpi 1 32 0", "hdf5 1 32 0",
                                             "mpi 4 64 0", "hdf5 4 64 0", "hdf5 4 64 2", "mpi 4 32 0",
                                             "hdf5 4 32 0", "hdf5 4 32 2"}));
}

std::string content(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

/// A trajectory of each rank, number = rank.
class Written : public testing::Test {
 protected:
  void write(Format format) {
    const WriterPlace place{directory_.path(), world_.size(), static_cast<std::int64_t>(expected(0).size()),
                            shape_.frames};
    const Setting setting{format, world_.size(), 1, 64, "", {}};
    const auto writer = make_writer(world_, setting, place, layout_);
    for (const auto& block : mine_) {
      const trajectory::FrameBlock* one = block.get();
      writer->append({&one, 1});
    }
    writer->close();
    world_.barrier();
  }
  /// Block after block, column after column.
  [[nodiscard]] std::string expected(int rank) const {
    std::string bytes;
    for (const auto& block : make_trajectory(shape_, layout_, rank)) {
      for (const auto& spec : layout_.columns) {
        const auto data = block->data(spec.column);
        bytes.append(reinterpret_cast<const char*>(data.data()), data.size());
      }
    }
    return bytes;
  }

  boost::mpi::communicator world_;
  test::SharedTempDirectory directory_{world_};
  TrajectoryShape shape_{200, 3, true, true};
  trajectory::Layout layout_ = layout_of(shape_, 64);
  Blocks mine_ = make_trajectory(shape_, layout_, world_.rank());
};

TEST_F(Written, ByMpiIsEveryRanksBytesInOneFile) {
  write(Format::mpi);
  std::string all;
  for (int rank = 0; rank < world_.size(); ++rank) all += expected(rank);
  EXPECT_TRUE(content(directory_.path() / "mpi_file") == all);
}

TEST_F(Written, ByWriteIsAFileOfEachRank) {
  write(Format::write);
  EXPECT_TRUE(content(directory_.path() / ("rank_" + std::to_string(world_.rank()))) ==
              expected(world_.rank()));
}

TEST_F(Written, ReadsBackFromBothFormats) {
  write(Format::both);
  for (const bool hdf5 : {false, true}) {
    Measurement m;
    EXPECT_NO_THROW(read_back(directory_.path(), hdf5, layout_, {&mine_}, m));
    EXPECT_GT(m.read_carrier, 0);
  }
  *(mine_.back()->frame_columns().energy - 1) += 1;  // the last row: something else than what was written
  for (const bool hdf5 : {false, true}) {
    Measurement m;
    EXPECT_THROW(read_back(directory_.path(), hdf5, layout_, {&mine_}, m), IoError);
  }
}

TEST_F(Written, AnUnknownCarrierIsAnError) {
  write(Format::both);
  const auto npy = trajectory::open_npy(directory_.path(), layout_.columns);
  const auto hdf5 = trajectory::Hdf5Reader::open(directory_.path() / trajectory::shared_file_name);
  std::vector<std::byte> out(200 * 3 * sizeof(double));
  for (const trajectory::Reader* reader : {npy.get(), static_cast<trajectory::Reader*>(hdf5.get())}) {
    EXPECT_NO_THROW(reader->read_carrier(world_.rank(), Column::wrapped, 2, 0, 200, out));
    EXPECT_THROW(reader->read_carrier(world_.rank(), Column::wrapped, 3, 0, 200, out), IoError);
    EXPECT_THROW(reader->read_carrier(world_.rank(), Column::wrapped, -1, 0, 200, out), IoError);
    EXPECT_THROW(reader->read_carrier(world_.rank(), Column::wrapped, 2, 1, 200, out), IoError);
    EXPECT_THROW(reader->read_carrier(world_.rank(), Column::wrapped, 2, 0, 199, out), IoError);
    EXPECT_THROW(reader->read_carrier(world_.rank(), Column::energy, 0, 0, 200, out), IoError);
  }
}

}  // namespace
}  // namespace hopmc::bench
