#include <fmt/format.h>

#include <cmath>
#include <cstring>
#include <fstream>
#include <nlohmann/json.hpp>

#include "hopmc/analysis/report.hpp"
#include "hopmc/config/errors.hpp"
#include "hopmc/trajectory/npy_header.hpp"
#include "hopmc/validate/text_output.hpp"
#include "report_json.hpp"
#include "report_units.hpp"

namespace hopmc::analysis {
namespace {

using Eigen::Index;
using nlohmann::json;

constexpr std::array<const char*, 6> component_names{"xx", "yy", "zz", "xy", "xz", "yz"};
constexpr int format_version = 1;
constexpr const char* analysis_format = "hopmc-analysis";
const std::string exact_prefix = "exact_";

template <class Value>
json matrix_of(Value value) {
  json rows = json::array();
  for (int a = 0; a < 3; ++a) {
    json row = json::array();
    for (int b = 0; b < 3; ++b) {
      for (std::size_t k = 0; k < tensor_components.size(); ++k) {
        if (tensor_components[k] == std::pair(std::min(a, b), std::max(a, b))) row.push_back(value(k));
      }
    }
    rows.push_back(row);
  }
  return rows;
}

json tensor_json(const std::array<Estimate, 6>& tensor) {
  const auto of = [&](auto member) {
    return matrix_of([&](std::size_t k) { return member(tensor[k].times(cm2_per_s)); });
  };
  return {{"value", of([](const Estimate& e) { return json(e.value); })},
          {"standard_error", of([](const Estimate& e) { return json(e.standard_error); })},
          {"interval", of([](const Estimate& e) { return json(e.interval); })},
          {"bootstrap_interval", of([](const Estimate& e) { return json(e.bootstrap); })},
          {"unit", "cm^2/s"}};
}

json fit_json(const LineFit& fit, const ReportUnits& u) {
  const double square = u.length_factor * u.length_factor;
  return {{"slope", fit.slope * square / u.time_factor},
          {"intercept", fit.intercept * square},
          {"r_squared", fit.r_squared}};
}

json diffusion_json(const Diffusion& d, const std::string& csv, const ReportUnits& u) {
  return {{"msd_file", csv},
          {"fit", fit_json(d.fit, u)},
          {"diffusivity", to_json(d.diffusivity.times(cm2_per_s), "cm^2/s")},
          {"diffusion_tensor", tensor_json(d.tensor)}};
}

json occupation_json(const std::vector<Occupation>& occupation) {
  json list = json::array();
  for (const Occupation& o : occupation) {
    list.push_back(
        {{"sites", o.group}, {"share_of_sites", o.share_of_sites}, {"share_of_time", to_json(o.share, "1")}});
  }
  return list;
}

/// Without a dopant: farther from every one than the last shell.
json shells_json(const std::vector<ShellOccupation>& shells) {
  json list = json::array();
  for (const ShellOccupation& s : shells) {
    const bool farther = s.shell.dopant.empty();
    list.push_back({{"dopant", farther ? json() : json(s.shell.dopant)},
                    {"shell", farther ? json() : json(s.shell.shell)},
                    {"sites", s.sites},
                    {"share_of_sites", s.share_of_sites},
                    {"share_of_time", to_json(s.share, "1")},
                    {"ratio_to_random", to_json(s.ratio, "1")}});
  }
  return list;
}

std::string shells_csv(const std::vector<ShellOccupation>& shells) {
  std::string text =
      "dopant,shell,sites,share of sites,share of time,standard error,ratio to random,standard error\n";
  for (const ShellOccupation& s : shells) {
    const bool farther = s.shell.dopant.empty();
    text += fmt::format("{},{},{:.12g},{:.12g},{:.12g},{:.4g},{:.12g},{:.4g}\n", s.shell.dopant,
                        farther ? "" : std::to_string(s.shell.shell), s.sites, s.share_of_sites,
                        s.share.value, s.share.standard_error, s.ratio.value, s.ratio.standard_error);
  }
  return text;
}

json velocity_json(const std::array<Estimate, 3>& velocity) {
  json list = json::array();
  for (const Estimate& v : velocity) list.push_back(to_json(v.times(cm_per_s), "cm/s"));
  return list;
}

std::string shells_file_name(const std::string& species) {
  return fmt::format("shells_{}.csv", species);
}

json species_json(const SpeciesResult& s, const ReportUnits& u, bool has_field) {
  json j = diffusion_json(s.diffusion, fmt::format("msd_{}.csv", s.name), u);
  j["name"] = s.name;
  j["charge"] = s.charge;
  j["carriers"] = s.count;
  j["mobility"] = to_json(s.diffusion.mobility.times(cm2_per_volt_s), "cm^2/(V s)");
  j["drift_velocity"] = velocity_json(s.velocity);
  if (has_field) j["drift_mobility"] = to_json(s.drift_mobility.times(cm2_per_volt_s), "cm^2/(V s)");
  j["occupation"] = occupation_json(s.occupation);
  if (!s.shells.empty()) {
    j["dopant_shells"] = shells_json(s.shells);
    j["dopant_shells_file"] = shells_file_name(s.name);
  }
  return j;
}

json msd_json(const LagPlan& lags, const config::MsdConfig& msd) {
  const ReportUnits u(msd);
  return {{"frames", lags.n_frames},
          {"frames_left_out", lags.skipped},
          {"equilibration_time", {{"value", lags.time(lags.skipped) * units::atomic_time}, {"unit", "s"}}},
          {"lags", lags.n_lags},
          {"interval", lags.interval * u.time_factor},
          {"fit_window", {lags.time(lags.first) * u.time_factor, lags.time(lags.last) * u.time_factor}},
          {"trim_length", lags.first},
          {"n_dim", msd.n_dim},
          {"repr_time", msd.time_unit},
          {"repr_dist", msd.length_unit},
          {"display_error_bars", msd.error_bars}};
}

json field_json(const Eigen::Vector3d& field) {
  const Eigen::Vector3d f = field * volt_per_cm;
  return {{"value", {f[0], f[1], f[2]}}, {"unit", "V/cm"}};
}

json document_of(const Analysis& a, const AnalysedRun& run) {
  const ReportUnits u(run.config.msd);
  json j = {{"format", analysis_format}, {"format_version", format_version}};
  j["run"] = {{"read_from", run.place},
              {"format", run.format},
              {"created_on", run.created_on},
              {"material", run.config.material.name},
              {"trajectories", a.n_trajectories},
              {"frames", run.n_frames},
              {"temperature", {{"value", run.config.temperature}, {"unit", "K"}}},
              {"field", field_json(run.field)}};
  j["msd"] = msd_json(a.lags, run.config.msd);
  j["errors"] = {{"confidence", confidence},
                 {"blocks", a.n_trajectories * a.n_blocks},
                 {"blocks_of_a_trajectory", a.n_blocks}};
  j["species"] = json::array();
  for (const SpeciesResult& s : a.species) j["species"].push_back(species_json(s, u, run.has_field()));
  if (a.collective) {
    const CollectiveResult& c = *a.collective;
    j["center_of_charge"] = diffusion_json(c.center_of_charge, "msd_center_of_charge.csv", u);
    j["charge_diffusivity"] = to_json(c.charge_diffusivity.times(cm2_per_s), "cm^2/s");
    j["haven_ratio"] = to_json(c.haven_ratio, "1");
  }
  j["conductivity"] = to_json(a.conductivity.times(siemens_per_cm), "S/cm");
  j["distances"] = json::array();
  for (const DistanceResult& d : a.distances) {
    j["distances"].push_back(
        {{"pair", d.pair}, {"mean", to_json(d.mean.times(u.length_factor), u.length.c_str())}});
  }
  return j;
}

std::string csv_of(const CurveStatistics& msd, const LagPlan& lags, const ReportUnits& u) {
  std::string text = fmt::format("time ({}),msd ({}^2),standard error", u.time, u.length);
  for (const char* name : component_names) text += fmt::format(",{0},standard error of {0}", name);
  text += "\n";
  const double square = u.length_factor * u.length_factor;
  for (Index m = 0; m < msd.mean.rows(); ++m) {
    text += fmt::format("{:.12g}", lags.time(m) * u.time_factor);
    for (Index i = 0; i <= n_components; ++i) {
      const Index k = i == 0 ? trace_column : i - 1;
      text += fmt::format(",{:.12g},{:.4g}", msd.mean(m, k) * square, msd.error(m, k) * square);
    }
    text += "\n";
  }
  return text;
}

std::string distances_csv(const Analysis& a, const ReportUnits& u) {
  std::string text = fmt::format("time ({})", u.time);
  for (const DistanceResult& d : a.distances) text += fmt::format(",{} ({})", d.pair, u.length);
  text += "\n";
  for (Index i = 0; i < a.distances.front().by_time.size(); ++i) {
    const double time = a.lags.time(a.lags.skipped) + static_cast<double>(i) * a.distance_interval;
    text += fmt::format("{:.12g}", time * u.time_factor);
    for (const DistanceResult& d : a.distances)
      text += fmt::format(",{:.8g}", d.by_time[i] * u.length_factor);
    text += "\n";
  }
  return text;
}

}  // namespace

bool holds_analysis(const std::filesystem::path& directory) {
  std::ifstream in(directory / analysis_file_name, std::ios::binary);
  if (!in) return false;
  const json document = json::parse(in, nullptr, false);
  return document.is_object() && document.value("format", json()) == analysis_format;
}

bool is_analysis_file(const std::string& name) {
  const bool is_table = (name.starts_with("msd_") || name.starts_with("shells_")) && name.ends_with(".csv");
  const bool is_msd_data = name.starts_with("MSD_Data_") && name.ends_with(".npy");
  return is_table || is_msd_data || name == analysis_file_name || name == "distances.csv" ||
         name == "msd.png" || name == "msd_loglog.png";
}

void write_analysis(const std::filesystem::path& directory, const Analysis& a, const AnalysedRun& run) {
  const ReportUnits u(run.config.msd);
  make_directory(directory);
  for (const SpeciesResult& s : a.species) {
    validate::write_text(directory / fmt::format("msd_{}.csv", s.name), csv_of(s.diffusion.msd, a.lags, u));
    if (!s.shells.empty()) validate::write_text(directory / shells_file_name(s.name), shells_csv(s.shells));
  }
  if (a.collective) {
    validate::write_text(directory / "msd_center_of_charge.csv",
                         csv_of(a.collective->center_of_charge.msd, a.lags, u));
  }
  if (!a.distances.empty()) validate::write_text(directory / "distances.csv", distances_csv(a, u));
  write_document(directory / analysis_file_name, document_of(a, run));
}

void write_exact(const std::filesystem::path& directory, const ExactResult& exact,
                 const config::MsdConfig& msd) {
  const ReportUnits u(msd);
  make_directory(directory);
  const std::string csv = exact_prefix + fmt::format("msd_{}.csv", exact.name);
  std::string text = fmt::format("time ({}),msd ({}^2)", u.time, u.length);
  for (const char* name : component_names) text += fmt::format(",{}", name);
  text += "\n";
  const double square = u.length_factor * u.length_factor;
  for (Index m = 0; m < exact.msd.rows(); ++m) {
    text += fmt::format("{:.12g},{:.12g}", exact.lags.time(m) * u.time_factor,
                        exact.msd.row(m).head<3>().sum() * square);
    for (Index k = 0; k < n_components; ++k) text += fmt::format(",{:.12g}", exact.msd(m, k) * square);
    text += "\n";
  }
  validate::write_text(directory / csv, text);

  const Eigen::Matrix3d tensor = exact.transport.diffusion * cm2_per_s;
  const Eigen::Vector3d velocity = exact.transport.velocity * cm_per_s;
  const double d = exact_diffusivity(exact, msd);
  json j = {{"format", "hopmc-exact-transport"}, {"format_version", format_version}};
  j["name"] = exact.name;
  j["charge"] = exact.charge;
  j["temperature"] = {{"value", exact.kT / units::kelvin_in_hartree}, {"unit", "K"}};
  j["field"] = field_json(exact.field);
  j["msd"] = msd_json(exact.lags, msd);
  j["msd_file"] = csv;
  j["diffusivity"] = {{"value", d * cm2_per_s}, {"unit", "cm^2/s"}};
  j["mobility"] = {{"value", d * std::abs(exact.charge) / exact.kT * cm2_per_volt_s}, {"unit", "cm^2/(V s)"}};
  j["conductivity"] = {{"value", exact_conductivity(exact, msd) * siemens_per_cm}, {"unit", "S/cm"}};
  j["diffusion_tensor"] = {{"value", matrix_of([&](std::size_t k) {
                              return tensor(tensor_components[k].first, tensor_components[k].second);
                            })},
                           {"unit", "cm^2/s"}};
  j["drift_velocity"] = {{"value", {velocity[0], velocity[1], velocity[2]}}, {"unit", "cm/s"}};
  if (exact.field.squaredNorm() > 0) {
    j["drift_mobility"] = {{"value", exact_drift_mobility(exact) * cm2_per_volt_s}, {"unit", "cm^2/(V s)"}};
  }
  j["occupation"] = occupation_json(exact.occupation);
  if (!exact.shells.empty()) {
    j["dopant_shells"] = shells_json(exact.shells);
    j["dopant_shells_file"] = exact_prefix + shells_file_name(exact.name);
    validate::write_text(directory / (exact_prefix + shells_file_name(exact.name)), shells_csv(exact.shells));
  }
  write_document(directory / exact_file_name, j);
}

std::string write_msd_data(const std::filesystem::path& directory, const Analysis& a,
                           const config::MsdConfig& msd) {
  const ReportUnits u(msd);
  const double longest = msd.longest_lag.value_or(a.lags.time(a.lags.n_lags - 1)) * u.time_factor;
  const std::string name = fmt::format("MSD_Data_{:.2E}{}_trim={}.npy", longest, u.time, a.lags.first);
  const auto width = static_cast<Index>(1 + a.species.size());
  Positions rows(a.lags.n_lags, width);
  for (Index m = 0; m < rows.rows(); ++m) {
    rows(m, 0) = a.lags.time(m) * u.time_factor;
    for (Index s = 1; s < width; ++s) {
      rows(m, s) = a.species[static_cast<std::size_t>(s - 1)].diffusion.msd.mean(m, trace_column) *
                   u.length_factor * u.length_factor;
    }
  }
  // Of the columns it is the type and the number of dimensions of coordinates that such an array has.
  std::string bytes = trajectory::npy_header(
      {trajectory::Column::unwrapped, static_cast<std::size_t>(width), name}, rows.rows());
  bytes.append(reinterpret_cast<const char*>(rows.data()),
               static_cast<std::size_t>(rows.size()) * sizeof(double));
  validate::write_text(directory / name, bytes);
  return name;
}

}  // namespace hopmc::analysis
