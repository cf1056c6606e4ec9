#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <optional>

#include "ewald_sums.hpp"
#include "hopmc/energy/ewald.hpp"
#include "hopmc/units/units.hpp"

namespace hopmc::energy {
namespace {

/// Time of one image in real space over that of one k vector, measured.
constexpr double image_over_vector_cost = 50;
/// A list k_max means k_cut = 1.1 max(k_max_i |b_i|), as PyCD has it.
constexpr double k_max_margin = 1.10;
/// Neglected shells of a crystal add up less favourably than the random charges of the estimate.
constexpr double crystal_safety = 0.25;

/// Root mean square error of the potential at a site among random charges, after Kolafa and Perram. For a
/// charge density <Q^2> n the neglected tails of both sums are integrated with their leading asymptotic
/// terms.
struct Errors {
  double charge_density;  ///< sum of Q^2 per volume, e^2/bohr^3

  [[nodiscard]] double real(double alpha, double r_cut) const {
    return std::sqrt(charge_density / (r_cut * r_cut * r_cut)) / alpha * std::exp(-alpha * r_cut * r_cut);
  }
  [[nodiscard]] double reciprocal(double alpha, double k_cut) const {
    return std::sqrt(8 * charge_density * alpha / (k_cut * k_cut * k_cut)) *
           std::exp(-k_cut * k_cut / (4 * alpha));
  }
  [[nodiscard]] double total(double alpha, double r_cut, double k_cut) const {
    return std::hypot(real(alpha, r_cut), reciprocal(alpha, k_cut));
  }
};

/// The x in [low, high] at which the falling function crosses zero, by bisection on a logarithmic scale.
double falling_root(double low, double high, const std::function<double(double)>& f) {
  for (int i = 0; i < 100; ++i) {
    const double middle = std::sqrt(low * high);
    (f(middle) > 0 ? low : high) = middle;
  }
  return std::sqrt(low * high);
}

/// Chooses what is not given.
class Chooser {
 public:
  Chooser(Errors errors, double tolerance, double cell_volume, double supercell_volume)
      : errors_(errors),
        tolerance_(tolerance),
        cell_volume_(cell_volume),
        supercell_volume_(supercell_volume),
        unit_(1 / std::cbrt(cell_volume)) {}

  [[nodiscard]] double r_cut(double alpha) const {
    return falling_root(narrow / std::sqrt(alpha), wide / std::sqrt(alpha),
                        [&](double r) { return errors_.real(alpha, r) - tolerance_; });
  }
  [[nodiscard]] double k_cut(double alpha) const {
    return falling_root(narrow * std::sqrt(alpha), wide * std::sqrt(alpha),
                        [&](double k) { return errors_.reciprocal(alpha, k) - tolerance_; });
  }
  [[nodiscard]] double alpha_for_r_cut(double r) const {
    const auto square = [](double x) { return x * x; };
    return falling_root(square(narrow / r), square(wide / r),
                        [&](double a) { return errors_.real(a, r) - tolerance_; });
  }
  [[nodiscard]] double alpha_for_k_cut(double k) const {
    const auto square = [](double x) { return x * x; };
    return falling_root(square(k / wide), square(k / narrow),
                        [&](double a) { return tolerance_ - errors_.reciprocal(a, k); });
  }
  /// Both cutoffs are given: the smallest error.
  [[nodiscard]] double alpha_for_both(double r, double k) const {
    return minimum([&](double a) { return errors_.total(a, r, k); });
  }
  /// Nothing is given: the least work for each pair of sites.
  [[nodiscard]] double alpha_of_least_work() const {
    const double volume_of_vector = std::pow(2 * units::pi, 3) / supercell_volume_;
    return minimum([&](double a) {
      const double sphere = 4 * units::pi / 3;
      const double images = sphere * std::pow(r_cut(a), 3) / cell_volume_;
      const double vectors = sphere * std::pow(k_cut(a), 3) / volume_of_vector / 2;
      return image_over_vector_cost * images + vectors;
    });
  }

 private:
  static constexpr double narrow = 0.05;  ///< sqrt(alpha) r_cut and k_cut / sqrt(alpha) lie between these
  static constexpr double wide = 30;

  /// The alpha of the smallest value on a fine logarithmic grid.
  [[nodiscard]] double minimum(const std::function<double(double)>& f) const {
    constexpr int steps = 600;
    constexpr double decades = 6;
    double best = unit_ * unit_;
    double least = std::numeric_limits<double>::infinity();
    for (int i = 0; i <= steps; ++i) {
      const double alpha = unit_ * unit_ * std::pow(10.0, decades * (double(i) / steps - 0.5));
      const double value = f(alpha);
      if (value < least) {
        least = value;
        best = alpha;
      }
    }
    return best;
  }

  Errors errors_;
  double tolerance_;
  double cell_volume_;
  double supercell_volume_;
  double unit_;
};

}  // namespace

EwaldParameters choose_ewald_parameters(const config::EwaldInput& input, const lattice::Crystal& crystal,
                                        const lattice::Supercell& supercell,
                                        std::span<const double> ion_charges, double dielectric, bool as_pycd,
                                        double target_error) {
  const Eigen::Matrix3d lattice = supercell_lattice(crystal, supercell);
  const double half_cell = lattice::ImageSearch(lattice).shortest_translation() / 2;
  double square = 1;  // a lone carrier among neutral sites still meets its own images
  for (const double charge : ion_charges) square += charge * charge;
  const Errors errors{square / crystal.volume()};
  // A hop energy is the difference of two potentials, and each has two independent errors.
  const double error_of_hop = std::sqrt(2.0) / dielectric / crystal_safety;
  const double volume = crystal.volume();
  const Chooser choose(errors, target_error / error_of_hop / std::sqrt(2.0), volume,
                       volume * static_cast<double>(supercell.n_cells()));

  std::optional<double> r_cut = input.r_cut;
  if (!r_cut && input.r_cut_is_simulation_cell) r_cut = half_cell;
  std::optional<double> k_cut = input.k_cut;
  if (!k_cut && input.k_max) {
    const Eigen::Vector3d lengths = reciprocal_lattice(lattice).rowwise().norm();
    k_cut = k_max_margin * input.k_max->cast<double>().cwiseProduct(lengths).maxCoeff();
  }
  std::optional<double> alpha = input.alpha;
  if (!alpha && r_cut && k_cut) alpha = choose.alpha_for_both(*r_cut, *k_cut);
  if (!alpha && r_cut) alpha = choose.alpha_for_r_cut(*r_cut);
  if (!alpha && k_cut) alpha = choose.alpha_for_k_cut(*k_cut);
  if (!alpha) {
    alpha = choose.alpha_of_least_work();
    // With minimum images alone nothing beyond half the cell is ever summed.
    if (as_pycd && choose.r_cut(*alpha) > half_cell) alpha = choose.alpha_for_r_cut(half_cell);
  }

  EwaldParameters result;
  result.alpha = *alpha;
  result.r_cut = r_cut.value_or(as_pycd ? std::min(half_cell, choose.r_cut(*alpha)) : choose.r_cut(*alpha));
  result.k_cut = k_cut.value_or(choose.k_cut(*alpha));
  result.as_pycd = as_pycd;
  const double summed = as_pycd ? std::min(result.r_cut, half_cell) : result.r_cut;
  result.error_estimate = error_of_hop * errors.total(result.alpha, summed, result.k_cut);
  return result;
}

}  // namespace hopmc::energy
