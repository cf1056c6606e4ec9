#pragma once
/// Makes HDF5's collective writes cheap and their failures the same on all ranks.

#include <string_view>

namespace hopmc::trajectory {

/// While it lives, a MPI_File_write_at_all of this process writes for itself, and succeeds as far as its
/// caller can tell; what failed is remembered, for all ranks to agree on when HDF5 has returned.
///
/// Why errors are held: HDF5 believes the outcome it is given on its own rank. Where only the rank that
/// touched the full disk is told, it leaves HDF5's collective function while the others wait in a barrier
/// inside it, for ever. And OpenMPI's collective modules may not tell at all (4.1: vulcan prints the failure
/// and returns success).
///
/// Why each rank writes for itself: collective buffering pays where the pieces of several ranks interleave.
/// Here every write has one owner or pieces that lie apart, and shipping them to an aggregator costs copies
/// and about a dozen messages a rank (docs/performance.md has the measurement). ROMIO decides likewise.
class HeldWriteErrors {
 public:
  HeldWriteErrors() noexcept;
  ~HeldWriteErrors();
  HeldWriteErrors(const HeldWriteErrors&) = delete;
  HeldWriteErrors& operator=(const HeldWriteErrors&) = delete;

  /// Throws IoError naming `place` and the system's reason if a write of this rank has failed. Local.
  void check(std::string_view place) const;
};

/// Runs a collective step of HDF5 with write errors held. Throws IoError where a write of this rank failed,
/// else what the step throws. Not collective by itself: all ranks are to agree on the outcome before the next
/// step, because no later step may meet what was not written.
template <class Step>
void holding_write_errors(std::string_view place, Step&& step) {
  const HeldWriteErrors held;
  try {
    step();
  } catch (...) {
    held.check(place);  // the cause, if this is a consequence
    throw;
  }
  held.check(place);
}

}  // namespace hopmc::trajectory
