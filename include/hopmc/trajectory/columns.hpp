#pragma once
/// Names, units and shapes of every dataset a trajectory can have: the one place both formats take them from.

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "hopmc/config/run_config.hpp"
#include "hopmc/units/units.hpp"

namespace hopmc::trajectory {

enum class Column { unwrapped, wrapped, time, energy, delg_0, potential, occupancy, hop_time };
inline constexpr std::size_t n_columns = 8;

enum class ElementType { f64, i32 };
/// What a row stands for: an instant of the sampling, or a hop.
enum class Axis { frame, hop };

/// Constant facts of a column.
struct ColumnInfo {
  Column column;
  std::string_view path;  ///< below /trajectories/traj_NNN
  ElementType type;
  Axis axis;
  int values_per_carrier;  ///< 0: one value a row, whatever the number of carriers
  std::string_view units;  ///< of the stored numbers
  std::string_view si_units;
  double si_factor;        ///< stored number * si_factor = value in si_units
  std::string_view about;  ///< one line for the `description` attribute
};

inline constexpr std::array<ColumnInfo, n_columns> column_infos{{
    {Column::unwrapped, "coordinates/unwrapped", ElementType::f64, Axis::frame, 3, "bohr", "m", units::bohr,
     "displacement of each carrier since t = 0, not folded back (x, y, z of carrier 1, 2, ...)"},
    {Column::wrapped, "coordinates/wrapped", ElementType::f64, Axis::frame, 3, "bohr", "m", units::bohr,
     "site position of each carrier inside the simulation cell (x, y, z of carrier 1, 2, ...)"},
    {Column::time, "time", ElementType::f64, Axis::frame, 0, "hbar/E_h", "s", units::atomic_time,
     "simulated time of each frame"},
    {Column::energy, "energy", ElementType::f64, Axis::frame, 0, "E_h", "J", units::hartree,
     "total energy of the state"},
    {Column::delg_0, "delg_0", ElementType::f64, Axis::frame, 0, "E_h", "J", units::hartree,
     "dG0 of the last hop before the frame"},
    {Column::potential, "potential", ElementType::f64, Axis::frame, 0, "E_h", "J", units::hartree,
     "electrostatic part of the energy"},
    {Column::occupancy, "occupancy", ElementType::i32, Axis::frame, 1, "1", "1", 1.0,
     "site index of each carrier"},
    {Column::hop_time, "time_data", ElementType::f64, Axis::hop, 0, "hbar/E_h", "s", units::atomic_time,
     "time of every hop; row 0 is t = 0"},
}};

[[nodiscard]] constexpr const ColumnInfo& info(Column column) {
  return column_infos[static_cast<std::size_t>(column)];
}
[[nodiscard]] constexpr std::size_t size_of(ElementType type) {
  return type == ElementType::f64 ? 8 : 4;
}

/// A column of this run.
struct ColumnSpec {
  Column column = Column::time;
  std::size_t width = 1;  ///< values a row
  std::string npy_name;   ///< file name in traj<N>/
  std::string_view about = info(column).about;
  [[nodiscard]] std::size_t row_bytes() const { return width * size_of(info(column).type); }
};

/// The columns of a run and how they are cut into chunks; the same on every rank. Shapes: [n, width] for
/// columns with values_per_carrier > 0, [n] for the others.
struct Layout {
  std::vector<ColumnSpec> columns;  ///< in the order of enum Column
  std::int64_t n_carriers = 0;
  std::int64_t n_states = 0;      ///< > 0: rows of occupancy hold the states of so many sites
  std::int64_t chunk_frames = 1;  ///< rows of a chunk, and of a FrameBlock, of frame columns
  std::int64_t chunk_hops = 1;    ///< the same for hop columns

  [[nodiscard]] const ColumnSpec* find(Column column) const;
  [[nodiscard]] std::int64_t chunk_rows(Axis axis) const {
    return axis == Axis::frame ? chunk_frames : chunk_hops;
  }
  [[nodiscard]] std::size_t block_bytes() const;  ///< memory of one full FrameBlock
};

/// Number of dimensions of a column's dataset: 2 where rows hold values of each carrier, else 1.
[[nodiscard]] constexpr int n_dimensions(Column column) {
  return info(column).values_per_carrier > 0 ? 2 : 1;
}

/// Chooses columns and chunks: frame times always; hop times where output_data.time is written; a block of
/// about 1 MiB of frames (a power of two, at least 64), but no longer than the trajectory and no larger than
/// 1 GiB. `n_frames` -1: not known in advance. `n_sites`: of the cell, for the occupancy of every site.
/// Throws InputError where two columns have the same npy file name and where a frame or the chunk that is
/// asked for is larger than 1 GiB, std::invalid_argument where n_carriers < 1.
[[nodiscard]] Layout make_layout(const config::OutputConfig& output, std::int64_t n_carriers,
                                 std::int64_t n_frames, std::int64_t n_sites);

/// "traj_007", at least three digits, more if n_traj needs them. `trajectory` counts from 0.
[[nodiscard]] std::string group_name(std::int64_t trajectory, std::int64_t n_traj);
/// "traj7". `trajectory` counts from 0.
[[nodiscard]] std::string directory_name(std::int64_t trajectory);

inline constexpr std::string_view shared_file_name = "trajectory_data.h5";
/// Beside the shared file: its part files, where it has any.
inline constexpr std::string_view parts_directory_name = "trajectory_data.parts";
inline constexpr std::string_view format_name = "hopmc-trajectory";
inline constexpr std::string_view format_version = "hdf5_v1";

}  // namespace hopmc::trajectory
