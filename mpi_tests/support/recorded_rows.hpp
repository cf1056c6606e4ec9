#pragma once
// All rows of a trajectory in memory.

#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

#include "hopmc/kmc/propagator.hpp"

namespace hopmc::test {

/// Columns of one trajectory, rows one after the other.
struct RecordedRows {
  std::size_t n_carriers = 0;
  std::vector<double> time, unwrapped, wrapped, energy, delg_0, potential, hop_time;
  std::vector<std::int32_t> occupancy;
  std::int64_t hops = 0;
  [[nodiscard]] std::size_t frames() const { return time.size(); }
};

/// Rows of at most `calls` calls with room for `block_rows` rows each. `with_hops`: also the time of every
/// hop.
inline RecordedRows record_rows(kmc::Propagator& propagator, std::size_t n_carriers, std::size_t block_rows,
                                std::size_t calls, bool with_hops = false) {
  RecordedRows rows;
  rows.n_carriers = n_carriers;
  const auto grow = [](auto& column, std::size_t used, std::size_t extra) {
    column.resize(used + extra);
    return column.data() + used;
  };
  std::size_t frames = 0, hop_rows = 0;
  bool finished = false;
  for (std::size_t call = 0; call < calls && !finished; ++call) {
    kmc::FrameColumns f;
    f.time = grow(rows.time, frames, block_rows);
    f.unwrapped = grow(rows.unwrapped, 3 * n_carriers * frames, 3 * n_carriers * block_rows);
    f.wrapped = grow(rows.wrapped, 3 * n_carriers * frames, 3 * n_carriers * block_rows);
    f.energy = grow(rows.energy, frames, block_rows);
    f.delg_0 = grow(rows.delg_0, frames, block_rows);
    f.potential = grow(rows.potential, frames, block_rows);
    f.occupancy = grow(rows.occupancy, n_carriers * frames, n_carriers * block_rows);
    f.capacity = block_rows;
    kmc::HopColumns h;
    if (with_hops) h = {grow(rows.hop_time, hop_rows, block_rows), block_rows};
    const kmc::Recorded recorded = propagator.advance(f, h);
    frames += recorded.frames;
    hop_rows += recorded.hop_rows;
    finished = recorded.finished;
  }
  for (auto* scalar : {&rows.time, &rows.energy, &rows.delg_0, &rows.potential}) scalar->resize(frames);
  rows.unwrapped.resize(3 * n_carriers * frames);
  rows.wrapped.resize(3 * n_carriers * frames);
  rows.occupancy.resize(n_carriers * frames);
  rows.hop_time.resize(hop_rows);
  rows.hops = propagator.hops();
  return rows;
}

/// All rows of a trajectory, from where it is to its end.
inline RecordedRows record_all(kmc::Propagator& propagator, std::size_t n_carriers,
                               std::size_t block_rows = 1000, bool with_hops = false) {
  return record_rows(propagator, n_carriers, block_rows, std::numeric_limits<std::size_t>::max(), with_hops);
}

/// Puts the rows of `more` after those of `rows`.
inline void append(RecordedRows& rows, const RecordedRows& more) {
  const auto join = [](auto& a, const auto& b) { a.insert(a.end(), b.begin(), b.end()); };
  join(rows.time, more.time);
  join(rows.unwrapped, more.unwrapped);
  join(rows.wrapped, more.wrapped);
  join(rows.energy, more.energy);
  join(rows.delg_0, more.delg_0);
  join(rows.potential, more.potential);
  join(rows.occupancy, more.occupancy);
  join(rows.hop_time, more.hop_time);
  rows.hops = more.hops;
}

}  // namespace hopmc::test
