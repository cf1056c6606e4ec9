#pragma once
/// Frames of a trajectory at even intervals, whatever the run recorded.

#include <cstdint>
#include <vector>

#include "hopmc/analysis/analysed_run.hpp"
#include "hopmc/analysis/displacement.hpp"

namespace hopmc::analysis {

/// Occupied sites, a row a frame: one of each carrier [frames, carriers].
using Sites = Eigen::Matrix<std::int32_t, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

/// Frame f is the state at f * time_interval. Of a run that wrote a frame a hop, it is the last hop's row
/// up to then, which is exact: between hops nothing moves. Local.
class Frames {
 public:
  /// Reads, for a frame a hop, the times of all rows; where there are no unwrapped coordinates, unwraps the
  /// wrapped ones and keeps them. `run` must outlive the object. Throws IoError.
  Frames(const AnalysedRun& run, std::int64_t trajectory);

  /// True if the run wrote this column with numbers of the expected type.
  [[nodiscard]] bool has(trajectory::Column column) const;
  /// Steps that cannot be told for sure from wrapped coordinates (see Unwrapper).
  [[nodiscard]] std::int64_t ambiguous_steps() const noexcept { return ambiguous_steps_; }
  /// Frames [first, first + n) of unwrapped or wrapped coordinates into the rows of `out`, bohr.
  void read(trajectory::Column column, Eigen::Index first, Eigen::Ref<Positions> out) const;
  /// The same of the occupancy.
  void read_sites(Eigen::Index first, Sites& out) const;

 private:
  void unwrap();
  template <class Matrix>
  void read_rows(trajectory::Column column, Eigen::Index first, Matrix& out) const;

  const AnalysedRun& run_;
  std::int64_t trajectory_;
  std::vector<std::int64_t> row_of_frame_;  ///< empty: frame f is row f
  Positions unwrapped_;                     ///< empty: they are stored
  std::int64_t ambiguous_steps_ = 0;
};

}  // namespace hopmc::analysis
