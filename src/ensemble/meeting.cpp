#include "meeting.hpp"

#include <array>

#include "hopmc/ensemble/communicator.hpp"

namespace hopmc::ensemble {

Meeting::Meeting(const boost::mpi::communicator& comm) : comm_(duplicate(comm)) {}

void Meeting::join() {
  MPI_Ibarrier(static_cast<MPI_Comm>(comm_), &barrier_);
  joined_ = true;
}

bool Meeting::complete() {
  int done = 0;
  MPI_Test(&barrier_, &done, MPI_STATUS_IGNORE);
  return done != 0;
}

Votes Meeting::conclude(const Votes& mine, WaitAccount& waits) {
  std::array<std::int64_t, 6> votes{mine.failures,     mine.busy,  mine.blocks,
                                    mine.flush_wishes, mine.stops, mine.checkpoints};
  MPI_Request request = MPI_REQUEST_NULL;
  MPI_Iallreduce(MPI_IN_PLACE, votes.data(), static_cast<int>(votes.size()), MPI_INT64_T, MPI_SUM,
                 static_cast<MPI_Comm>(comm_), &request);
  waits.measure([&request] { wait_politely(request); });
  joined_ = false;
  return {votes[0], votes[1], votes[2], votes[3], votes[4], votes[5]};
}

}  // namespace hopmc::ensemble
