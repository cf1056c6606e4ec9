#pragma once
/// A trajectory whose first rows are read from files.

#include <memory>

#include "hopmc/ensemble/stored_run.hpp"

namespace hopmc::ensemble {

/// Reads the rows that the checkpoint tells of, then resumes the simulation from its state.
class StoredPropagator : public kmc::Propagator {
 public:
  /// All arguments must outlive the propagator.
  StoredPropagator(const kmc::PropagatorFactory& factory, const trajectory::Layout& layout,
                   const trajectory::Reader& reader, const StoredTrajectory& stored);

  kmc::Recorded advance(const kmc::FrameColumns& frames, const kmc::HopColumns& hops) override;
  [[nodiscard]] std::int64_t hops() const noexcept override;
  /// While rows are read: the state after the last of them, not after those read so far.
  [[nodiscard]] kmc::PropagatorState state() const override;

 private:
  [[nodiscard]] std::int64_t left(trajectory::Axis axis) const;
  std::int64_t read(trajectory::Axis axis, std::size_t capacity, const kmc::FrameColumns& frames,
                    const kmc::HopColumns& hops);

  const kmc::PropagatorFactory& factory_;
  const trajectory::Layout& layout_;
  const trajectory::Reader& reader_;
  const StoredTrajectory& stored_;
  std::array<std::int64_t, 2> done_{};
  std::unique_ptr<kmc::Propagator> going_on_;
};

}  // namespace hopmc::ensemble
