#include "hopmc/ensemble/run.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/mpi/collectives.hpp>
#include <boost/mpi/operations.hpp>
#include <functional>
#include <optional>
#include <system_error>
#include <vector>

#include "checkpointer.hpp"
#include "failure.hpp"
#include "hopmc/ensemble/board.hpp"
#include "hopmc/ensemble/communicator.hpp"
#include "hopmc/ensemble/progress.hpp"
#include "hopmc/trajectory/compression_timer.hpp"
#include "hopmc/trajectory/hdf5_writer.hpp"
#include "hopmc/trajectory/npy_writer.hpp"
#include "hopmc/units/units.hpp"
#include "meeting.hpp"
#include "worker.hpp"

namespace hopmc::ensemble {

using trajectory::FrameBlock;

namespace {

/// Bookkeeping of a block beside its rows (objects, map nodes), so that very short trajectories count too.
constexpr std::int64_t block_overhead = 1024;

/// How often a rank looks at the board: rarely enough for rank 0 to serve all of them.
Clock::duration board_interval(int ranks) {
  using std::chrono::milliseconds;
  return std::clamp(milliseconds(ranks), milliseconds(25), milliseconds(1000));
}

trajectory::Hdf5Options hdf5_options(const config::OutputConfig& output) {
  return {.compression = output.compression,
          .level = output.compression_level,
          .shuffle = output.shuffle,
          .fletcher32 = output.fletcher32,
          .blosc_codec = output.blosc_codec,
          .ranks_per_file = output.ranks_per_file};
}

/// One rank's share of a run.
///
/// Every step that can fail on one rank alone is caught where it happens (guard) and told at the next
/// meeting, so that all exceptions leave on all ranks at once and the destructors may be collective.
class Run {
 public:
  Run(const boost::mpi::communicator& comm, const kmc::PropagatorFactory& factory,
      const trajectory::Layout& layout, const trajectory::RunMetadata& metadata, const RunPlan& plan);
  RunSummary execute();

 private:
  void loop();
  void guard(const std::function<void()>& action);
  void compute();
  void keep(std::unique_ptr<FrameBlock> block);
  void look_around();
  void wait_for_others();
  bool meet();
  void heed_stop_request();
  void stop_here();
  void append_blocks();
  void keep_results();
  [[nodiscard]] double progress_fraction() const;
  [[nodiscard]] ProgressState progress_state() const;
  void print_progress();
  void finish_progress();
  RunSummary summarize();
  template <class T>
  [[nodiscard]] T sum(T mine) const {
    return boost::mpi::all_reduce(comm_, mine, std::plus<T>());
  }
  template <class T>
  [[nodiscard]] T largest(T mine) const {
    return boost::mpi::all_reduce(comm_, mine, boost::mpi::maximum<T>());
  }

  [[nodiscard]] bool may_compute() const;
  [[nodiscard]] bool somebody_failed() const { return board_.total(Counter::failures) > 0 || failure_; }
  [[nodiscard]] bool wants_to_meet() const;
  [[nodiscard]] bool stopping() const { return stop_told_ || board_.total(Counter::stops) > 0; }
  [[nodiscard]] double simulated_seconds() const {
    return static_cast<double>(plan_.n_traj) * plan_.t_final * units::atomic_time;
  }
  [[nodiscard]] std::int64_t held_bytes() const {
    return static_cast<std::int64_t>(blocks_.size()) * block_bytes_;
  }

  boost::mpi::communicator comm_;
  RunPlan plan_;
  const trajectory::Layout& layout_;
  std::int64_t block_bytes_;
  Clock::time_point start_ = Clock::now();
  double compress_before_ = trajectory::compression_seconds();

  Meeting meeting_;
  Board board_;
  Worker worker_;
  Checkpointer checkpointer_;
  std::optional<trajectory::NpyWriter> npy_;
  std::optional<trajectory::Hdf5Writer> hdf5_;
  ProgressPrinter printer_;

