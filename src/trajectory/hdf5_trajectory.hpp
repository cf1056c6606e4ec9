#pragma once
/// One trajectory's group and datasets in the shared file while rows are added to it.

#include <hdf5.h>

#include <cstdint>
#include <string>
#include <vector>

#include "hdf5_handle.hpp"
#include "hopmc/trajectory/columns.hpp"
#include "hopmc/trajectory/hdf5_writer.hpp"
#include "hopmc/trajectory/note.hpp"
#include "update_exchange.hpp"

namespace hopmc::trajectory {

/// Handles of a group traj_NNN. Every member changes metadata of the file: all ranks call it with equal
/// arguments, and throw IoError on failure.
class Hdf5Trajectory {
 public:
  /// Creates the group, without datasets. `stream`: what the random numbers are keyed by.
  Hdf5Trajectory(hid_t file, const std::string& path, std::int64_t trajectory, std::string_view stream,
                 const std::string& file_place);

  /// Creates the group of the note.
  void add(const Note& note);
  /// Creates the dataset of the next column of the layout with `rows` rows.
  void create_dataset(const ColumnSpec& spec, std::int64_t rows, std::int64_t chunk_rows,
                      const Hdf5Options& options);
  /// Sets the number of rows of a column, given by its place in the layout.
  void set_rows(std::size_t column_place, const ColumnSpec& spec, std::int64_t rows);
  /// Notes what is there now in the attributes of the group and the datasets.
  void note(const Layout& layout, const Update& update);

  [[nodiscard]] hid_t dataset(std::size_t column_place) const { return datasets_[column_place].get(); }
  [[nodiscard]] const std::string& place() const noexcept { return place_; }
  void close();
  void abandon() noexcept;  ///< gives the handles up without closing them

 private:
  std::int64_t trajectory_;
  std::string place_;
  Handle group_;
  std::vector<Handle> datasets_;  ///< by place in the layout
};

}  // namespace hopmc::trajectory
