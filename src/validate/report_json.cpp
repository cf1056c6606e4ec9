#include <cmath>
#include <nlohmann/json.hpp>

#include "hopmc/validate/validate.hpp"

namespace hopmc::validate {
namespace {

using nlohmann::ordered_json;

/// JSON has no infinities; they become null.
ordered_json number(double value) {
  return std::isfinite(value) ? ordered_json(value) : ordered_json();
}

ordered_json statistics(const std::optional<ColumnStatistics>& s) {
  if (!s) return nullptr;
  return {{"count", s->count},
          {"mean", number(s->mean)},
          {"variance", number(s->variance)},
          {"minimum", number(s->minimum)},
          {"maximum", number(s->maximum)}};
}

template <class T>
ordered_json optional(const std::optional<T>& value) {
  return value ? ordered_json(*value) : ordered_json();
}

ordered_json column(const ColumnReport& c) {
  return {{"trajectory", c.trajectory + 1},
          {"column", trajectory::info(c.column).path},
          {"in_hdf5", c.in_hdf5},
          {"in_npy", c.in_npy},
          {"shape", c.shape},
          {"dtype", c.dtype},
          {"bitwise_equal", optional(c.bitwise_equal)},
          {"largest_absolute_difference", number(c.largest_absolute_difference)},
          {"largest_relative_difference", number(c.largest_relative_difference)},
          {"hdf5_crc32", optional(c.hdf5_crc32)},
          {"npy_crc32", optional(c.npy_crc32)},
          {"hdf5", statistics(c.hdf5)},
          {"npy", statistics(c.npy)}};
}

}  // namespace

std::string to_json(const Report& report) {
  ordered_json document = {{"format", "hopmc-validation"},  {"ok", report.ok()},
                           {"directory", report.directory}, {"formats", report.formats},
                           {"tolerance", report.tolerance}, {"values_compared", report.values_compared},
                           {"checks", report.checks},       {"notes", report.notes}};
  document["mismatches"] = ordered_json::array();
  for (const Mismatch& m : report.mismatches) {
    document["mismatches"].push_back({{"place", m.place}, {"message", m.message}});
  }
  document["columns"] = ordered_json::array();
  for (const ColumnReport& c : report.columns) document["columns"].push_back(column(c));
  return document.dump(1, ' ', false, ordered_json::error_handler_t::replace) + "\n";
}

}  // namespace hopmc::validate
