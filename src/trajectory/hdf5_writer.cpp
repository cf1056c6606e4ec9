#include "hopmc/trajectory/hdf5_writer.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <exception>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

#include "agreement.hpp"
#include "chunk_filters.hpp"
#include "hdf5_handle.hpp"
#include "hdf5_metadata.hpp"
#include "hdf5_names.hpp"
#include "hdf5_properties.hpp"
#include "hdf5_trajectory.hpp"
#include "hdf5_transfer.hpp"
#include "held_write_errors.hpp"
#include "part_files.hpp"
#include "precompression.hpp"
#include "update_exchange.hpp"

namespace hopmc::trajectory {

namespace {

using Clock = std::chrono::steady_clock;

double seconds_between(Clock::time_point start, Clock::time_point end) {
  return std::chrono::duration<double>(end - start).count();
}

/// MPI-IO is not to find out on one rank alone that the file is not there (another node without the
/// directory).
void require_writable(const std::filesystem::path& file) {
  if (access(file.c_str(), R_OK | W_OK) != 0) {
    throw IoError(fmt::format("{}: cannot open for writing: {}", file.string(), std::strerror(errno)));
  }
}

/// Of frame columns. Hops, and frames that are hops, come in numbers nobody knows in advance.
std::int64_t chunks_per_dataset(const Layout& layout, const RunMetadata& metadata) {
  if (metadata.n_frames < 0 || layout.find(Column::hop_time) != nullptr) return -1;
  return (metadata.n_frames + layout.chunk_frames - 1) / layout.chunk_frames;
}

}  // namespace

/// Everything happens in phases: a step that all ranks take together, then their agreement on its outcome. So
/// no rank enters the next collective operation of HDF5 while another has given up.
class Hdf5Writer::Implementation {
 public:
  Implementation(MPI_Comm comm, const std::filesystem::path& file, const RunMetadata& metadata,
                 const Layout& layout, std::int64_t n_traj, const Hdf5Options& options);
  ~Implementation();
  Implementation(const Implementation&) = delete;
  Implementation& operator=(const Implementation&) = delete;

  void append(std::span<const FrameBlock* const> blocks);
  void close();
  [[nodiscard]] const WriteStatistics& statistics() const noexcept { return statistics_; }

 private:
  /// Runs `step` on all ranks and throws on all if it failed on any. Collective.
  template <class Step>
  void together(Step&& step);
  void prepare_datasets(const Update& update);
  Hdf5Trajectory& create_group(std::int64_t trajectory);
  void write_rows(const std::vector<Update>& updates, const std::map<std::int64_t, LocalUpdate>& local);
  void note_progress(const std::vector<Update>& updates);
  void close_all();
  void abandon() noexcept;
  [[nodiscard]] std::string stream_of(std::int64_t trajectory) const;

