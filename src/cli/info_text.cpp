#include "info_text.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <map>
#include <span>

#include "doping_note.hpp"
#include "hopmc/analysis/online_diffusion.hpp"
#include "hopmc/ensemble/progress.hpp"
#include "hopmc/units/units.hpp"

namespace hopmc::cli {
namespace {

using trajectory::Column;
using trajectory::ColumnInfo;

std::string line(const char* name, const std::string& value) {
  return value.empty() ? std::string() : fmt::format("  {:<14}{}\n", name, value);
}

std::string counted(std::int64_t count, const char* one, const char* many) {
  return fmt::format("{} {}", count, count == 1 ? one : many);
}

/// One column over all trajectories.
struct ColumnTotals {
  std::int64_t trajectories = 0;
  std::int64_t least_rows = 0;
  std::int64_t most_rows = 0;
  std::vector<std::int64_t> tail;  ///< shape of a row
  std::string dtype;
  std::vector<std::int64_t> chunk;
  std::string filters;
  std::int64_t raw_bytes = 0;
  std::int64_t stored_bytes = 0;
};

void add(const trajectory::StoredColumn& stored, std::size_t value_bytes, ColumnTotals& totals) {
  const std::int64_t rows = stored.shape.empty() ? 1 : stored.shape.front();
  if (totals.trajectories++ == 0) {
    totals.least_rows = totals.most_rows = rows;
    if (!stored.shape.empty()) totals.tail.assign(stored.shape.begin() + 1, stored.shape.end());
    totals.dtype = stored.dtype;
    totals.chunk = stored.chunk;
    totals.filters = stored.filters;
  }
  totals.least_rows = std::min(totals.least_rows, rows);
  totals.most_rows = std::max(totals.most_rows, rows);
  std::int64_t values = 1;
  for (const std::int64_t n : stored.shape) values *= n;
  totals.raw_bytes += values * static_cast<std::int64_t>(value_bytes);
  totals.stored_bytes += stored.stored_bytes;
}

std::string shape_text(const ColumnTotals& totals) {
  std::string rows = totals.least_rows == totals.most_rows
                         ? fmt::format("{}", totals.most_rows)
                         : fmt::format("{} to {}", totals.least_rows, totals.most_rows);
  for (const std::int64_t n : totals.tail) rows += fmt::format(", {}", n);
  return fmt::format("[{}]", rows);
}

std::string ratio_text(std::int64_t raw, std::int64_t stored) {
  return stored > 0 ? fmt::format("{:.2f} to 1", static_cast<double>(raw) / static_cast<double>(stored))
                    : "-";
}

using Row = std::array<std::string, 7>;

std::string table_text(const std::vector<Row>& rows) {
  std::array<std::size_t, 7> widths{};
  for (const Row& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
  }
  std::string text;
  for (const Row& row : rows) {
    std::string one = "  ";
    for (std::size_t i = 0; i < row.size(); ++i) one += fmt::format("{:<{}}  ", row[i], widths[i]);
    one.erase(one.find_last_not_of(' ') + 1);
    text += one + "\n";
  }
  return text;
}

std::string columns_text(const trajectory::Reader& reader, const std::vector<std::int64_t>& numbers) {
  std::map<Column, ColumnTotals> columns;
  std::int64_t raw = 0;
  std::int64_t stored = 0;
  for (const std::int64_t t : numbers) {
    for (const ColumnInfo& info : trajectory::column_infos) {
      const auto found = reader.find(t, info.column);
      if (found) add(*found, trajectory::size_of(info.type), columns[info.column]);
    }
  }
  std::vector<Row> rows{{"dataset", "shape", "type", "chunk", "filters", "bytes on disk", "compression"}};
  for (const auto& [column, totals] : columns) {
    raw += totals.raw_bytes;
    stored += totals.stored_bytes;
    rows.push_back({std::string(trajectory::info(column).path), shape_text(totals), totals.dtype,
                    totals.chunk.empty() ? "-" : fmt::format("[{}]", fmt::join(totals.chunk, ", ")),
                    totals.filters.empty() ? "-" : totals.filters,
                    ensemble::byte_size(static_cast<double>(totals.stored_bytes)),
                    ratio_text(totals.raw_bytes, totals.stored_bytes)});
  }
  rows.push_back(
      {"all", "", "", "", "", ensemble::byte_size(static_cast<double>(stored)), ratio_text(raw, stored)});
  return table_text(rows);
}

/// Last simulated time that is stored, in atomic units.
double last_time(const trajectory::Reader& reader, std::int64_t t) {
  const auto stored = reader.find(t, Column::time);
  if (!stored || stored->shape.empty() || stored->shape[0] < 1 || stored->dtype != "<f8") return 0;
  double time = 0;
  reader.read(t, Column::time, stored->shape[0] - 1, 1, std::as_writable_bytes(std::span(&time, 1)));
  return time;
}

/// What the run itself found; damaged numbers are not shown.
std::string online_text(const trajectory::Hdf5Reader& reader) {
  std::string text;
  try {
    if (const auto results = reader.results(analysis::online_group)) {
      for (const std::string& d : analysis::online_lines(*results))
        text += line(text.empty() ? "online" : "", d);
    }
  } catch (const IoError& error) {
    return line("online", fmt::format("not readable: {}", error.what()));
  }
  return text;
}

std::string attributes_text(const trajectory::Hdf5Reader& reader, const std::vector<std::int64_t>& numbers) {
  std::int64_t complete = 0;
  std::int64_t frames = 0;
  std::int64_t hops = 0;
  double time = 0;
  for (const std::int64_t t : numbers) {
    const trajectory::TrajectoryAttributes a = reader.attributes(t);
    complete += a.status == "complete";
    frames += a.frames;
    hops += a.hops;
    time += last_time(reader, t);
  }
  const auto n = static_cast<std::int64_t>(numbers.size());
  return line("trajectories", fmt::format("{}: {} complete, {} partial", n, complete, n - complete)) +
         line("frames", fmt::format("{}", frames)) + line("hops", fmt::format("{}", hops)) +
         line("simulated", ensemble::short_time(time * units::atomic_time)) + online_text(reader);
}

/// What stands where trajectories do and cannot be read.
std::string unreadable_text(const trajectory::Hdf5Reader& reader) {
  constexpr std::size_t shown = 5;
  std::vector<std::string> names = reader.unknown_groups();
  if (names.empty()) return "";
  const std::size_t count = names.size();
  names.resize(std::min(count, shown));
  return line("not readable", fmt::format("{}{} ({} in all); `hopmc validate` tells more",
                                          fmt::join(names, ", "), count > shown ? ", ..." : "", count));
}

std::string npy_totals_text(const trajectory::Reader& reader, const std::vector<std::int64_t>& numbers) {
  std::int64_t frames = 0;
  double time = 0;
  for (const std::int64_t t : numbers) {
    const auto stored = reader.find(t, Column::time);
    if (stored && !stored->shape.empty()) frames += stored->shape[0];
    time += last_time(reader, t);
  }
  return line("trajectories", fmt::format("{}", numbers.size())) + line("frames", fmt::format("{}", frames)) +
         line("simulated", ensemble::short_time(time * units::atomic_time));
}

std::string carriers_text(const trajectory::RunMetadata& m) {
  std::vector<std::string> parts;
  for (std::size_t i = 0; i < std::min(m.species_types.size(), m.species_count.size()); ++i) {
    if (m.species_count[i] == 0) continue;
    parts.push_back(
        counted(m.species_count[i], m.species_types[i].c_str(), (m.species_types[i] + "s").c_str()));
  }
  return fmt::format("{}", fmt::join(parts, ", "));
}

}  // namespace

std::string metadata_text(const trajectory::RunMetadata& m) {
  std::string text = "Run\n";
  const auto row = [&](int r) {
    return fmt::format("{:.6f} {:.6f} {:.6f}", m.lattice_matrix(r, 0), m.lattice_matrix(r, 1),
                       m.lattice_matrix(r, 2));
  };
  text += line("carriers", carriers_text(m));
  text += line("temperature", fmt::format("{:g} K", m.temperature));
  text += line("supercell", fmt::format("{} x {} x {} unit cells, pbc [{}]", m.system_size[0],
                                        m.system_size[1], m.system_size[2], fmt::join(m.pbc, ", ")));
  text += line("unit cell", row(0) + " bohr");
  text += fmt::format("  {:<14}{}\n  {:<14}{}\n", "", row(1), "", row(2));
  text += line("t_final", fmt::format("{:g} s", m.t_final));
  text += line("time interval", fmt::format("{:g} s", m.time_interval));
  text += line("n_traj", fmt::format("{}", m.n_traj));
  text += line("random_seed", fmt::format("{}", m.random_seed));
  text += "Made\n";
  text += line(
      "by", fmt::format("hopmc {} (commit {}), {}, {}", m.version, m.git_commit, m.compiler, m.build_type));
  text += line("with", fmt::format("{}; HDF5 {}", m.mpi_version, m.hdf5_version));
  text += line("on", m.created_on);
  text += line("command", m.command_line);
  text += line("ranks", fmt::format("{}", m.ranks));
  text += line("random", m.rng);
  text += line("replays PyCD", m.pycd_version);
  return text;
}

std::string contents_text(const std::string& title, const trajectory::Reader& reader,
                          const trajectory::Hdf5Reader* hdf5) {
  const std::vector<std::int64_t> numbers = reader.trajectories();
  std::string text = title + "\n";
  text += hdf5 ? attributes_text(*hdf5, numbers) + unreadable_text(*hdf5) : npy_totals_text(reader, numbers);
  if (!numbers.empty()) text += columns_text(reader, numbers);
  return text;
}

std::string dopings_text(
    const trajectory::Reader& reader,
    const std::function<std::optional<trajectory::Note>(std::int64_t trajectory)>& note_of) {
  std::string text;
  std::int64_t shown = 0;
  for (const std::int64_t t : reader.trajectories()) {
    if (shown++ == dopings_shown) break;
    if (const auto note = note_of(t)) {
      text +=
          line(text.empty() ? "dopants" : "", fmt::format("trajectory {}: {}", t + 1, doping_line(*note)));
    }
  }
  return text;
}

}  // namespace hopmc::cli