  std::vector<std::unique_ptr<FrameBlock>> blocks_;  ///< waiting for the next flush
  std::vector<const FrameBlock*> block_pointers_;    ///< the same, as the writer wants them
  std::optional<Failure> failure_;
  Clock::time_point last_flush_ = start_;
  Clock::time_point last_look_ = start_;
  bool wished_ = false;               ///< has asked for the coming flush
  std::int64_t wishes_ = 0;           ///< of this rank, in all
  std::int64_t answered_wishes_ = 0;  ///< of all ranks, up to the last meeting
  bool stop_told_ = false;            ///< this rank was asked to stop and has told the others
  bool printed_ = false;
  double read_back_seconds_ = 0;  ///< until all rows of an earlier run had been read

  WaitAccount waits_;
  double hdf5_seconds_ = 0;
  std::vector<std::int64_t> finished_;  ///< trajectories of this rank
  RunSummary summary_;
};

Run::Run(const boost::mpi::communicator& comm, const kmc::PropagatorFactory& factory,
         const trajectory::Layout& layout, const trajectory::RunMetadata& metadata, const RunPlan& plan)
    : comm_(duplicate(comm)),
      plan_(plan),
      layout_(layout),
      block_bytes_(static_cast<std::int64_t>(layout.block_bytes()) + block_overhead),
      meeting_(comm_),
      board_(comm_),
      worker_(factory, layout, plan, board_),
      checkpointer_(comm_, plan, layout),
      printer_(stderr) {
  if (plan_.output.npy) agree(comm_, [&] { npy_.emplace(plan_.directory, layout_, metadata.note); });
  if (plan_.output.hdf5) {
    const auto start = Clock::now();
    hdf5_.emplace(static_cast<MPI_Comm>(comm_), plan_.directory / trajectory::shared_file_name, metadata,
                  layout_, plan_.n_traj, hdf5_options(plan_.output));
    hdf5_seconds_ += seconds_since(start);
  }
}

RunSummary Run::execute() {
  loop();
  if (plan_.observer != nullptr) plan_.observer->reduce(comm_);
  if (hdf5_) {
    const auto start = Clock::now();
    hdf5_->close();
    keep_results();
    hdf5_seconds_ += seconds_since(start);
  }
  finish_progress();
  return summarize();
}

void Run::loop() {
  for (bool done = false; !done;) {
    if (may_compute()) {
      guard([this] { compute(); });
      look_around();
      if (!meeting_.joined() && wants_to_meet()) meeting_.join();
    } else {
      wait_for_others();
    }
    if (meeting_.joined() && meeting_.complete()) done = meet();
  }
}

/// Runs a step of this rank alone; a failure calls the others to a meeting.
void Run::guard(const std::function<void()>& action) {
  failure_ = failure_of(action);
  if (!failure_) return;
  board_.add(Counter::failures, 1);
  board_.synchronize();
}

bool Run::may_compute() const {
  return !somebody_failed() && !stopping() && !worker_.idle() && held_bytes() < plan_.output.buffer_memory;
}

void Run::compute() {
  if (auto block = worker_.step(waits_)) keep(std::move(block));
}

/// npy rows go to disk at once; nobody has to wait for them. HDF5 rows wait for all ranks.
void Run::keep(std::unique_ptr<FrameBlock> block) {
  summary_.raw_bytes += static_cast<std::int64_t>(block->bytes());
  summary_.frames += block->rows(trajectory::Axis::frame);
  summary_.peak_buffer_bytes = std::max(summary_.peak_buffer_bytes, held_bytes() + block_bytes_);
  if (plan_.observer != nullptr) plan_.observer->observe(*block);
  if (npy_) npy_->append(*block);
  checkpointer_.note(*block, worker_.state());
  if (block->finished()) {
    summary_.hops += block->total_hops();
    finished_.push_back(block->trajectory());
  }
  if (hdf5_) {
    block_pointers_.push_back(block.get());
    blocks_.push_back(std::move(block));
  }
}

/// Ranks that write no shared file meet only for checkpoints and the observer before the end.
bool Run::wants_to_meet() const {
  if (somebody_failed() || stopping() || worker_.idle() || checkpointer_.due()) return true;
  if (!hdf5_ && plan_.observer == nullptr) return false;
  return held_bytes() >= plan_.output.buffer_memory / 2 ||
         seconds_since(last_flush_) >= plan_.output.flush_interval ||
         board_.total(Counter::flush_wishes) > answered_wishes_;
}

void Run::look_around() {
  board_.serve();
  heed_stop_request();
  const auto now = Clock::now();
  if (now - last_look_ < board_interval(comm_.size())) return;
  last_look_ = now;
  board_.poll();
  if (progress_fraction() < plan_.stored_fraction) read_back_seconds_ = seconds_since(start_);
  if (plan_.progress && comm_.rank() == 0 && printer_.due()) print_progress();
}

/// Waits with nothing to compute. Where that is for want of memory, the others are asked to hurry.
void Run::wait_for_others() {
  if (!meeting_.joined()) meeting_.join();
  waits_.measure([this] {
    if (!wished_ && !somebody_failed() && !stopping() && !worker_.idle()) {
      wished_ = true;
      ++wishes_;
      board_.add(Counter::flush_wishes, 1);
      board_.synchronize();
    }
    wait_politely([this] {
      look_around();
      return meeting_.complete();
    });
  });
}

/// All ranks have come: agree on what happened, then write. True when the run is done. Collective.
bool Run::meet() {
  const Votes mine{.failures = failure_ ? 1 : 0,
                   .busy = worker_.idle() ? 0 : 1,
                   .blocks = static_cast<std::int64_t>(blocks_.size()),
                   .flush_wishes = wishes_,
                   .stops = stopping() ? 1 : 0,
                   .checkpoints = checkpointer_.due() ? 1 : 0};
  const Votes all = meeting_.conclude(mine, waits_);
  if (all.failures > 0) {
    printer_.finish();
    throw_if_any(comm_, failure_);
  }
  answered_wishes_ = all.flush_wishes;
  wished_ = false;
  if (plan_.observer != nullptr) plan_.observer->reduce(comm_);
  summary_.enough = plan_.observer != nullptr && plan_.observer->enough() && all.busy > 0;
  summary_.stopped = summary_.enough || (all.stops > 0 && all.busy > 0);
  const bool done = all.busy == 0 || summary_.stopped;
  if (summary_.stopped) stop_here();
  if (hdf5_ && (all.blocks > 0 || summary_.stopped)) append_blocks();
  if (done || all.checkpoints > 0) checkpointer_.write();
  last_flush_ = Clock::now();
  return done;
}

/// Tells the others once that this rank was asked to stop.
void Run::heed_stop_request() {
  if (stop_told_ || plan_.stop == nullptr || !plan_.stop->wanted()) return;
  stop_told_ = true;
  board_.add(Counter::stops, 1);
  board_.synchronize();
}

/// Nothing follows in these files, so blocks that are not full can be written too. Collective.
void Run::stop_here() {
  agree(comm_, [this] {
    if (auto block = worker_.take_partial()) keep(std::move(block));
  });
}

void Run::append_blocks() {
  const double waited_before = hdf5_->statistics().wait_seconds;
  const auto start = Clock::now();
  hdf5_->append(block_pointers_);
  const double waited = hdf5_->statistics().wait_seconds - waited_before;
  hdf5_seconds_ += seconds_since(start) - waited;
  waits_.add(waited);
  block_pointers_.clear();
  blocks_.clear();
  ++summary_.flushes;
}

/// The file is closed: what was written stays sound, and it may be one of links to part files.
void Run::keep_results() {
  if (plan_.observer == nullptr) return;
  agree(comm_, [this] {
    const auto results = plan_.observer->results();
    if (results && comm_.rank() == 0) {
      trajectory::append_results(plan_.directory / trajectory::shared_file_name, *results);
    }
  });
}

/// As of the last look at the board.
double Run::progress_fraction() const {
  const double whole = static_cast<double>(plan_.n_traj) * static_cast<double>(progress_per_trajectory);
  return static_cast<double>(board_.total(Counter::progress)) / whole;
}

ProgressState Run::progress_state() const {
  return {.trajectories = board_.total(Counter::trajectories),
          .n_traj = plan_.n_traj,
          .fraction = progress_fraction(),
          .simulated_seconds = simulated_seconds(),
          .hops = board_.total(Counter::hops),
          .elapsed_seconds = seconds_since(start_),
          .stored_fraction = plan_.stored_fraction,
          .read_back_seconds = read_back_seconds_,
          .remark = plan_.observer != nullptr ? plan_.observer->text() : std::string()};
}

void Run::print_progress() {
  printer_.print(progress_state());
  printed_ = true;
}

/// The last line says that all is done, if there were lines before it.
void Run::finish_progress() {
  if (printed_ && !summary_.stopped) {
    ProgressState state = progress_state();
    state.trajectories = plan_.n_traj;
    state.fraction = 1;
    printer_.print(state);
  }
  printer_.finish();
}

/// Size on disk of the npy files of the trajectories.
std::int64_t npy_bytes(const std::filesystem::path& directory, const trajectory::Layout& layout,
                       const std::vector<std::int64_t>& trajectories) {
  std::uintmax_t bytes = 0;
  for (const std::int64_t number : trajectories) {
    for (const auto& column : layout.columns) {
      const auto path = directory / trajectory::directory_name(number) / column.npy_name;
      std::error_code error;
      bytes += std::filesystem::file_size(path, error);
      if (error) throw IoError(fmt::format("{}: cannot be found again: {}", path.string(), error.message()));
    }
  }
  return static_cast<std::int64_t>(bytes);
}

RunSummary Run::summarize() {
  const double npy_seconds = npy_ ? npy_->seconds() : 0;
  npy_.reset();
  agree(comm_, [&] {
    if (plan_.output.npy) summary_.npy_bytes = npy_bytes(plan_.directory, layout_, finished_);
    if (plan_.output.hdf5 && comm_.rank() == 0) {
      summary_.hdf5_bytes = trajectory::stored_bytes(plan_.directory / trajectory::shared_file_name);
    }
  });
  const double compress = trajectory::compression_seconds() - compress_before_;
  summary_.simulate_seconds = sum(worker_.simulate_seconds());
  summary_.wait_seconds = sum(waits_.total());
  summary_.longest_wait_seconds = largest(waits_.longest());
  summary_.compress_seconds = sum(compress);
  summary_.write_seconds = sum(std::max(0.0, hdf5_seconds_ - compress) + npy_seconds);
  summary_.trajectories = sum(static_cast<std::int64_t>(finished_.size()));
  summary_.frames = sum(summary_.frames);
  summary_.hops = sum(summary_.hops);
  summary_.hops_made = sum(worker_.hops_made());
  summary_.raw_bytes = sum(summary_.raw_bytes);
  summary_.hdf5_bytes = sum(summary_.hdf5_bytes);
  summary_.npy_bytes = sum(summary_.npy_bytes);
  summary_.peak_buffer_bytes = largest(summary_.peak_buffer_bytes);
  summary_.ranks = comm_.size();
  summary_.wall_seconds = largest(seconds_since(start_));
  return summary_;
}

}  // namespace

RunSummary run(const boost::mpi::communicator& comm, const kmc::PropagatorFactory& factory,
               const trajectory::Layout& layout, const trajectory::RunMetadata& metadata,
               const RunPlan& plan) {
  return Run(comm, factory, layout, metadata, plan).execute();
}

}  // namespace hopmc::ensemble