  MPI_Comm comm_ = MPI_COMM_NULL;
  std::string place_;
  const Layout* layout_;
  std::int64_t n_traj_;
  Hdf5Options options_;
  std::string rng_;
  std::int64_t seed_;
  NoteSource note_of_;
  int rank_ = 0;
  int exceptions_at_start_ = std::uncaught_exceptions();
  /// Set while a collective operation is under way: still set afterwards, it failed.
  bool broken_ = true;
  Handle file_;
  Handle transfer_;
  std::map<std::int64_t, Hdf5Trajectory> open_;
  std::map<std::int64_t, Progress> written_;  ///< of the trajectories in open_
  WriteStatistics statistics_;
};

Hdf5Writer::Implementation::Implementation(MPI_Comm comm, const std::filesystem::path& file,
                                           const RunMetadata& metadata, const Layout& layout,
                                           std::int64_t n_traj, const Hdf5Options& options)
    : place_(file.string()),
      layout_(&layout),
      n_traj_(n_traj),
      options_(options),
      rng_(metadata.rng),
      seed_(metadata.random_seed),
      note_of_(metadata.note) {
  const QuietHdf5 quiet;
  MPI_Comm_dup(comm, &comm_);
  MPI_Comm_rank(comm_, &rank_);
  try {
    together([&] {
      if (rank_ == 0) create_with_metadata(file, metadata, n_traj, chunks_per_dataset(layout, metadata));
    });
    together([&] { require_writable(file); });
    together([&] {
      register_filters(place_);
      const Handle access = parallel_access(comm_, place_);
      transfer_ = collective_transfer(place_);
      file_ = owned(H5Fopen(file.c_str(), H5F_ACC_RDWR, access.get()), H5Fclose, place_, "open the file");
    });
  } catch (...) {
    abandon();  // some ranks may have it open
    throw;
  }
  broken_ = false;
}

Hdf5Writer::Implementation::~Implementation() {
  const bool other_error = std::uncaught_exceptions() > exceptions_at_start_;
  if (broken_ || other_error) {
    abandon();
    return;
  }
  try {
    close();
  } catch (...) {  // agreed by all ranks, but there is nobody left to tell
    abandon();
  }
}

template <class Step>
void Hdf5Writer::Implementation::together(Step&& step) {
  Clock::time_point done;
  const auto start = Clock::now();
  try {
    agreed(comm_, [&] {
      struct Stop {
        Clock::time_point& time;
        ~Stop() { time = Clock::now(); }
      } stop{done};
      holding_write_errors(place_, step);
    });
  } catch (...) {
    broken_ = true;
    throw;
  }
  statistics_.write_seconds += seconds_between(start, done);
  statistics_.wait_seconds += seconds_between(done, Clock::now());
}

std::string Hdf5Writer::Implementation::stream_of(std::int64_t trajectory) const {
  return fmt::format("{}; random_seed {}; trajectory {}", rng_, seed_, trajectory + 1);
}

void Hdf5Writer::Implementation::append(std::span<const FrameBlock* const> blocks) {
  if (broken_ || !file_.valid()) throw std::logic_error(place_ + ": append after an error or after close");
  const QuietHdf5 quiet;
  broken_ = true;
  std::map<std::int64_t, LocalUpdate> local;
  Precompression precompression;
  together([&] {
    local = sum_up(blocks, *layout_, written_, rank_);
    precompression.prepare(local, *layout_, options_);
  });

  const auto start = Clock::now();
  const std::vector<Update> updates = exchange_updates(comm_, local);
  statistics_.wait_seconds += seconds_between(start, Clock::now());

  // Filters' fill values are written when datasets are created or grow. All must have succeeded before rows
  // are written: HDF5 reads a chunk back that it fills only in part.
  together([&] {
    for (const Update& update : updates) prepare_datasets(update);
  });
  together([&] { write_rows(updates, local); });
  note_progress(updates);
  broken_ = false;
}

void Hdf5Writer::Implementation::prepare_datasets(const Update& update) {
  const auto found = open_.find(update.trajectory);
  const bool is_new = found == open_.end();
  Hdf5Trajectory& trajectory = is_new ? create_group(update.trajectory) : found->second;
  for (std::size_t i = 0; i < layout_->columns.size(); ++i) {
    const ColumnSpec& spec = layout_->columns[i];
    const Axis axis = info(spec.column).axis;
    const std::int64_t added = update.rows[index(axis)];
    const std::int64_t rows = update.first[index(axis)] + added;
    if (is_new) {
      trajectory.create_dataset(spec, rows, layout_->chunk_rows(axis), options_);
    } else if (added > 0) {
      trajectory.set_rows(i, spec, rows);
    }
  }
}

Hdf5Trajectory& Hdf5Writer::Implementation::create_group(std::int64_t trajectory) {
  const std::string path = fmt::format("{}/{}", names::trajectories, group_name(trajectory, n_traj_));
  Hdf5Trajectory& created =
      open_.try_emplace(trajectory, file_.get(), path, trajectory, stream_of(trajectory), place_)
          .first->second;
  if (note_of_) created.add(note_of_(trajectory));
  return created;
}

void Hdf5Writer::Implementation::write_rows(const std::vector<Update>& updates,
                                            const std::map<std::int64_t, LocalUpdate>& local) {
  RowTransfer transfer(transfer_.get(), statistics_);
  for (const Update& update : updates) {
    const auto mine = local.find(update.trajectory);
    const Hdf5Trajectory& trajectory = open_.at(update.trajectory);
    for (std::size_t i = 0; i < layout_->columns.size(); ++i) {
      const ColumnSpec& spec = layout_->columns[i];
      transfer.add(trajectory.dataset(i), spec, layout_->chunk_rows(info(spec.column).axis), update,
                   mine == local.end() ? nullptr : &mine->second, trajectory.place());
    }
  }
  transfer.finish();
}

/// Attributes, then the flush: only after it do other programs see the new rows.
void Hdf5Writer::Implementation::note_progress(const std::vector<Update>& updates) {
  together([&] {
    for (const Update& update : updates) {
      Hdf5Trajectory& trajectory = open_.at(update.trajectory);
      trajectory.note(*layout_, update);
      if (update.finished != 0) {
        trajectory.close();
        open_.erase(update.trajectory);
        written_.erase(update.trajectory);
        continue;
      }
      Progress& progress = written_[update.trajectory];
      for (std::size_t axis = 0; axis < n_axes; ++axis) {
        progress.rows[axis] = update.first[axis] + update.rows[axis];
      }
      progress.crc32 = update.crc32;
    }
    checked(H5Fflush(file_.get(), H5F_SCOPE_LOCAL), place_, "flush the file");
  });
}

void Hdf5Writer::Implementation::close() {
  if (!file_.valid()) return;
  if (broken_) throw std::logic_error(place_ + ": close after an error");
  const QuietHdf5 quiet;
  broken_ = true;
  together([&] { close_all(); });
  MPI_Comm_free(&comm_);
  broken_ = false;
}

void Hdf5Writer::Implementation::close_all() {
  for (auto& entry : open_) entry.second.close();
  open_.clear();
  transfer_.close(place_);
  file_.close(place_);
}

/// Closing a file is collective, and after a failure the ranks' pictures of its metadata may differ: closing
/// could wait for ever. So the identifiers are given up; the process is about to end, and HDF5 has been told
/// never to close files by itself. What the last complete append flushed stays on disk. The communicator is
/// leaked for the same reason.
void Hdf5Writer::Implementation::abandon() noexcept {
  for (auto& entry : open_) entry.second.abandon();
  file_.abandon();
  comm_ = MPI_COMM_NULL;
}

Hdf5Writer::Hdf5Writer(MPI_Comm comm, const std::filesystem::path& file, const RunMetadata& metadata,
                       const Layout& layout, std::int64_t n_traj, const Hdf5Options& options) {
  if (options.ranks_per_file < 1) {
    implementation_ = std::make_unique<Implementation>(comm, file, metadata, layout, n_traj, options);
    return;
  }
  parts_ = std::make_unique<PartFiles>(comm, file, metadata, n_traj, options.ranks_per_file);
  parts_->together([&] {
    implementation_ =
        std::make_unique<Implementation>(parts_->group(), parts_->part(), metadata, layout, n_traj, options);
  });
}

Hdf5Writer::~Hdf5Writer() = default;

void Hdf5Writer::append(std::span<const FrameBlock* const> blocks) {
  if (!parts_) {
    implementation_->append(blocks);
    return;
  }
  parts_->together([&] { implementation_->append(blocks); });
  parts_->link(blocks);
}

void Hdf5Writer::close() {
  if (!parts_) {
    implementation_->close();
    return;
  }
  parts_->together([&] { implementation_->close(); });
  parts_->close();
}

const WriteStatistics& Hdf5Writer::statistics() const noexcept {
  return implementation_->statistics();
}

}  // namespace hopmc::trajectory
