#include "all_ranks.hpp"

#include <fmt/format.h>

#include "console.hpp"
#include "hopmc/ensemble/communicator.hpp"

namespace hopmc::cli {

void on_first_rank(const boost::mpi::communicator& comm, const std::function<void()>& action) {
  ensemble::agree(comm, [&] {
    if (comm.rank() == 0) action();
  });
}

int guarded(const boost::mpi::communicator& comm, const std::function<int()>& action) {
  try {
    return action();
  } catch (const Error& error) {
    if (comm.rank() == 0) print_error(error.what());
    comm.barrier();  // the launcher ends the others as soon as one has failed
    return to_int(error.status());
  } catch (const std::exception& error) {
    print_error(fmt::format("rank {}: {}", comm.rank(), error.what()));
    if (comm.size() > 1) MPI_Abort(comm, to_int(ExitStatus::io_failure));
    return to_int(ExitStatus::io_failure);
  }
}

}  // namespace hopmc::cli
