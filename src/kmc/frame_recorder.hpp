#pragma once
/// Turns the state of the carriers into rows of the columns that are wanted.

#include <cstdint>
#include <span>
#include <vector>

#include "carrier_position.hpp"
#include "hopmc/energy/model.hpp"
#include "hopmc/kmc/columns.hpp"

namespace hopmc::kmc {

/// Records frames of one trajectory. Numbers of a state that has not changed are not computed twice.
class FrameRecorder {
 public:
  /// Keeps references to both.
  FrameRecorder(const energy::Model& model, const energy::DopantField& dopants);

  /// The state has changed since the last row.
  void invalidate() noexcept { valid_ = false; }
  /// Writes row `row`. `delg_0`: dG0 of the last hop, hartree; `time` in atomic units.
  void record(const FrameColumns& columns, std::size_t row, double time,
              std::span<const CarrierPosition> carriers, double delg_0);

 private:
  void update(const FrameColumns& columns, std::span<const CarrierPosition> carriers);
  void record_occupancy(const FrameColumns& columns, std::size_t row) const;

  const energy::Model* model_;
  const energy::DopantField* dopants_;
  bool valid_ = false;
  std::vector<std::int64_t> sites_;
  std::vector<double> unwrapped_;
  std::vector<double> wrapped_;
  double potential_ = 0;
  double energy_ = 0;
};

}  // namespace hopmc::kmc
