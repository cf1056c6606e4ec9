#include "agreement.hpp"

#include <limits>

#include "hopmc/config/errors.hpp"

namespace hopmc::trajectory {

void throw_if_any_failed(MPI_Comm comm, const std::string& message) {
  constexpr int nobody = std::numeric_limits<int>::max();
  int rank = 0;
  MPI_Comm_rank(comm, &rank);
  int first_failed = message.empty() ? nobody : rank;
  MPI_Allreduce(MPI_IN_PLACE, &first_failed, 1, MPI_INT, MPI_MIN, comm);
  if (first_failed == nobody) return;

  std::string reason = rank == first_failed ? message : std::string();
  int length = static_cast<int>(reason.size());
  MPI_Bcast(&length, 1, MPI_INT, first_failed, comm);
  reason.resize(static_cast<std::size_t>(length));
  MPI_Bcast(reason.data(), length, MPI_CHAR, first_failed, comm);
  throw IoError(reason);
}

}  // namespace hopmc::trajectory
