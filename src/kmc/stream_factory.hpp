#pragma once
/// Factory of the propagators that draw from a RandomStream.

#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "dopant_state.hpp"
#include "hopmc/kmc/propagator.hpp"
#include "random_stream.hpp"

namespace hopmc::kmc {

/// Starts and resumes propagators of type P. All share P::Tables; a P::Landscape is shared where nothing is
/// doped, and made for every trajectory where its dopants differ.
template <class P>
class StreamFactory final : public PropagatorFactory {
 public:
  StreamFactory(const energy::Model& model, std::vector<energy::Doping> dopings, std::int64_t seed,
                RecordingPlan plan)
      : tables_(model), dopings_(std::move(dopings)), seed_(seed), plan_(plan) {
    if (dopings_.empty()) common_ = std::make_shared<const Landscape>(tables_, energy::Doping{});
  }

  [[nodiscard]] std::unique_ptr<Propagator> start(std::int64_t trajectory) const override {
    return std::make_unique<P>(landscape_of(trajectory), plan_, RandomStream(seed_, trajectory));
  }
  [[nodiscard]] std::unique_ptr<Propagator> resume(std::int64_t trajectory,
                                                   const PropagatorState& state) const override {
    auto landscape = landscape_of(trajectory);
    require_same_dopants(trajectory, state, landscape->doping);
    return std::make_unique<P>(std::move(landscape), plan_, RandomStream(seed_, trajectory), state);
  }

 private:
  using Tables = typename P::Tables;
  using Landscape = typename P::Landscape;

  [[nodiscard]] std::shared_ptr<const Landscape> landscape_of(std::int64_t trajectory) const {
    if (common_) return common_;
    return std::make_shared<const Landscape>(tables_, dopings_.at(static_cast<std::size_t>(trajectory)));
  }

  Tables tables_;
  std::vector<energy::Doping> dopings_;  ///< by trajectory; empty: nothing is doped
  std::shared_ptr<const Landscape> common_;
  std::int64_t seed_;
  RecordingPlan plan_;
};

}  // namespace hopmc::kmc
