// Time of everything between the configuration and the first hop: POSCAR, hop table, Ewald sums.
#include <benchmark/benchmark.h>

#include "support/materials.hpp"

namespace {

using hopmc::test::Case;
using hopmc::test::CaseOptions;

/// Arguments: the three sizes, and whether the cutoffs are those of PyCD's example of the material.
CaseOptions options_of(const benchmark::State& state) {
  CaseOptions options;
  options.size = {static_cast<int>(state.range(0)), static_cast<int>(state.range(1)),
                  static_cast<int>(state.range(2))};
  options.explicit_cutoffs = state.range(3) != 0;
  return options;
}

void run(benchmark::State& state, const Case& given) {
  std::size_t bytes = 0;
  for (auto _ : state) {
    const hopmc::energy::Model model = hopmc::test::model_of(given);
    bytes = model.pair.bytes();
    benchmark::DoNotOptimize(bytes);
  }
  state.counters["pair_matrix_MB"] = static_cast<double>(bytes) / 1e6;
}

void hematite(benchmark::State& state) {
  run(state, hopmc::test::hematite(options_of(state)));
}
void bivo4(benchmark::State& state) {
  run(state, hopmc::test::bivo4(options_of(state)));
}

BENCHMARK(hematite)
    ->ArgNames({"x", "y", "z", "explicit_cutoffs"})
    ->Args({3, 3, 1, 0})
    ->Args({3, 3, 1, 1})
    ->Args({10, 10, 5, 0})
    ->Args({10, 10, 5, 1})
    ->Args({30, 30, 10, 0})
    ->Args({30, 30, 10, 1})
    ->Unit(benchmark::kMillisecond);
BENCHMARK(bivo4)
    ->ArgNames({"x", "y", "z", "explicit_cutoffs"})
    ->Args({3, 3, 2, 0})
    ->Args({3, 3, 2, 1})
    ->Unit(benchmark::kMillisecond);

}  // namespace
