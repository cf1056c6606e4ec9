#include "hopmc/ensemble/communicator.hpp"

#include <boost/mpi/collectives.hpp>

#include "failure.hpp"

namespace hopmc::ensemble {

boost::mpi::communicator duplicate(const boost::mpi::communicator& comm) {
  return {static_cast<MPI_Comm>(comm), boost::mpi::comm_duplicate};
}

void agree(const boost::mpi::communicator& comm, const std::function<void()>& action) {
  throw_if_any(comm, failure_of(action));
}

void broadcast(const boost::mpi::communicator& comm, config::CaseFiles& files) {
  for (std::string* text :
       {&files.directory, &files.simulation_parameters.path, &files.simulation_parameters.text,
        &files.sys_config.path, &files.sys_config.text, &files.poscar.path, &files.poscar.text}) {
    boost::mpi::broadcast(comm, *text, 0);
  }
}

}  // namespace hopmc::ensemble
