#include "npy_checksums.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "hopmc/ensemble/checkpoint.hpp"

namespace hopmc::validate {
namespace {

using trajectory::Axis;

bool lacks_checksums(const Expectation& e) {
  for (std::int64_t t = 0; t < e.n_traj; ++t) {
    for (const auto& spec : e.layout.columns) {
      if (!recorded_checksum(e, spec, t)) return true;
    }
  }
  return false;
}

std::string created_on(const Results& results) {
  if (results.record) return results.record->metadata.created_on;
  return results.metadata ? results.metadata->created_on : "";
}

/// Whether a checkpoint has the trajectory as it must be at the end of this run.
bool is_complete(const ensemble::TrajectoryCheckpoint& t, const Expectation& e) {
  return t.complete && (e.n_frames < 0 || t.rows[static_cast<std::size_t>(Axis::frame)] == e.n_frames);
}

void add_checksums(const ensemble::TrajectoryCheckpoint& t, Expectation& e) {
  for (const auto& spec : e.layout.columns) {
    const std::uint32_t crc = t.crc32[static_cast<std::size_t>(spec.column)];
    if (crc != 0) e.checksums.try_emplace(checksum_name(t.trajectory, spec), crc);
  }
}

}  // namespace

std::optional<std::uint32_t> recorded_checksum(const Expectation& e, const trajectory::ColumnSpec& spec,
                                               std::int64_t trajectory) {
  const auto found = e.checksums.find(checksum_name(trajectory, spec));
  if (found == e.checksums.end()) return std::nullopt;
  return found->second;
}

void add_checkpoint_checksums(Results& results, Report& report) {
  Expectation& e = results.expectation;
  if (!results.npy || !lacks_checksums(e)) return;
  const ensemble::FoundCheckpoint found = ensemble::find_checkpoint(results.directory);
  report.notes.insert(report.notes.end(), found.damage.begin(), found.damage.end());
  // One of another run says nothing.
  if (!found.checkpoint || found.checkpoint->created_on != created_on(results)) return;
  std::int64_t n_complete = 0;
  for (const auto& [number, t] : found.checkpoint->trajectories) {
    if (number >= e.n_traj || !is_complete(t, e)) continue;
    add_checksums(t, e);
    ++n_complete;
  }
  e.unfinished = n_complete < e.n_traj;
}

void note_missing_checksums(const Results& results, Report& report) {
  const Expectation& e = results.expectation;
  if (!results.record || e.unfinished) return;
  const auto is_missing = [&](const ColumnReport& column) {
    return column.npy_crc32 && !recorded_checksum(e, *e.layout.find(column.column), column.trajectory);
  };
  const auto n = std::count_if(report.columns.begin(), report.columns.end(), is_missing);
  if (n == 0) return;
  report.notes.push_back(fmt::format(
      "{} npy file{} no recorded checksum, neither in {} nor in {}: damage to {} {}", n,
      n == 1 ? " has" : "s have", run_record_name, ensemble::checkpoint_name, n == 1 ? "it" : "them",
      results.hdf5 && e.compare_formats ? "is found only where HDF5 differs" : "may go unnoticed"));
}

}  // namespace hopmc::validate
