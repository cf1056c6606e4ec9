#pragma once
/// What is measured: every way of writing behind one interface.

#include <boost/mpi/communicator.hpp>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>

#include "hopmc/bench/io_benchmark.hpp"
#include "hopmc/trajectory/columns.hpp"
#include "hopmc/trajectory/frame_block.hpp"

namespace hopmc::bench {

/// Collective in every member, so that all ranks call the same in the same order. A failure of one rank alone
/// is kept until close(), for the others are to go on with what they do together: that throws it, on its
/// rank.
class Writer {
 public:
  virtual ~Writer() = default;
  /// Brings the next blocks of this rank's trajectories.
  virtual void append(std::span<const trajectory::FrameBlock* const> blocks) = 0;
  virtual void close() = 0;
};

/// Where and how much.
struct WriterPlace {
  std::filesystem::path directory;  ///< empty
  std::int64_t n_traj = 1;          ///< trajectories are numbered from 0 to below it
  std::int64_t rank_bytes = 0;      ///< that each rank is going to bring
  std::int64_t n_frames = 0;        ///< of every trajectory
};

/// Creates what the setting writes into. `layout` must outlive the writer. Collective.
[[nodiscard]] std::unique_ptr<Writer> make_writer(const boost::mpi::communicator& comm,
                                                  const Setting& setting, const WriterPlace& place,
                                                  const trajectory::Layout& layout);

/// The two that know of no format. Collective and local.
[[nodiscard]] std::unique_ptr<Writer> make_mpi_writer(const boost::mpi::communicator& comm,
                                                      const WriterPlace& place,
                                                      const trajectory::Layout& layout);
[[nodiscard]] std::unique_ptr<Writer> make_plain_writer(int rank, const WriterPlace& place,
                                                        const trajectory::Layout& layout);

}  // namespace hopmc::bench
