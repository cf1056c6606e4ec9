#include <algorithm>
#include <map>
#include <utility>

#include "hopmc/analysis/sweep_report.hpp"

namespace hopmc::analysis {
namespace {

/// The species, and the values of the keys but temp, that a line belongs to.
using Line = std::pair<std::string, std::vector<double>>;

}  // namespace

std::vector<SweptArrhenius> arrhenius_of(const SweepAnalysis& sweep) {
  const auto temperature =
      std::find_if(sweep.keys.begin(), sweep.keys.end(),
                   [](const validate::SweepKey& key) { return key.key == temperature_key; });
  if (temperature == sweep.keys.end()) return {};
  const auto place = temperature - sweep.keys.begin();
  std::map<Line, std::vector<ThermalDiffusivity>> lines;
  for (const AnalysedPoint& point : sweep.points) {
    std::vector<double> others = point.point.values;
    others.erase(others.begin() + place);
    for (const SweptSpecies& s : point.species) {
      lines[{s.name, others}].push_back({point.kT, s.diffusivity.value, s.diffusivity.standard_error});
    }
  }
  std::vector<SweptArrhenius> result;
  for (const auto& [line, points] : lines) {
    const auto fit = fit_arrhenius(points);
    if (fit) result.push_back({line.first, line.second, *fit, static_cast<int>(points.size()) - fit->points});
  }
  return result;
}

}  // namespace hopmc::analysis
