// Hops per second of the propagators, frames recorded into memory.

#include <benchmark/benchmark.h>

#include "hopmc/kmc/propagator.hpp"
#include "hopmc/trajectory/frame_block.hpp"
#include "support/case_model.hpp"

namespace {

using namespace hopmc;

/// Runs trajectory 0 of a case for as long as the benchmark asks, one block of frames after another.
void run_case(benchmark::State& state, const std::string& example, const test::Settings& settings) {
  using test::operator+;
  const auto c = test::load_example(example, settings + test::Settings{{"t_final", "1.0"}});
  const auto factory = kmc::make_propagator_factory(c->model, c->config.run);
  const auto propagator = factory->start(0);
  const auto layout = trajectory::make_layout(c->config.run.output, c->model.n_carriers(), c->model.n_frames,
                                              c->model.supercell.n_sites());
  std::int64_t frames = 0;
  for (auto _ : state) {
    trajectory::FrameBlock block(layout, 0, frames, 0);
    const kmc::Recorded recorded = propagator->advance(block.frame_columns(), block.hop_columns());
    block.add(recorded, propagator->hops());
    frames += static_cast<std::int64_t>(recorded.frames);
    benchmark::DoNotOptimize(block.data(trajectory::Column::unwrapped).data());
  }
  state.counters["hops/s"] =
      benchmark::Counter(static_cast<double>(propagator->hops()), benchmark::Counter::kIsRate);
  state.counters["hops/frame"] = static_cast<double>(propagator->hops()) / static_cast<double>(frames);
}

void OneElectronHematite(benchmark::State& state) {
  run_case(state, "hematite", {{"time_interval", "1e-6"}});
}
void OneElectronHematiteFrames(benchmark::State& state) {
  run_case(state, "hematite", {});
}
void OneElectronHematiteSlab(benchmark::State& state) {
  run_case(state, "hematite",
           {{"pbc", "[1, 1, 0]"}, {"system_size", "[10, 10, 5]"}, {"time_interval", "1e-6"}});
}
void FiveElectronsHematite(benchmark::State& state) {
  run_case(state, "hematite", {{"species_count", "[5, 0]"}, {"system_size", "[3, 3, 1]"}});
}
void FiftyElectronsHematite(benchmark::State& state) {
  run_case(state, "hematite", {{"species_count", "[50, 0]"}, {"system_size", "[10, 10, 4]"}});
}
void ThreeElectronsBivo4(benchmark::State& state) {
  run_case(state, "bivo4", {{"species_count", "[3, 0]"}, {"time_interval", "1e-5"}});
}
void OneElectronBivo4(benchmark::State& state) {
  run_case(state, "bivo4", {});
}
void OneElectronDopedBivo4(benchmark::State& state) {
  run_case(state, "bivo4_doped", {{"species_count", "[1, 0]"}, {"time_interval", "1e-5"}});
}
void OneElectronDopedBivo4Large(benchmark::State& state) {
  run_case(state, "bivo4_doped",
           {{"species_count", "[1, 0]"}, {"system_size", "[15, 15, 16]"}, {"time_interval", "1e-5"}});
}

BENCHMARK(OneElectronHematite);
BENCHMARK(OneElectronHematiteFrames);
BENCHMARK(OneElectronHematiteSlab);
BENCHMARK(FiveElectronsHematite);
BENCHMARK(FiftyElectronsHematite);
BENCHMARK(ThreeElectronsBivo4);
BENCHMARK(OneElectronBivo4);
BENCHMARK(OneElectronDopedBivo4);
BENCHMARK(OneElectronDopedBivo4Large);

}  // namespace
