#pragma once
/// npy directories as PyCD writes them: DIR/traj<N>/<name>.npy, each one valid array after every append.
/// Local.

#include <cstdint>
#include <filesystem>
#include <map>

#include "hopmc/trajectory/columns.hpp"
#include "hopmc/trajectory/frame_block.hpp"
#include "hopmc/trajectory/note.hpp"

namespace hopmc::trajectory {

/// Appends blocks of any number of trajectories to their npy files. Local; one trajectory is written by one
/// rank.
class NpyWriter {
 public:
  /// `layout` must outlive the writer. Directories are created with their first rows. `note_of`: kept beside
  /// the columns of each trajectory, as a JSON file.
  NpyWriter(std::filesystem::path directory, const Layout& layout, NoteSource note_of = {});
  ~NpyWriter();
  NpyWriter(const NpyWriter&) = delete;
  NpyWriter& operator=(const NpyWriter&) = delete;

  /// Appends the rows, then sets the shape in the headers. Throws IoError naming the file and the system's
  /// reason.
  void append(const FrameBlock& block);
  [[nodiscard]] double seconds() const noexcept { return seconds_; }
  [[nodiscard]] std::int64_t bytes() const noexcept { return bytes_; }

 private:
  struct OpenTrajectory;
  std::filesystem::path directory_;
  const Layout* layout_;
  NoteSource note_of_;
  std::map<std::int64_t, OpenTrajectory> open_;
  double seconds_ = 0;
  std::int64_t bytes_ = 0;
};

}  // namespace hopmc::trajectory
