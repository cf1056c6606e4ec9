#include "checkpointer.hpp"

#include <fmt/format.h>

#include <boost/mpi/collectives.hpp>
#include <filesystem>
#include <string>
#include <system_error>
#include <utility>

#include "hopmc/config/errors.hpp"
#include "hopmc/ensemble/communicator.hpp"
#include "hopmc/trajectory/columns.hpp"
#include "hopmc/trajectory/reader.hpp"

namespace hopmc::ensemble {

using trajectory::Axis;
using trajectory::Column;

namespace {

void require(const std::filesystem::path& path) {
  std::error_code error;
  if (std::filesystem::exists(path, error)) return;
  throw IoError(fmt::format("{}: removed or moved while the run was writing to it", path.string()));
}

}  // namespace

Checkpointer::Checkpointer(const boost::mpi::communicator& comm, const RunPlan& plan,
                           const trajectory::Layout& layout)
    : comm_(comm),
      layout_(layout),
      interval_(plan.output.checkpoint_interval),
      table_(plan.checkpoint),
      after_(plan.after_checkpoint),
      directory_(plan.directory),
      npy_(plan.output.npy),
      hdf5_(plan.output.hdf5) {}

void Checkpointer::note(const trajectory::FrameBlock& block, std::optional<kmc::PropagatorState> state) {
  if (!table_) return;
  auto& checksums = checksums_[block.trajectory()];
  for (const auto& spec : layout_.columns) {
    auto& crc = checksums[static_cast<std::size_t>(spec.column)];
    crc = trajectory::crc32(crc, block.data(spec.column));
  }
  const std::array<std::int64_t, 2> rows{block.first_row(Axis::frame) + block.rows(Axis::frame),
                                         block.first_row(Axis::hop) + block.rows(Axis::hop)};
  // While stored rows are being read back, the state is that after all of them.
  const bool fits = state && state->frames == rows[0] &&
                    (layout_.find(Column::hop_time) == nullptr || state->hop_rows == rows[1]);
  if (fits) {
    noted_[block.trajectory()] = {.trajectory = block.trajectory(),
                                  .complete = block.finished(),
                                  .rows = rows,
                                  .crc32 = checksums,
                                  .state = std::move(*state)};
  }
  if (block.finished()) checksums_.erase(block.trajectory());
}

bool Checkpointer::due() const {
  return table_ && seconds_since(last_) >= interval_;
}

/// Files that were removed can be written to until they are closed; a checkpoint must not promise their rows.
void Checkpointer::require_results(const std::vector<TrajectoryCheckpoint>& trajectories) const {
  require(directory_);
  if (hdf5_) require(directory_ / trajectory::shared_file_name);
  if (!npy_) return;
  for (const auto& t : trajectories) require(directory_ / trajectory::directory_name(t.trajectory));
}

void Checkpointer::write() {
  if (!table_) return;
  std::vector<TrajectoryCheckpoint> mine;
  for (auto& entry : noted_) mine.push_back(std::move(entry.second));
  noted_.clear();
  std::vector<std::string> texts;
  boost::mpi::gather(comm_, to_text(mine), texts, 0);
  agree(comm_, [&] {
    if (comm_.rank() != 0) return;
    for (const std::string& text : texts) {
      auto trajectories = trajectories_from_text(text);
      require_results(trajectories);
      for (auto& t : trajectories) table_->trajectories[t.trajectory] = std::move(t);
    }
    write_checkpoint(directory_, *table_);
    if (after_) after_(*table_);
  });
  last_ = Clock::now();
}

}  // namespace hopmc::ensemble
