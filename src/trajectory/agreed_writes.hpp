#pragma once
/// Makes collective MPI-IO writes fail on all ranks or on none, and remembers the system's reason.

#include <mpi.h>

namespace hopmc::trajectory {

/// While it lives, a MPI_File_write_at_all of this process that fails on any rank of `comm` fails on all of
/// them. Every such call must then be made by all ranks of `comm` in the same order.
///
/// Why: HDF5 believes the outcome it is given on its own rank. Where only the rank that touched the full disk
/// is told, it leaves HDF5's collective function while the others wait in a barrier inside it, for ever. And
/// OpenMPI's collective modules may not tell at all (4.1: vulcan prints the failure and returns success).
class AgreedWrites {
 public:
  explicit AgreedWrites(MPI_Comm comm) noexcept;
  ~AgreedWrites();
  AgreedWrites(const AgreedWrites&) = delete;
  AgreedWrites& operator=(const AgreedWrites&) = delete;

 private:
  MPI_Comm outer_;
};

/// errno of the last write that failed below an AgreedWrites (on any rank) since it began; 0: none did.
[[nodiscard]] int last_write_error() noexcept;

}  // namespace hopmc::trajectory
