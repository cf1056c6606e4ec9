#pragma once
/// Runs fake ensembles into a temporary directory and compares what is stored with what was to be.

#include <gtest/gtest.h>

#include <boost/mpi/collectives.hpp>
#include <boost/mpi/communicator.hpp>
#include <cstring>
#include <functional>
#include <string>
#include <vector>

#include "ensemble/fake_propagator.hpp"
#include "hopmc/ensemble/run.hpp"
#include "hopmc/ensemble/stored_run.hpp"
#include "hopmc/trajectory/frame_block.hpp"
#include "hopmc/trajectory/reader.hpp"
#include "support/temp_directory.hpp"

namespace hopmc::test {

/// An ensemble of fakes on all ranks.
class FakeRun {
 public:
  explicit FakeRun(FakeTraits traits) : factory_(std::move(traits)), directory_(world_) {
    output.wrapped.write = output.energy.write = output.delg_0.write = true;
    output.potential.write = output.occupancy.write = true;
    output.chunk_frames = 16;
    output.flush_interval = 1e6;  // only memory decides, unless a test says otherwise
  }

  config::OutputConfig output;
  std::function<void(ensemble::RunPlan&)> adjust;        ///< last changes to the plan
  const ensemble::StoredTrajectories* stored = nullptr;  ///< rows to go on with

  /// Collective.
  ensemble::RunSummary execute() {
    const FakeTraits& traits = factory_.traits();
    const std::int64_t n_frames = traits.extra_frames ? -1 : traits.n_frames;
    layout_ = trajectory::make_layout(output, traits.n_carriers, n_frames, 1);
    layout_.chunk_hops = 24;
    trajectory::RunMetadata metadata;
    metadata.version = "test";
    metadata.created_on = "2000-01-01T00:00:00Z";
    metadata.species_count = {traits.n_carriers};
    metadata.species_types = {"electron"};
    metadata.n_traj = traits.n_traj;
    metadata.n_frames = n_frames;
    ensemble::RunPlan plan;
    plan.n_traj = traits.n_traj;
    plan.n_frames = n_frames;
    plan.t_final = 0.5 * static_cast<double>(traits.n_frames);
    plan.directory = directory_.path();
    plan.output = output;
    plan.progress = false;
    if (adjust) adjust(plan);
    if (stored == nullptr) return ensemble::run(world_, factory_, layout_, metadata, plan);
    const ensemble::ResumingFactory resuming(factory_, layout_, *stored);
    return ensemble::run(world_, resuming, layout_, metadata, plan);
  }

  [[nodiscard]] const boost::mpi::communicator& world() const { return world_; }
  [[nodiscard]] const std::filesystem::path& directory() const { return directory_.path(); }
  [[nodiscard]] const trajectory::Layout& layout() const { return layout_; }
  [[nodiscard]] std::filesystem::path shared_file() const {
    return directory_.path() / trajectory::shared_file_name;
  }

  /// How often each trajectory was started, on all ranks. Collective.
  [[nodiscard]] std::vector<int> starts() const {
    std::vector<int> all(factory_.starts().size());
    boost::mpi::all_reduce(world_, factory_.starts().data(), static_cast<int>(all.size()), all.data(),
                           std::plus<int>());
    return all;
  }

  /// Compares all stored rows of the formats that were asked for (on rank 0; the others wait). Collective.
  void expect_stored_rows() const {
    if (world_.rank() == 0) {
      if (output.hdf5) expect_rows(*trajectory::Hdf5Reader::open(shared_file()));
      if (output.npy) expect_rows(*trajectory::open_npy(directory_.path(), layout_.columns));
      EXPECT_EQ(std::filesystem::exists(shared_file()), output.hdf5);
      EXPECT_EQ(std::filesystem::exists(directory_.path() / "traj1"), output.npy);
    }
    world_.barrier();
  }

 private:
  /// The whole trajectory in one block.
  [[nodiscard]] trajectory::FrameBlock expected(const trajectory::Layout& large, std::int64_t number) const {
    trajectory::FrameBlock block(large, number, 0, 0);
    FakeTraits traits = factory_.traits();
    traits.pause_a_frame = nullptr;
    traits.at_frame = nullptr;
    FakePropagator propagator(traits, number);
    block.add(propagator.advance(block.frame_columns(), block.hop_columns()), propagator.hops());
    EXPECT_TRUE(block.finished());
    return block;
  }

  void expect_rows(const trajectory::Reader& reader) const {
    const FakeTraits& traits = factory_.traits();
    std::vector<std::int64_t> numbers(static_cast<std::size_t>(traits.n_traj));
    for (std::size_t i = 0; i < numbers.size(); ++i) numbers[i] = static_cast<std::int64_t>(i);
    ASSERT_EQ(reader.trajectories(), numbers);
    trajectory::Layout large = layout_;
    for (const std::int64_t number : numbers) {
      large.chunk_frames = traits.frames_of(number) + 1;
      large.chunk_hops = 4 * large.chunk_frames;
      const trajectory::FrameBlock block = expected(large, number);
      for (const auto& column : layout_.columns) expect_column(reader, block, column);
    }
  }

  static void expect_column(const trajectory::Reader& reader, const trajectory::FrameBlock& block,
                            const trajectory::ColumnSpec& column) {
    const std::int64_t number = block.trajectory();
    SCOPED_TRACE(reader.place(number, column.column));
    const auto stored = reader.find(number, column.column);
    ASSERT_TRUE(stored.has_value());
    const std::int64_t rows = block.rows(trajectory::info(column.column).axis);
    ASSERT_GT(rows, 0);
    ASSERT_EQ(stored->shape.at(0), rows);
    const auto wanted = block.data(column.column);
    std::vector<std::byte> found(wanted.size());
    reader.read(number, column.column, 0, rows, found);
    EXPECT_EQ(std::memcmp(found.data(), wanted.data(), wanted.size()), 0);
  }

  boost::mpi::communicator world_;
  FakeFactory factory_;
  SharedTempDirectory directory_;
  trajectory::Layout layout_;
};

}  // namespace hopmc::test
