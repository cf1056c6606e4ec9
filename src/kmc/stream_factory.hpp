#pragma once
/// Factory of the propagators that draw from a RandomStream.

#include <cstdint>
#include <memory>

#include "hopmc/kmc/propagator.hpp"
#include "random_stream.hpp"

namespace hopmc::kmc {

/// Starts and resumes propagators of type P, which share tables of type Shared.
template <class P, class Shared>
class StreamFactory final : public PropagatorFactory {
 public:
  StreamFactory(const energy::Model& model, std::int64_t seed, RecordingPlan plan)
      : shared_(model), seed_(seed), plan_(plan) {}

  [[nodiscard]] std::unique_ptr<Propagator> start(std::int64_t trajectory) const override {
    return std::make_unique<P>(shared_, plan_, RandomStream(seed_, trajectory));
  }
  [[nodiscard]] std::unique_ptr<Propagator> resume(std::int64_t trajectory,
                                                   const PropagatorState& state) const override {
    return std::make_unique<P>(shared_, plan_, RandomStream(seed_, trajectory), state);
  }

 private:
  Shared shared_;
  std::int64_t seed_;
  RecordingPlan plan_;
};

}  // namespace hopmc::kmc
