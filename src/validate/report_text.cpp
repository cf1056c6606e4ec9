#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <map>
#include <string>
#include <vector>

#include "hopmc/validate/validate.hpp"

namespace hopmc::validate {
namespace {

/// One column over all trajectories.
struct Summary {
  int in_hdf5 = 0;
  int in_npy = 0;
  bool same_shape = true;
  std::vector<std::int64_t> shape;
  std::string dtype;
  int compared = 0;
  int equal = 0;
  double absolute = 0;
  double relative = 0;
  ColumnStatistics hdf5;
  ColumnStatistics npy;
};

void add(const ColumnReport& c, Summary& s) {
  if (s.in_hdf5 + s.in_npy == 0) {
    s.shape = c.shape;
    s.dtype = c.dtype;
  }
  s.same_shape = s.same_shape && s.shape == c.shape;
  s.in_hdf5 += c.in_hdf5;
  s.in_npy += c.in_npy;
  if (c.bitwise_equal) {
    ++s.compared;
    s.equal += *c.bitwise_equal;
  }
  s.absolute = std::max(s.absolute, c.largest_absolute_difference);
  s.relative = std::max(s.relative, c.largest_relative_difference);
  if (c.hdf5) s.hdf5.merge(*c.hdf5);
  if (c.npy) s.npy.merge(*c.npy);
}

using Row = std::vector<std::string>;

Row statistics_cells(const ColumnStatistics& s) {
  if (s.count == 0) return Row(4, "-");
  return {fmt::format("{:.6g}", s.mean), fmt::format("{:.6g}", s.variance), fmt::format("{:.6g}", s.minimum),
          fmt::format("{:.6g}", s.maximum)};
}

Row row_of(const std::string& name, const char* format, int count, const Summary& s,
           const ColumnStatistics& stats, bool first) {
  Row row(8);
  row[0] = first ? name : "";
  row[1] = format;
  row[2] = std::to_string(count);
  if (first) {
    row[3] = s.same_shape ? fmt::format("[{}]", fmt::join(s.shape, ", ")) : "various";
    row[4] = s.dtype;
    row[5] = s.compared == 0         ? "-"
             : s.equal == s.compared ? "yes"
                                     : fmt::format("{} of {}", s.equal, s.compared);
    row[6] = s.compared == 0 ? "-" : fmt::format("{:.3g}", s.absolute);
    row[7] = s.compared == 0 ? "-" : fmt::format("{:.3g}", s.relative);
  }
  const Row cells = statistics_cells(stats);
  row.insert(row.end(), cells.begin(), cells.end());
  return row;
}

std::string table_text(const std::vector<Row>& rows) {
  std::vector<std::size_t> widths(rows.front().size(), 0);
  for (const Row& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
  }
  std::string text;
  for (const Row& row : rows) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i) line += fmt::format("{:<{}}  ", row[i], widths[i]);
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + "\n";
  }
  return text;
}

std::string columns_table(const Report& report) {
  std::map<trajectory::Column, Summary> summaries;
  for (const ColumnReport& c : report.columns) add(c, summaries[c.column]);
  if (summaries.empty()) return "";
  std::vector<Row> rows{{"column", "format", "traj.", "shape", "type", "equal bits", "abs. diff.",
                         "rel. diff.", "mean", "variance", "minimum", "maximum"}};
  for (const auto& [column, s] : summaries) {
    const std::string name(trajectory::info(column).path);
    if (s.in_hdf5 > 0) rows.push_back(row_of(name, "hdf5", s.in_hdf5, s, s.hdf5, true));
    if (s.in_npy > 0) rows.push_back(row_of(name, "npy", s.in_npy, s, s.npy, s.in_hdf5 == 0));
  }
  return table_text(rows);
}

}  // namespace

std::string to_text(const Report& report) {
  std::string text =
      fmt::format("Validation of {} ({})\n\n", report.directory, fmt::join(report.formats, " and "));
  text += columns_table(report);
  text += "\nChecked:\n";
  for (const std::string& check : report.checks) text += fmt::format("  {}\n", check);
  for (const std::string& note : report.notes) text += fmt::format("Note: {}\n", note);
  if (report.ok()) {
    text += "\nAll hold";
    if (report.values_compared > 0) {
      text += fmt::format("; {} values compared between the formats", report.values_compared);
    }
    return text + ".\n";
  }
  text += "\nWhat does not hold:\n";
  for (const Mismatch& m : report.mismatches) text += fmt::format("  {}: {}\n", m.place, m.message);
  return text + fmt::format("\n{} mismatch{}.\n", report.mismatches.size(),
                            report.mismatches.size() == 1 ? "" : "es");
}

}  // namespace hopmc::validate
