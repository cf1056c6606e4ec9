#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "hopmc/analysis/report.hpp"
#include "hopmc/ensemble/progress.hpp"
#include "report_units.hpp"
#include "text_table.hpp"

namespace hopmc::analysis {
namespace {

using Eigen::Index;

Row quantity(const std::string& name, const Estimate& e) {
  return {name, with_error(e), range_text(e.interval), range_text(e.bootstrap)};
}

std::string tensor_table(const std::array<Estimate, 6>& tensor) {
  std::vector<Row> rows;
  for (const auto& line : {std::array{0, 3, 4}, std::array{3, 1, 5}, std::array{4, 5, 2}}) {
    Row row{rows.empty() ? "D tensor, cm^2/s" : ""};
    for (const int k : line) row.push_back(with_error(tensor[static_cast<std::size_t>(k)].times(cm2_per_s)));
    rows.push_back(row);
  }
  return table(rows);
}

std::string occupation_table(const std::vector<Occupation>& occupation) {
  if (occupation.size() < 2) return "";
  std::vector<Row> rows{{"sites", "share of sites", "share of time"}};
  for (const Occupation& o : occupation) {
    rows.push_back({o.group, fmt::format("{:.4f}", o.share_of_sites), with_error(o.share)});
  }
  return table(rows);
}

std::string shells_table(const std::vector<ShellOccupation>& shells) {
  if (shells.empty()) return "";
  std::vector<Row> rows{
      {"nearest dopant", "shell", "sites", "share of sites", "share of time", "over random"}};
  for (const ShellOccupation& s : shells) {
    const bool farther = s.shell.dopant.empty();
    rows.push_back({farther ? "farther" : s.shell.dopant, farther ? "" : fmt::format("{}", s.shell.shell),
                    fmt::format("{:.6g}", s.sites), fmt::format("{:.4f}", s.share_of_sites),
                    with_error(s.share), with_error(s.ratio)});
  }
  return table(rows);
}

/// Components that are zero but for rounding as zero.
double tidy(double component, double size) {
  constexpr double rounding = 1e-12;
  return std::abs(component) < rounding * size ? 0.0 : component;
}

std::string counted(Index n, const std::string& noun) {
  return fmt::format("{} {}{}", n, noun, n == 1 ? "" : "s");
}

Row conductivity_row(const Estimate& sigma) {
  return quantity("conductivity, S/cm", sigma.times(siemens_per_cm));
}

/// `sigma`: of a lone carrier.
std::string species_text(const SpeciesResult& s, bool has_field, const Estimate* sigma) {
  std::vector<Row> rows{{"", "value", "95 % interval", "by bootstrap"}};
  rows.push_back(quantity("D, cm^2/s", s.diffusion.diffusivity.times(cm2_per_s)));
  rows.push_back(quantity("mobility, cm^2/(V s)", s.diffusion.mobility.times(cm2_per_volt_s)));
  if (sigma != nullptr) rows.push_back(conductivity_row(*sigma));
  if (has_field) {
    rows.push_back(quantity("drift mobility, cm^2/(V s)", s.drift_mobility.times(cm2_per_volt_s)));
    for (std::size_t d = 0; d < 3; ++d) {
      rows.push_back(
          quantity(fmt::format("drift velocity {}, cm/s", "xyz"[d]), s.velocity[d].times(cm_per_s)));
    }
  }
  return fmt::format("\n{}\n", counted(s.count, s.name)) + table(rows) + tensor_table(s.diffusion.tensor) +
         occupation_table(s.occupation) + shells_table(s.shells);
}

std::string collective_text(const CollectiveResult& c, const Estimate& sigma) {
  return "\nall carriers together\n" +
         table(
             {{"", "value", "95 % interval", "by bootstrap"},
              quantity("D of the center of charge, cm^2/s", c.center_of_charge.diffusivity.times(cm2_per_s)),
              quantity("D of the charge, cm^2/s", c.charge_diffusivity.times(cm2_per_s)),
              conductivity_row(sigma),
              quantity("Haven ratio", c.haven_ratio)}) +
         (std::isnan(c.haven_ratio.value) ? "  no Haven ratio: the charge did not move\n" : "");
}

std::string distances_text(const Analysis& a, const ReportUnits& u) {
  if (a.distances.empty()) return "";
  std::vector<Row> rows{{fmt::format("mean distance, {}", u.length), "value", "95 % interval"}};
  for (const DistanceResult& d : a.distances) {
    const Estimate mean = d.mean.times(u.length_factor);
    rows.push_back({d.pair, with_error(mean), range_text(mean.interval)});
  }
  return fmt::format("\n{}", table(rows));
}

std::string errors_text(const Analysis& a) {
  if (a.n_trajectories * a.n_blocks < 2) {
    return "errors: not known; one trajectory is too short to be cut into blocks for them\n";
  }
  if (a.n_blocks == 1) return fmt::format("errors: from {} trajectories\n", a.n_trajectories);
  return fmt::format("errors: from {} x {} blocks in time, as there are few trajectories\n", a.n_trajectories,
                     a.n_blocks);
}

std::string counted_trajectories(Index n) {
  return fmt::format("{} {}", n, n == 1 ? "trajectory" : "trajectories");
}

std::string lags_text(const LagPlan& lags, const ReportUnits& u, int n_dim) {
  return fmt::format("mean square displacement up to {:g} {}, fitted from {:g} to {:g} {}; n_dim {}\n",
                     lags.time(lags.n_lags - 1) * u.time_factor, u.time,
                     lags.time(lags.first) * u.time_factor, lags.time(lags.last) * u.time_factor, u.time,
                     n_dim);
}

}  // namespace

std::string with_error(const Estimate& e) {
  if (std::isnan(e.value)) return "-";
  if (std::isnan(e.standard_error)) return fmt::format("{:.4g}", e.value);
  if (e.standard_error == 0) return fmt::format("{:.6g}", e.value);
  const double size = std::max(std::abs(e.value), e.standard_error);
  int exponent = static_cast<int>(std::floor(std::log10(size)));
  if (exponent >= -2 && exponent <= 3) exponent = 0;  // as people write such numbers
  const double unit = std::pow(10.0, exponent);
  const int digits = std::clamp(1 - static_cast<int>(std::floor(std::log10(e.standard_error / unit))), 0, 9);
  const std::string text =
      fmt::format("{:.{}f} ± {:.{}f}", e.value / unit, digits, e.standard_error / unit, digits);
  return exponent == 0 ? text : fmt::format("({})e{:+03d}", text, exponent);
}

std::string range_text(const std::array<double, 2>& interval) {
  if (std::isnan(interval[0])) return "-";
  return fmt::format("{:.4g} to {:.4g}", interval[0], interval[1]);
}

std::string to_text(const Analysis& a, const AnalysedRun& run) {
  const ReportUnits u(run.config.msd);
  const double length = static_cast<double>(run.n_frames - 1) * run.config.time_interval;
  std::string text = fmt::format("Analysis of {} ({})\n", run.place, run.config.material.name);
  text +=
      fmt::format("{} of {} ({} frames), {:g} K\n", counted_trajectories(a.n_trajectories),
                  ensemble::short_time(length * units::atomic_time), run.n_frames, run.config.temperature);
  if (a.lags.skipped > 0) {
    text +=
        fmt::format("of each the first {} ({} frames) left out as equilibration\n",
                    ensemble::short_time(a.lags.time(a.lags.skipped) * units::atomic_time), a.lags.skipped);
  }
  if (run.has_field()) {
    text +=
        fmt::format("field of {:.4g} V/cm along ({:.3g}); displacements are counted from the mean drift\n",
                    run.field.norm() * volt_per_cm, fmt::join(run.field.normalized(), ", "));
  }
  text += lags_text(a.lags, u, run.config.msd.n_dim) + errors_text(a);
  for (const SpeciesResult& s : a.species) {
    text += species_text(s, run.has_field(), a.collective ? nullptr : &a.conductivity);
  }
  if (a.collective) text += collective_text(*a.collective, a.conductivity);
  return text + distances_text(a, u);
}

std::string dimension_warning(const config::RunConfig& run) {
  const auto periodic = std::count(run.periodic.begin(), run.periodic.end(), true);
  if (run.msd.n_dim <= periodic) return "";
  return fmt::format(
      "n_dim is {}, but only {} of the directions {} periodic (pbc): along the others nothing diffuses for "
      "long, and "
      "the diffusivity, slope / (2 n_dim), is too small (--set n_dim=...)",
      run.msd.n_dim, periodic, periodic == 1 ? "is" : "are");
}

std::string drift_warning(const Analysis& a, const AnalysedRun& run) {
  constexpr double most = 0.5;
  const double share = a.lags.time(a.lags.last) / (static_cast<double>(a.n_trajectories) * a.lags.length());
  if (!run.has_field() || share <= most) return "";
  return fmt::format(
      "msd_t_final: at the longest lag of the fit the mean drift, which is from {} alone, takes up to {:.0f} "
      "% of the "
      "mean square displacement with it; that is put right on average only: use a shorter lag or more "
      "trajectories",
      counted_trajectories(a.n_trajectories), 100 * share);
}

double exact_diffusivity(const ExactResult& exact, const config::MsdConfig& msd) {
  return exact.transport.diffusion.trace() / msd.n_dim;
}

double exact_drift_mobility(const ExactResult& exact) {
  const double sign = exact.charge < 0 ? -1 : 1;
  return sign * exact.transport.velocity.dot(exact.field) / exact.field.squaredNorm();
}

std::string to_text(const ExactResult& exact, const config::MsdConfig& msd) {
  const ReportUnits u(msd);
  const auto number = [](double x) { return fmt::format("{:.6g}", x); };
  const double d = exact_diffusivity(exact, msd);
  std::vector<Row> rows{
      {"D, cm^2/s", number(d * cm2_per_s)},
      {"mobility, cm^2/(V s)", number(d * std::abs(exact.charge) / exact.kT * cm2_per_volt_s)},
      {"conductivity, S/cm", number(exact_conductivity(exact, msd) * siemens_per_cm)}};
  if (exact.field.squaredNorm() > 0) {
    rows.push_back({"drift mobility, cm^2/(V s)", number(exact_drift_mobility(exact) * cm2_per_volt_s)});
    for (Index i = 0; i < 3; ++i) {
      rows.push_back({fmt::format("drift velocity {}, cm/s", "xyz"[i]),
                      number(tidy(exact.transport.velocity[i], exact.transport.velocity.norm()) * cm_per_s)});
    }
  }
  std::vector<Row> tensor;
  for (Index i = 0; i < 3; ++i) {
    Row row{i == 0 ? "D tensor, cm^2/s" : ""};
    for (Index j = 0; j < 3; ++j) {
      const double component = exact.transport.diffusion(i, j);
      row.push_back(number((i == j ? component : tidy(component, d)) * cm2_per_s));
    }
    tensor.push_back(row);
  }
  return fmt::format("A lone {}, exactly (from its rate matrix)\n", exact.name) + table(rows) +
         table(tensor) + occupation_table(exact.occupation) + shells_table(exact.shells) +
         fmt::format("mean square displacement at {} lags up to {:g} {}\n", exact.msd.rows(),
                     exact.lags.time(exact.lags.n_lags - 1) * u.time_factor, u.time);
}

}  // namespace hopmc::analysis
