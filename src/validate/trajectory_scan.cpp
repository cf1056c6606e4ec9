#include "trajectory_scan.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string>

#include "hopmc/config/errors.hpp"
#include "npy_checksums.hpp"
#include "row_checks.hpp"

namespace hopmc::validate {
namespace {

using trajectory::Axis;
using trajectory::Column;

/// Memory that the blocks of all columns of one format may take.
constexpr std::size_t block_memory = 2u << 20;

std::int64_t block_rows(const trajectory::Layout& layout, Axis axis) {
  std::size_t row_bytes = 0;
  for (const auto& spec : layout.columns) {
    if (trajectory::info(spec.column).axis == axis) row_bytes += spec.row_bytes();
  }
  const auto most = static_cast<std::int64_t>(block_memory / std::max<std::size_t>(row_bytes, 1));
  const std::int64_t chunk = std::max<std::int64_t>(1, layout.chunk_rows(axis));
  if (chunk >= most) return std::max<std::int64_t>(1, most);
  return chunk * (most / chunk);  // whole chunks, so that none is decompressed twice
}

/// Attributes of the HDF5 group; findings about them go to the log.
std::optional<trajectory::TrajectoryAttributes> attributes_of(const Sources& sources, const Expectation& e,
                                                              std::int64_t t, MismatchLog& log) {
  if (!sources.hdf5) return std::nullopt;
  std::string place = sources.hdf5->place(t, Column::time);
  if (const auto end = place.rfind("/time"); end != std::string::npos) place.resize(end);
  trajectory::TrajectoryAttributes a;
  try {
    a = sources.hdf5->attributes(t);
  } catch (const Error& error) {
    log.add("attributes: unreadable", place,
            fmt::format("attributes cannot be read: {}", reason_of(error, place)));
    return std::nullopt;
  }
  if (a.trajectory != t) {
    log.add("attributes: trajectory", place,
            fmt::format("is trajectory {} by its attribute, but {} by its name", a.trajectory + 1, t + 1));
  }
  if (a.status != "complete") {
    log.add("attributes: status", place, fmt::format("status is \"{}\", expected \"complete\"", a.status));
  }
  if (e.n_frames >= 0 && a.frames != e.n_frames) {
    log.add("attributes: frames", place, fmt::format("has {} frames, expected {}", a.frames, e.n_frames));
  }
  const std::string key = fmt::format("trajectory {}", t + 1);
  if (e.described && !a.stream.ends_with(key)) {
    log.add("attributes: stream", place,
            fmt::format("stream is \"{}\", expected it to end with \"{}\"", a.stream, key));
  }
  if (a.hops < 0) log.add("attributes: hops", place, fmt::format("the number of hops is {}", a.hops));
  return a;
}

std::int64_t expected_rows(Axis axis, const Expectation& e,
                           const std::optional<trajectory::TrajectoryAttributes>& attributes) {
  if (axis == Axis::frame && e.n_frames >= 0) return e.n_frames;
  if (!attributes) return -1;
  return axis == Axis::frame ? attributes->frames : attributes->hops + 1;
}

std::vector<ColumnScan> open_columns(const Sources& sources, const Expectation& e, std::int64_t t, Axis axis,
                                     std::int64_t rows, MismatchLog& log) {
  std::vector<ColumnScan> columns;
  for (const auto& spec : e.layout.columns) {
    if (trajectory::info(spec.column).axis != axis) continue;
    columns.emplace_back(sources, e, spec, t, rows, log);
  }
  return columns;
}

FrameRows frame_rows(const std::vector<ColumnScan>& columns, std::int64_t first) {
  FrameRows rows;
  rows.first = first;
  for (const ColumnScan& c : columns) {
    switch (c.column()) {
      case Column::time:
        rows.time = c.values<double>();
        rows.time_place = c.place();
        break;
      case Column::unwrapped:
        rows.unwrapped = c.values<double>();
        rows.unwrapped_place = c.place();
        break;
      case Column::wrapped:
        rows.wrapped = c.values<double>();
        rows.wrapped_place = c.place();
        break;
      case Column::occupancy:
        rows.occupancy = c.values<std::int32_t>();
        rows.occupancy_place = c.place();
        break;
      default:
        break;
    }
  }
  return rows;
}

template <class OnBlock>
void read_all(std::vector<ColumnScan>& columns, std::int64_t step, OnBlock on_block) {
  std::int64_t rows = 0;
  for (const ColumnScan& c : columns) rows = std::max(rows, c.rows());
  for (std::int64_t first = 0; first < rows; first += step) {
    const std::int64_t count = std::min(step, rows - first);
    for (ColumnScan& c : columns) c.read(first, count);
    on_block(first);
  }
}

void finish(std::vector<ColumnScan>& columns, const Expectation& e, std::int64_t t, Findings& findings) {
  for (ColumnScan& c : columns) {
    if (e.compare_formats) findings.values_compared += c.compared();
    findings.columns.push_back(c.finish(recorded_checksum(e, *e.layout.find(c.column()), t)));
  }
}

/// Columns that the configuration did not ask for.
void check_unexpected(const Sources& sources, const Expectation& e, std::int64_t t, MismatchLog& log) {
  if (!sources.hdf5 || !e.described) return;
  for (const auto& info : trajectory::column_infos) {
    if (e.layout.find(info.column)) continue;
    bool there = true;
    try {
      there = sources.hdf5->find(t, info.column).has_value();
    } catch (const Error&) {
      // something is there, but damaged
    }
    if (there) {
      log.add(fmt::format("{}: unexpected", info.path), sources.hdf5->place(t, info.column),
              "is there, but the configuration did not ask for it");
    }
  }
}

}  // namespace

void scan_trajectory(const Sources& sources, const Expectation& e, std::int64_t t, Findings& findings) {
  MismatchLog& log = findings.log;
  const auto attributes = attributes_of(sources, e, t, log);
  check_unexpected(sources, e, t, log);

  auto frames = open_columns(sources, e, t, Axis::frame, expected_rows(Axis::frame, e, attributes), log);
  FrameChecks frame_checks(e);
  read_all(frames, block_rows(e.layout, Axis::frame),
           [&](std::int64_t first) { frame_checks.rows(frame_rows(frames, first)); });
  frame_checks.report(log);
  finish(frames, e, t, findings);

  auto hops = open_columns(sources, e, t, Axis::hop, expected_rows(Axis::hop, e, attributes), log);
  HopChecks hop_checks;
  read_all(hops, block_rows(e.layout, Axis::hop), [&](std::int64_t first) {
    for (const ColumnScan& c : hops) hop_checks.rows(first, c.values<double>(), c.place());
  });
  hop_checks.report(log);
  finish(hops, e, t, findings);
}

}  // namespace hopmc::validate
