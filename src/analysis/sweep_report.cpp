#include "hopmc/analysis/sweep_report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <utility>

#include "hopmc/ensemble/progress.hpp"
#include "hopmc/validate/text_output.hpp"
#include "report_json.hpp"
#include "report_units.hpp"
#include "text_table.hpp"

namespace hopmc::analysis {
namespace {

using nlohmann::json;

constexpr int format_version = 1;
constexpr double electronvolt = 1 / units::ev_in_hartree;

std::string title_of(const validate::SweepKey& key) {
  return key.unit.empty() ? key.key : fmt::format("{}, {}", key.key, key.unit);
}

/// The columns of a table that say which point a row is.
Row titles_of(const std::vector<validate::SweepKey>& keys) {
  Row row;
  for (const validate::SweepKey& key : keys) row.push_back(title_of(key));
  return row;
}

Row values_of(const validate::RecordedPoint& point) {
  Row row;
  for (const double value : point.values) row.push_back(fmt::format("{}", value));
  return row;
}

/// Every name once, in the order in which points have them.
template <class Points, class Names>
std::vector<std::string> species_of(const Points& points, Names names_of) {
  std::vector<std::string> species;
  for (const auto& point : points) {
    for (const auto& s : names_of(point)) {
      if (std::find(species.begin(), species.end(), s) == species.end()) species.push_back(s);
    }
  }
  return species;
}

std::vector<std::string> species_of(const SweepAnalysis& sweep) {
  return species_of(sweep.points, [](const AnalysedPoint& point) {
    std::vector<std::string> names;
    for (const SweptSpecies& s : point.species) names.push_back(s.name);
    return names;
  });
}

Estimate prefactor_of(const ArrheniusFit& fit) {
  Estimate e;
  e.value = std::exp(fit.ln_prefactor);
  e.standard_error = e.value * fit.ln_prefactor_error;
  return e.times(cm2_per_s);
}

Estimate activation_energy_of(const ArrheniusFit& fit) {
  Estimate e;
  e.value = fit.activation_energy;
  e.standard_error = fit.activation_energy_error;
  return e.times(electronvolt);
}

/// The values of the keys but temp: "n_traj = 3: ".
std::string others_text(const SweepAnalysis& sweep, const SweptArrhenius& a) {
  std::string text;
  std::size_t next = 0;
  for (const validate::SweepKey& key : sweep.keys) {
    if (key.key == temperature_key) continue;
    text += fmt::format("{}{} = {}", text.empty() ? "" : ", ", key.key, a.others[next++]);
  }
  return text.empty() ? text : text + ": ";
}

std::string arrhenius_text(const SweepAnalysis& sweep, const SweptArrhenius& a) {
  const ArrheniusFit& fit = a.fit;
  std::string text = fmt::format("  {}Ea = {} eV, D0 = {} cm^2/s", others_text(sweep, a),
                                 with_error(activation_energy_of(fit)), with_error(prefactor_of(fit)));
  if (fit.points < 3) {
    text += "; two points have no error: three are needed";
  } else {
    text += std::isnan(fit.chi_squared)
                ? fmt::format("; {} points, all alike as not every one has an error", fit.points)
                : fmt::format("; chi^2 = {:.3g} for {} degree{} of freedom", fit.chi_squared, fit.points - 2,
                              fit.points == 3 ? "" : "s");
  }
  if (a.left_out > 0) text += fmt::format(", {} left out as D is not positive", a.left_out);
  return text + "\n";
}

bool has_drift(const SweptSpecies& s) {
  return !std::isnan(s.drift_mobility.value);
}

/// Rows of one species; the drift mobility only where there is one.
std::string species_text(const SweepAnalysis& sweep, const std::string& name) {
  std::vector<Row> rows{titles_of(sweep.keys)};
  Row& titles = rows.front();
  titles.insert(titles.end(), {"D, cm^2/s", "95 % interval", "mobility, cm^2/(V s)"});
  const bool drift = std::any_of(sweep.points.begin(), sweep.points.end(), [](const AnalysedPoint& point) {
    return std::any_of(point.species.begin(), point.species.end(), has_drift);
  });
  if (drift) titles.emplace_back("drift mobility, cm^2/(V s)");
  titles.emplace_back("trajectories");
  for (const AnalysedPoint& point : sweep.points) {
    for (const SweptSpecies& s : point.species) {
      if (s.name != name) continue;
      const Estimate d = s.diffusivity.times(cm2_per_s);
      Row row = values_of(point.point);
      row.insert(row.end(),
                 {with_error(d), range_text(d.interval), with_error(s.mobility.times(cm2_per_volt_s))});
      if (drift) row.push_back(has_drift(s) ? with_error(s.drift_mobility.times(cm2_per_volt_s)) : "-");
      row.push_back(fmt::format("{}", point.n_trajectories));
      rows.push_back(row);
    }
  }
  return fmt::format("\n{}\n", name) + table(rows);
}

/// All charge together, whatever carries it.
std::string conductivity_text(const SweepAnalysis& sweep) {
  std::vector<Row> rows{titles_of(sweep.keys)};
  rows.front().insert(rows.front().end(), {"conductivity, S/cm", "95 % interval", "trajectories"});
  for (const AnalysedPoint& point : sweep.points) {
    const Estimate sigma = point.conductivity.times(siemens_per_cm);
    Row row = values_of(point.point);
    row.insert(row.end(),
               {with_error(sigma), range_text(sigma.interval), fmt::format("{}", point.n_trajectories)});
    rows.push_back(row);
  }
  return "\nall carriers together\n" + table(rows);
}

json arrhenius_json(const SweptArrhenius& a) {
  const ArrheniusFit& fit = a.fit;
  return {{"species", a.species},
          {"other_values", a.others},
          {"points", fit.points},
          {"points_left_out", a.left_out},
          {"activation_energy", value_json(activation_energy_of(fit), "eV")},
          {"prefactor", value_json(prefactor_of(fit), "cm^2/s")},
          {"ln_prefactor",
           {{"value", fit.ln_prefactor + std::log(cm2_per_s)}, {"standard_error", fit.ln_prefactor_error}}},
          {"weighted", !std::isnan(fit.chi_squared)},
          {"chi_squared", fit.chi_squared}};
}

json point_json(const AnalysedPoint& point) {
  json j = {{"directory", point.point.directory},
            {"values", point.point.values},
            {"temperature", {{"value", point.kT / units::kelvin_in_hartree}, {"unit", "K"}}},
            {"trajectories", point.n_trajectories},
            {"conductivity", to_json(point.conductivity.times(siemens_per_cm), "S/cm")},
            {"species", json::array()}};
  for (const SweptSpecies& s : point.species) {
    j["species"].push_back({{"name", s.name},
                            {"diffusivity", to_json(s.diffusivity.times(cm2_per_s), "cm^2/s")},
                            {"mobility", to_json(s.mobility.times(cm2_per_volt_s), "cm^2/(V s)")}});
    if (!has_drift(s)) continue;
    j["species"].back()["drift_mobility"] = to_json(s.drift_mobility.times(cm2_per_volt_s), "cm^2/(V s)");
  }
  return j;
}

json document_of(const SweepAnalysis& sweep) {
  json j = {{"format", "hopmc-sweep-analysis"},
            {"format_version", format_version},
            {"read_from", sweep.place},
            {"material", sweep.material},
            {"confidence", confidence}};
  for (const char* list : {"axes", "points", "left_out", "arrhenius"}) j[list] = json::array();
  for (const validate::SweepKey& key : sweep.keys)
    j["axes"].push_back({{"key", key.key}, {"unit", key.unit}});
  for (const AnalysedPoint& point : sweep.points) j["points"].push_back(point_json(point));
  for (const LeftOut& point : sweep.left_out) {
    j["left_out"].push_back(
        {{"directory", point.point.directory}, {"values", point.point.values}, {"reason", point.reason}});
  }
  for (const SweptArrhenius& a : arrhenius_of(sweep)) j["arrhenius"].push_back(arrhenius_json(a));
  return j;
}

/// A row for every species of every point, each with the conductivity of all carriers together.
std::string csv_of(const SweepAnalysis& sweep) {
  std::string text;
  for (const validate::SweepKey& key : sweep.keys) {
    text += key.unit.empty() ? key.key + "," : fmt::format("{} ({}),", key.key, key.unit);
  }
  text += "species";
  for (const auto& [name, unit] : {std::pair("D", "cm^2/s"),
                                   {"mobility", "cm^2/(V s)"},
                                   {"drift mobility", "cm^2/(V s)"},
                                   {"conductivity", "S/cm"}}) {
    text += fmt::format(",{0} ({1}),standard error of {0},lower bound of {0},upper bound of {0}", name, unit);
  }
  text += ",trajectories,directory\n";
  for (const AnalysedPoint& point : sweep.points) {
    for (const SweptSpecies& s : point.species) {
      for (const double value : point.point.values) text += fmt::format("{},", value);
      text += s.name;
      for (const Estimate& e :
           {s.diffusivity.times(cm2_per_s), s.mobility.times(cm2_per_volt_s),
            s.drift_mobility.times(cm2_per_volt_s), point.conductivity.times(siemens_per_cm)}) {
        text += fmt::format(",{:.8g},{:.4g},{:.8g},{:.8g}", e.value, e.standard_error, e.interval[0],
                            e.interval[1]);
      }
      text += fmt::format(",{},\"{}\"\n", point.n_trajectories, point.point.directory);
    }
  }
  return text;
}

}  // namespace

std::string to_text(const validate::SweepRecord& record, const std::vector<PointState>& states) {
  const auto species = species_of(states, [](const PointState& state) {
    std::vector<std::string> names;
    for (const OnlineDiffusivity& d : state.diffusivities) names.push_back(d.species);
    return names;
  });
  std::vector<Row> rows{titles_of(record.keys)};
  rows.front().insert(rows.front().end(), {"status", "hops"});
  for (const std::string& name : species) rows.front().push_back(fmt::format("D({}), cm^2/s", name));
  for (std::size_t p = 0; p < states.size(); ++p) {
    const PointState& state = states[p];
    Row row = values_of(record.points.at(p));
    row.push_back(state.status);
    row.push_back(state.hops ? ensemble::large_number(static_cast<double>(*state.hops)) : "-");
    for (const std::string& name : species) {
      const auto d = std::find_if(state.diffusivities.begin(), state.diffusivities.end(),
                                  [&](const OnlineDiffusivity& o) { return o.species == name; });
      row.push_back(d == state.diffusivities.end() ? "-" : with_error(d->diffusivity));
    }
    rows.push_back(row);
  }
  return table(rows);
}

std::string to_text(const SweepAnalysis& sweep) {
  const std::size_t all = sweep.points.size() + sweep.left_out.size();
  std::string text = fmt::format("Analysis of the sweep {} ({})\n{} of {} points\n", sweep.place,
                                 sweep.material, sweep.points.size(), all);
  const std::vector<SweptArrhenius> laws = arrhenius_of(sweep);
  for (const std::string& name : species_of(sweep)) {
    text += species_text(sweep, name);
    bool first = true;
    for (const SweptArrhenius& a : laws) {
      if (a.species != name) continue;
      if (first) text += "  Arrhenius' law D = D0 exp(-Ea / kT)\n";
      first = false;
      text += arrhenius_text(sweep, a);
    }
  }
  return text + conductivity_text(sweep);
}

void write_sweep_analysis(const std::filesystem::path& directory, const SweepAnalysis& sweep) {
  make_directory(directory);
  validate::write_text(directory / sweep_table_name, csv_of(sweep));
  write_document(directory / sweep_analysis_name, document_of(sweep));
}

}  // namespace hopmc::analysis
