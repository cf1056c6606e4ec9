#include "hopmc/analysis/arrhenius.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

namespace hopmc::analysis {
namespace {

/// A point of the straight line.
struct Point {
  double x = 0;  ///< 1/kT
  double y = 0;  ///< ln D
  double weight = 1;
};

std::vector<Point> points_of(std::span<const ThermalDiffusivity> given, bool weighted) {
  std::vector<Point> points;
  for (const ThermalDiffusivity& g : given) {
    if (!(g.diffusivity > 0)) continue;
    const double precision = g.diffusivity / g.standard_error;
    points.push_back({1 / g.kT, std::log(g.diffusivity), weighted ? precision * precision : 1.0});
  }
  return points;
}

}  // namespace

std::optional<ArrheniusFit> fit_arrhenius(std::span<const ThermalDiffusivity> given) {
  const bool weighted = std::all_of(given.begin(), given.end(), [](const ThermalDiffusivity& g) {
    return !(g.diffusivity > 0) || g.standard_error > 0;
  });
  const std::vector<Point> points = points_of(given, weighted);
  const auto as_the_first = [&](const Point& p) { return p.x == points.front().x; };
  if (std::all_of(points.begin(), points.end(), as_the_first)) return std::nullopt;
  double weight = 0;
  double x = 0;
  double y = 0;
  for (const Point& p : points) {
    weight += p.weight;
    x += p.weight * p.x;
    y += p.weight * p.y;
  }
  x /= weight;
  y /= weight;
  double sxx = 0;
  double sxy = 0;
  for (const Point& p : points) {
    sxx += p.weight * (p.x - x) * (p.x - x);
    sxy += p.weight * (p.x - x) * (p.y - y);
  }
  const double slope = sxy / sxx;
  ArrheniusFit fit;
  fit.points = static_cast<int>(points.size());
  fit.activation_energy = -slope;
  fit.ln_prefactor = y - slope * x;
  double chi_squared = 0;
  for (const Point& p : points) {
    const double distance = p.y - y - slope * (p.x - x);
    chi_squared += p.weight * distance * distance;
  }
  if (weighted) fit.chi_squared = chi_squared;
  if (fit.points < 3) return fit;
  const double scatter = chi_squared / (fit.points - 2);
  const double variance = weighted ? std::max(1.0, scatter) : scatter;
  fit.activation_energy_error = std::sqrt(variance / sxx);
  fit.ln_prefactor_error = std::sqrt(variance * (1 / weight + x * x / sxx));
  return fit;
}

}  // namespace hopmc::analysis
