#include "failure.hpp"

#include <boost/mpi/collectives.hpp>
#include <boost/mpi/operations.hpp>
#include <exception>
#include <new>

namespace hopmc::ensemble {

namespace {

[[noreturn]] void raise(const Failure& failure) {
  if (failure.status == ExitStatus::io_failure) throw IoError(failure.message);
  throw Error(failure.status, failure.message);
}

}  // namespace

std::optional<Failure> failure_of(const std::function<void()>& action) noexcept {
  try {
    action();
  } catch (const Error& error) {
    return Failure{error.status(), error.what()};
  } catch (const std::bad_alloc&) {
    return Failure{ExitStatus::io_failure, "out of memory"};  // short enough to need none itself
  } catch (const std::exception& error) {
    return Failure{ExitStatus::io_failure, std::string("unexpected error: ") + error.what()};
  } catch (...) {
    return Failure{ExitStatus::io_failure, "unexpected error of unknown kind"};
  }
  return std::nullopt;
}

void throw_if_any(const boost::mpi::communicator& comm, const std::optional<Failure>& failure) {
  const int mine = failure ? comm.rank() : comm.size();
  const int first = boost::mpi::all_reduce(comm, mine, boost::mpi::minimum<int>());
  if (first == comm.size()) return;
  Failure shared = failure.value_or(Failure{});
  auto status = static_cast<int>(shared.status);
  boost::mpi::broadcast(comm, status, first);
  boost::mpi::broadcast(comm, shared.message, first);
  shared.status = static_cast<ExitStatus>(status);
  raise(shared);
}

}  // namespace hopmc::ensemble
