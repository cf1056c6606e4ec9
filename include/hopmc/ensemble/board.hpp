#pragma once
/// One set of counters that every rank can add to at any time without the others' help: what hands out the
/// trajectories, tells how far the run is, and calls for attention.

#include <array>
#include <boost/mpi/communicator.hpp>
#include <cstddef>
#include <cstdint>
#include <memory>

namespace hopmc::ensemble {

/// What is counted, over all ranks.
enum class Counter : std::size_t {
  claimed,       ///< trajectories handed out; may exceed their number at the end
  trajectories,  ///< trajectories finished
  progress,      ///< simulated time, in units of 1/progress_per_trajectory of a trajectory
  frames,        ///< frames recorded
  hops,          ///< hops made, without those of an earlier run
  flush_wishes,  ///< times that a rank at its memory limit asked the others to flush
  failures,      ///< ranks that can not go on
  stops,         ///< ranks that were asked to stop
};
inline constexpr std::size_t n_counters = 8;
inline constexpr std::int64_t progress_per_trajectory = 1'000'000'000;

using Counters = std::array<std::int64_t, n_counters>;

[[nodiscard]] constexpr std::size_t index(Counter counter) {
  return static_cast<std::size_t>(counter);
}

/// The counters, kept on rank 0 (an MPI window under passive target; plain memory where there is one rank).
///
/// The only access is an atomic exchange: add this rank's pending amounts, get the totals. One kind of
/// operation keeps to what every one-sided component of OpenMPI supports. Where the transport has no remote
/// atomics, an exchange ends only when rank 0 next serves (or waits in MPI), so it must do so often.
class Board {
 public:
  /// Collective over `comm`, which must outlive the board.
  explicit Board(const boost::mpi::communicator& comm);
  /// Collective: an error that only one rank knows must be agreed before the board goes.
  ~Board();
  Board(const Board&) = delete;
  Board& operator=(const Board&) = delete;

  /// The next trajectory nobody has (0, 1, 2, ... without end). Local, waits for rank 0 at the most.
  [[nodiscard]] std::int64_t claim();

  /// Notes an amount; it reaches the board with the next exchange. Local.
  void add(Counter counter, std::int64_t amount) noexcept { pending_[index(counter)] += amount; }

  /// Lets MPI answer the exchanges of other ranks. Cheap, never waits. Local.
  void serve();

  /// Serves; begins an exchange, or ends the one under way if it is complete. Never waits. Local.
  void poll();

  /// Carries out an exchange now. Local, waits for rank 0 at the most.
  void synchronize();

  /// Totals as of the last exchange that ended.
  [[nodiscard]] std::int64_t total(Counter counter) const noexcept { return totals_[index(counter)]; }

 private:
  class Window;
  void begin();
  void end();

  std::unique_ptr<Window> window_;  ///< null: a single rank
  Counters pending_{};
  Counters totals_{};
  Counters sent_{};      ///< origin of the exchange under way
  Counters received_{};  ///< totals before that exchange
  bool under_way_ = false;
};

}  // namespace hopmc::ensemble
