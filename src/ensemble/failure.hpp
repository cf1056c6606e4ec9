#pragma once
/// An error as ranks tell it to each other: what is left of an exception once it has to travel.

#include <boost/mpi/communicator.hpp>
#include <functional>
#include <optional>
#include <string>

#include "hopmc/config/errors.hpp"

namespace hopmc::ensemble {

/// Status and message of an exception.
struct Failure {
  ExitStatus status = ExitStatus::io_failure;
  std::string message;
};

/// Runs `action`; what it throws, of any kind, comes back as a failure. Local.
[[nodiscard]] std::optional<Failure> failure_of(const std::function<void()>& action) noexcept;

/// If any rank has a failure, every rank throws the one of the lowest rank that has: IoError for the status
/// of input/output, Error otherwise. Collective.
void throw_if_any(const boost::mpi::communicator& comm, const std::optional<Failure>& failure);

}  // namespace hopmc::ensemble
