#pragma once
/// From wrapped positions, folded into the supercell, to continuous ones.

#include <Eigen/Core>
#include <cstdint>
#include <functional>
#include <string>

#include "hopmc/analysis/analysed_run.hpp"
#include "hopmc/analysis/displacement.hpp"
#include "hopmc/lattice/crystal.hpp"
#include "hopmc/lattice/images.hpp"
#include "hopmc/lattice/supercell.hpp"

namespace hopmc::analysis {

/// Where `hopmc unwrap` writes unless asked otherwise, within the directory of the results:
/// unwrapped/traj<N>/unwrapped_traj.npy.
inline constexpr const char* unwrapped_directory = "unwrapped";
inline constexpr const char* unwrapped_file_name = "unwrapped_traj.npy";

/// Images over the periodic vectors of the supercell only.
[[nodiscard]] lattice::ImageSearch period_images(const lattice::Crystal& crystal,
                                                 const lattice::Supercell& supercell);

/// Follows carriers from frame to frame: each step is the shortest image of the difference, over the periodic
/// vectors of the supercell only. The first frame is the origin of every
/// carrier, as in the unwrapped coordinates that a run writes. Local.
class Unwrapper {
 public:
  Unwrapper(const lattice::Crystal& crystal, const lattice::Supercell& supercell);

  /// Replaces the next rows of wrapped positions, bohr, by displacements since the first row.
  void unwrap(Eigen::Ref<Positions> rows);

  /// Steps of carriers, so far, that are 0.9 of half the shortest period or longer: a carrier that moves half
  /// a period between frames may as well have gone the other way.
  [[nodiscard]] std::int64_t ambiguous_steps() const noexcept { return ambiguous_steps_; }

 private:
  lattice::ImageSearch images_;
  Eigen::Matrix3d along_;  ///< projects on what the periodic vectors span
  double sure_length_;
  Eigen::RowVectorXd last_wrapped_, last_;
  std::int64_t ambiguous_steps_ = 0;
};

/// Unwraps all rows of a trajectory's wrapped coordinates, whatever the run recorded: calls `take(first,
/// rows)` for one block of rows after the other. Returns the number of ambiguous steps. Local. Throws
/// IoError, and InputError where PyCD left nothing but zeros.
std::int64_t for_each_unwrapped(const AnalysedRun& run, std::int64_t trajectory,
                                const std::function<void(std::int64_t, const Positions&)>& take);

/// What the user is told where wrapped coordinates do not say which way carriers went: for a single hop
/// already, so that steps may be none, or for `steps` from one frame to the next. Empty where they do.
[[nodiscard]] std::string ambiguity_warning(const AnalysedRun& run, std::int64_t steps);

}  // namespace hopmc::analysis
