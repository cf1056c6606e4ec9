#include "measure.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <tuple>
#include <utility>

#include "hopmc/ensemble/communicator.hpp"
#include "hopmc/ensemble/patience.hpp"

namespace hopmc::bench {
namespace {

using ensemble::Clock;

/// Seconds since the last call.
class Lap {
 public:
  double operator()() {
    const auto before = std::exchange(last_, Clock::now());
    return std::chrono::duration<double>(last_ - before).count();
  }

 private:
  Clock::time_point last_ = Clock::now();
};

/// The blocks that a flush brings, trajectory by trajectory.
std::vector<const trajectory::FrameBlock*> blocks_of_flush(const Trajectories& trajectories, int flush,
                                                           std::int64_t chunks_per_flush) {
  std::vector<const trajectory::FrameBlock*> blocks;
  const auto step = static_cast<std::size_t>(chunks_per_flush);
  const std::size_t first = static_cast<std::size_t>(flush) * step;
  for (const Blocks* all : trajectories) {
    for (std::size_t i = first; i < std::min(first + step, all->size()); ++i) {
      blocks.push_back((*all)[i].get());
    }
  }
  return blocks;
}

/// The largest of any rank. Collective.
void reduce(const boost::mpi::communicator& comm, Measurement& m) {
  std::array<double, 5> times{m.create, m.first_flush, m.later_flushes, m.close, m.total};
  MPI_Allreduce(MPI_IN_PLACE, times.data(), static_cast<int>(times.size()), MPI_DOUBLE, MPI_MAX,
                static_cast<MPI_Comm>(comm));
  std::tie(m.create, m.first_flush, m.later_flushes, m.close, m.total) = std::tuple_cat(times);
}

}  // namespace

int n_flushes(std::size_t n_blocks, std::int64_t chunks_per_flush) {
  return static_cast<int>((static_cast<std::int64_t>(n_blocks) + chunks_per_flush - 1) / chunks_per_flush);
}

Measurement measure_writing(const boost::mpi::communicator& comm, const Setting& setting,
                            const WriterPlace& place, const trajectory::Layout& layout,
                            const Trajectories& trajectories, std::int64_t chunks_per_flush) {
  const int flushes = n_flushes(trajectories.front()->size(), chunks_per_flush);
  Measurement m;
  ensemble::agree(comm, [&] {
    comm.barrier();
    const auto start = Clock::now();
    Lap lap;
    const std::unique_ptr<Writer> writer = make_writer(comm, setting, place, layout);
    m.create = lap();
    for (int flush = 0; flush < flushes; ++flush) {
      writer->append(blocks_of_flush(trajectories, flush, chunks_per_flush));
      (flush == 0 ? m.first_flush : m.later_flushes) += lap();
    }
    writer->close();
    m.close = lap();
    m.total = ensemble::seconds_since(start);
  });
  reduce(comm, m);
  return m;
}

}  // namespace hopmc::bench
