#pragma once
// Made-up trajectories: any number of rows whose every byte follows from (trajectory, column, row, place).

#include <mpi.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "hopmc/trajectory/columns.hpp"
#include "hopmc/trajectory/frame_block.hpp"
#include "hopmc/trajectory/run_metadata.hpp"

namespace made_up {

namespace tr = hopmc::trajectory;

inline int rank_of(MPI_Comm comm = MPI_COMM_WORLD) {
  int rank = 0;
  MPI_Comm_rank(comm, &rank);
  return rank;
}
inline int size_of(MPI_Comm comm = MPI_COMM_WORLD) {
  int size = 1;
  MPI_Comm_size(comm, &size);
  return size;
}

/// Value number `place` of a row: differs in every argument, with some repetition so that it compresses.
inline double value(std::int64_t trajectory, tr::Column column, std::int64_t row, std::size_t place) {
  const auto steps = static_cast<double>((row / 3) % 97);
  return 1.0 / 3.0 + 1000.0 * static_cast<double>(trajectory) + 100.0 * static_cast<double>(column) + steps +
         0.125 * static_cast<double>(place);
}

/// Rows [first, first + count) of a column as they are to be stored.
inline std::vector<std::byte> rows(std::int64_t trajectory, const tr::ColumnSpec& spec, std::int64_t first,
                                   std::int64_t count) {
  std::vector<std::byte> bytes(static_cast<std::size_t>(count) * spec.row_bytes());
  std::byte* at = bytes.data();
  for (std::int64_t row = first; row < first + count; ++row) {
    for (std::size_t place = 0; place < spec.width; ++place) {
      const double number = value(trajectory, spec.column, row, place);
      if (tr::info(spec.column).type == tr::ElementType::f64) {
        std::memcpy(at, &number, sizeof number);
        at += sizeof number;
      } else {
        const auto integer = static_cast<std::int32_t>(number);
        std::memcpy(at, &integer, sizeof integer);
        at += sizeof integer;
      }
    }
  }
  return bytes;
}

/// Length of a made-up trajectory.
struct Length {
  std::int64_t frames = 0;
  std::int64_t hop_rows = 0;
};

/// Cuts a trajectory into blocks as a recorder would: each as full as its axes allow.
inline std::vector<std::unique_ptr<tr::FrameBlock>> blocks(const tr::Layout& layout, std::int64_t trajectory,
                                                           Length length) {
  std::vector<std::unique_ptr<tr::FrameBlock>> result;
  if (layout.find(tr::Column::hop_time) == nullptr) length.hop_rows = 0;
  std::int64_t frame = 0;
  std::int64_t hop = 0;
  do {
    auto block = std::make_unique<tr::FrameBlock>(layout, trajectory, frame, hop);
    const auto frame_columns = block->frame_columns();
    const auto hop_columns = block->hop_columns();
    hopmc::kmc::Recorded recorded;
    recorded.frames = std::min(frame_columns.capacity, static_cast<std::size_t>(length.frames - frame));
    recorded.hop_rows = std::min(hop_columns.capacity, static_cast<std::size_t>(length.hop_rows - hop));
    const auto fill = [&](tr::Column column, void* to, std::int64_t first, std::size_t count) {
      if (to == nullptr) return;
      const auto bytes = rows(trajectory, *layout.find(column), first, static_cast<std::int64_t>(count));
      std::copy(bytes.begin(), bytes.end(), static_cast<std::byte*>(to));
    };
    fill(tr::Column::time, frame_columns.time, frame, recorded.frames);
    fill(tr::Column::unwrapped, frame_columns.unwrapped, frame, recorded.frames);
    fill(tr::Column::wrapped, frame_columns.wrapped, frame, recorded.frames);
    fill(tr::Column::energy, frame_columns.energy, frame, recorded.frames);
    fill(tr::Column::delg_0, frame_columns.delg_0, frame, recorded.frames);
    fill(tr::Column::potential, frame_columns.potential, frame, recorded.frames);
    fill(tr::Column::occupancy, frame_columns.occupancy, frame, recorded.frames);
    fill(tr::Column::hop_time, hop_columns.time, hop, recorded.hop_rows);
    frame += static_cast<std::int64_t>(recorded.frames);
    hop += static_cast<std::int64_t>(recorded.hop_rows);
    recorded.finished = frame == length.frames && hop == length.hop_rows;
    block->add(recorded, std::max<std::int64_t>(hop - 1, 0));
    result.push_back(std::move(block));
  } while (!result.back()->finished());
  return result;
}

/// A layout with every column there is, and small chunks.
inline tr::Layout full_layout(std::int64_t n_carriers = 2, std::int64_t chunk_frames = 16,
                              std::int64_t chunk_hops = 24) {
  hopmc::config::OutputConfig output;
  output.unwrapped.write = output.wrapped.write = output.time.write = output.energy.write = true;
  output.delg_0.write = output.potential.write = output.occupancy.write = true;
  output.chunk_frames = chunk_frames;
  tr::Layout layout = tr::make_layout(output, n_carriers, -1, 1);
  layout.chunk_hops = chunk_hops;
  return layout;
}

inline tr::RunMetadata metadata(std::int64_t n_traj) {
  tr::RunMetadata data;
  data.version = "1.2.3";
  data.created_on = "2026-01-02T03:04:05Z";
  data.lattice_matrix << 1, 2, 3, 4, 5, 6, 7, 8, 10;
  data.pbc = {1, 1, 0};
  data.system_size = {2, 3, 4};
  data.species_count = {2, 1};
  data.species_types = {"electron", "h\xc3\xb6le"};
  data.temperature = 298.15;
  data.time_interval = 1e-9;
  data.t_final = 1e-5;
  data.n_traj = n_traj;
  data.random_seed = 42;
  data.n_frames = 10001;
  data.command_line = "hopmc run case";
  data.git_commit = "abc";
  data.build_type = "Release";
  data.compiler = "g++";
  data.mpi_version = "3.1";
  data.hdf5_version = "1.10.8";
  data.rng = "philox";
  data.ranks = size_of();
  data.effective_config = "a: 1\n";
  data.simulation_parameters_yml = "b: 2\r\n# \xc3\xa4\r\n";
  data.sys_config_yml = "c: 3";
  data.poscar = "\tFe2O3\n\n";
  return data;
}

/// A directory that all ranks see and that is removed by the end of the test. Collective.
class SharedDirectory {
 public:
  SharedDirectory() {
    std::string name;
    if (rank_of() == 0) {
      std::string pattern = (std::filesystem::temp_directory_path() / "hopmc_trajectory_XXXXXX").string();
      name = mkdtemp(pattern.data());
    }
    int length = static_cast<int>(name.size());
    MPI_Bcast(&length, 1, MPI_INT, 0, MPI_COMM_WORLD);
    name.resize(static_cast<std::size_t>(length));
    MPI_Bcast(name.data(), length, MPI_CHAR, 0, MPI_COMM_WORLD);
    path_ = name;
  }
  SharedDirectory(const SharedDirectory&) = delete;
  SharedDirectory& operator=(const SharedDirectory&) = delete;
  ~SharedDirectory() {
    MPI_Barrier(MPI_COMM_WORLD);
    std::error_code ignored;
    if (rank_of() == 0) std::filesystem::remove_all(path_, ignored);
    MPI_Barrier(MPI_COMM_WORLD);
  }
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  [[nodiscard]] std::filesystem::path file() const { return path_ / tr::shared_file_name; }

 private:
  std::filesystem::path path_;
};

}  // namespace made_up
