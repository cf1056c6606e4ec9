#include "hopmc/validate/sweep_record.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>
#include <system_error>

#include "hopmc/config/errors.hpp"
#include "hopmc/trajectory/columns.hpp"
#include "hopmc/validate/text_output.hpp"

namespace hopmc::validate {
namespace {

using nlohmann::json;
using nlohmann::ordered_json;

constexpr const char* record_format = "hopmc-sweep";
constexpr int record_version = 1;

/// Each value of a key once, ascending.
std::vector<double> values_of(const std::vector<RecordedPoint>& points, std::size_t key) {
  std::vector<double> values;
  for (const RecordedPoint& point : points) values.push_back(point.values.at(key));
  std::sort(values.begin(), values.end());
  values.erase(std::unique(values.begin(), values.end()), values.end());
  return values;
}

SweepRecord record_of(const json& document) {
  SweepRecord record;
  document.at("version").get_to(record.version);
  document.at("created_on").get_to(record.created_on);
  document.at("command_line").get_to(record.command_line);
  for (const json& axis : document.at("axes")) {
    record.keys.push_back({axis.at("key").get<std::string>(), axis.at("unit").get<std::string>()});
  }
  for (const json& point : document.at("points")) {
    record.points.push_back(
        {point.at("values").get<std::vector<double>>(), point.at("directory").get<std::string>()});
  }
  return record;
}

/// Directories lie directly below that of the record.
bool is_sound(const SweepRecord& record) {
  return !record.keys.empty() && !record.points.empty() &&
         std::all_of(record.points.begin(), record.points.end(), [&](const RecordedPoint& point) {
           return point.values.size() == record.keys.size() &&
                  point.directory.find('/') == std::string::npos &&
                  point.directory.find('=') != std::string::npos;
         });
}

}  // namespace

std::vector<RecordedPoint> united(const std::vector<RecordedPoint>& a, const std::vector<RecordedPoint>& b) {
  std::vector<RecordedPoint> points = a;
  for (const RecordedPoint& point : b) {
    const bool known = std::any_of(
        a.begin(), a.end(), [&](const RecordedPoint& other) { return other.directory == point.directory; });
    if (!known) points.push_back(point);
  }
  std::stable_sort(points.begin(), points.end(),
                   [](const RecordedPoint& x, const RecordedPoint& y) { return x.values < y.values; });
  return points;
}

std::string no_results_message(const std::filesystem::path& path) {
  std::error_code error;
  if (std::filesystem::exists(path / sweep_record_name, error)) {
    return fmt::format(
        "{}: holds a sweep; name one of its points, e.g. {}", path.string(),
        (path / read_sweep_record(path / sweep_record_name).points.front().directory).string());
  }
  return fmt::format("{}: holds no results ({} or traj<N> directories)", path.string(),
                     trajectory::shared_file_name);
}

void write_sweep_record(const std::filesystem::path& directory, const SweepRecord& record) {
  ordered_json document = {{"format", record_format},
                           {"format_version", record_version},
                           {"version", record.version},
                           {"created_on", record.created_on},
                           {"command_line", record.command_line}};
  document["axes"] = ordered_json::array();
  for (std::size_t k = 0; k < record.keys.size(); ++k) {
    document["axes"].push_back({{"key", record.keys[k].key},
                                {"unit", record.keys[k].unit},
                                {"values", values_of(record.points, k)}});
  }
  document["points"] = ordered_json::array();
  for (const RecordedPoint& point : record.points) {
    document["points"].push_back({{"directory", point.directory}, {"values", point.values}});
  }
  write_text(directory / sweep_record_name,
             document.dump(1, ' ', false, ordered_json::error_handler_t::replace) + "\n");
}

SweepRecord read_sweep_record(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) throw IoError(fmt::format("{}: cannot be read", file.string()));
  try {
    const json document = json::parse(in);
    if (document.at("format") != record_format || document.at("format_version") != record_version) {
      throw IoError(fmt::format("{}: not a sweep record of this version", file.string()));
    }
    SweepRecord record = record_of(document);
    if (is_sound(record)) return record;
  } catch (const json::exception&) {
    // The same as one that is not sound.
  }
  throw IoError(fmt::format("{}: damaged, or not a sweep record", file.string()));
}

}  // namespace hopmc::validate
