#include "frame_recorder.hpp"

#include <algorithm>

namespace hopmc::kmc {

FrameRecorder::FrameRecorder(const energy::Model& model, const energy::DopantField& dopants)
    : model_(&model),
      dopants_(&dopants),
      sites_(static_cast<std::size_t>(model.n_carriers())),
      unwrapped_(3 * sites_.size()),
      wrapped_(3 * sites_.size()) {}

void FrameRecorder::update(const FrameColumns& columns, std::span<const CarrierPosition> carriers) {
  double field_energy = 0;
  for (std::size_t c = 0; c < carriers.size(); ++c) {
    sites_[c] = carriers[c].site(model_->supercell);
    const Eigen::Vector3d displacement = carriers[c].displacement(model_->crystal);
    std::copy_n(displacement.data(), 3, &unwrapped_[3 * c]);
    if (columns.wrapped) {
      const Eigen::Vector3d position = model_->wrapped_position(sites_[c]);
      std::copy_n(position.data(), 3, &wrapped_[3 * c]);
    }
    field_energy -= model_->charge_of(static_cast<int>(c)) * model_->field.dot(displacement);
  }
  if (columns.energy || columns.potential) {
    potential_ = model_->electrostatic_energy(sites_, *dopants_);
    energy_ = potential_ + model_->total_site_energy(sites_, *dopants_);
    // PyCD's field acts on rates only.
    if (!model_->replay_pycd) energy_ += field_energy;
  }
  valid_ = true;
}

void FrameRecorder::record(const FrameColumns& columns, std::size_t row, double time,
                           std::span<const CarrierPosition> carriers, double delg_0) {
  if (!valid_) update(columns, carriers);
  const std::size_t n = sites_.size();
  if (columns.time) columns.time[row] = time;
  if (columns.unwrapped) std::copy_n(unwrapped_.data(), 3 * n, columns.unwrapped + 3 * n * row);
  if (columns.wrapped) std::copy_n(wrapped_.data(), 3 * n, columns.wrapped + 3 * n * row);
  if (columns.energy) columns.energy[row] = energy_;
  if (columns.delg_0) columns.delg_0[row] = delg_0;
  if (columns.potential) columns.potential[row] = potential_;
  if (columns.occupancy) record_occupancy(columns, row);
}

void FrameRecorder::record_occupancy(const FrameColumns& columns, std::size_t row) const {
  const std::size_t width = columns.n_states > 0 ? columns.n_states : sites_.size();
  const std::span values(columns.occupancy + width * row, width);
  if (columns.n_states == 0) {
    std::transform(sites_.begin(), sites_.end(), values.begin(),
                   [](std::int64_t site) { return static_cast<std::int32_t>(site); });
    return;
  }
  std::fill(values.begin(), values.end(), 0);
  for (std::size_t c = 0; c < sites_.size(); ++c) {
    values[static_cast<std::size_t>(sites_[c])] = model_->carrier_species[c] + 1;
  }
}

}  // namespace hopmc::kmc
