#pragma once
/// Where a propagator records: plain columns of memory, owned by somebody else.

#include <cstddef>
#include <cstdint>

namespace hopmc::kmc {

/// Destination of frames, one row a frame; a null pointer is a column nobody wants.
/// All in Hartree atomic units.
struct FrameColumns {
  double* time = nullptr;             ///< [capacity]
  double* unwrapped = nullptr;        ///< [capacity, 3 n_carriers] displacement since t = 0
  double* wrapped = nullptr;          ///< [capacity, 3 n_carriers] site position inside the cell
  double* energy = nullptr;           ///< [capacity] total energy of the state
  double* delg_0 = nullptr;           ///< [capacity] dG0 of the last hop before the frame, 0 before the first
  double* potential = nullptr;        ///< [capacity] electrostatic part of the energy
  std::int32_t* occupancy = nullptr;  ///< [capacity, n_carriers] site index of each carrier, or
  std::size_t n_states = 0;           ///< > 0: [capacity, n_states] species on each site + 1, 0: none
  std::size_t capacity = 0;           ///< rows that can be written
};

/// Destination of hop times: row 0 is t = 0, row h the time after hop h. Null: nobody wants them.
struct HopColumns {
  double* time = nullptr;  ///< [capacity]
  std::size_t capacity = 0;
};

/// Rows written by one call.
struct Recorded {
  std::size_t frames = 0;
  std::size_t hop_rows = 0;
  bool finished = false;  ///< the trajectory is complete
};

}  // namespace hopmc::kmc
