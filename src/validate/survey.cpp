#include "survey.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "hdf5_descriptions.hpp"
#include "hopmc/config/errors.hpp"
#include "metadata_checks.hpp"
#include "online_checks.hpp"

namespace hopmc::validate {
namespace {

using Numbers = std::set<std::int64_t>;

/// The trajectories a reader knows of; a reader that fails is dropped, which is a mismatch.
template <class Pointer>
Numbers found_in(Pointer& reader, const std::string& place, MismatchLog& log) {
  if (!reader) return {};
  try {
    const auto list = reader->trajectories();
    return {list.begin(), list.end()};
  } catch (const Error& error) {
    log.add("trajectories: unreadable", place, fmt::format("cannot be read: {}", reason_of(error, place)));
    reader.reset();
    return {};
  }
}

bool holds_column(const trajectory::Reader& reader, const trajectory::Layout& layout, std::int64_t t) {
  return std::any_of(layout.columns.begin(), layout.columns.end(), [&](const trajectory::ColumnSpec& spec) {
    try {
      return reader.find(t, spec.column).has_value();
    } catch (const Error&) {
      return true;  // there, but damaged
    }
  });
}

void check_extra(const Results& results, const Numbers& hdf5, const Numbers& npy, MismatchLog& log) {
  const std::int64_t n = results.expectation.n_traj;
  if (n < 0) return;
  for (const std::int64_t t : hdf5) {
    if (t < n) continue;
    log.add("trajectories: extra in HDF5",
            fmt::format("{}:/trajectories/{}", results.hdf5_file.string(), trajectory::group_name(t, n)),
            fmt::format("is there, but the run has {} trajectories", n));
  }
  for (const std::int64_t t : npy) {
    if (t < n || !holds_column(*results.npy, results.expectation.layout, t)) continue;
    log.add("trajectories: extra in npy", (results.directory / trajectory::directory_name(t)).string(),
            fmt::format("is there, but the run has {} trajectories", n));
  }
}

void check_missing(const Results& results, const Numbers& expected, const Numbers& hdf5, const Numbers& npy,
                   MismatchLog& log) {
  const auto n = static_cast<std::int64_t>(expected.size());
  for (const std::int64_t t : expected) {
    if (results.hdf5 && !hdf5.contains(t)) {
      log.add("trajectories: missing in HDF5",
              fmt::format("{}:/trajectories/{}", results.hdf5_file.string(), trajectory::group_name(t, n)),
              "missing");
    }
    if (results.npy && !npy.contains(t)) {
      log.add("trajectories: missing in npy", (results.directory / trajectory::directory_name(t)).string(),
              "missing");
    }
  }
}

void check_group_names(const Results& results, MismatchLog& log) {
  if (!results.hdf5) return;
  for (const std::string& name : results.hdf5->unknown_groups()) {
    log.add("trajectories: unknown group",
            fmt::format("{}:/trajectories/{}", results.hdf5_file.string(), name),
            "is no trajectory of this format, or lies in a part file that is missing or damaged");
  }
}

void check_descriptions(const Results& results, MismatchLog& log) {
  const auto& expected = results.expectation.described;
  const std::string record_place = (results.directory / run_record_name).string() + ":";
  if (results.metadata && expected) {
    check_metadata(*results.metadata, *expected, results.hdf5_file.string() + ":/metadata", log);
  }
  if (results.record && expected) check_metadata(results.record->metadata, *expected, record_place, log);
  if (results.metadata && results.record) {
    check_same_run(*results.metadata, results.record->metadata, record_place, log);
  }
}

/// Trajectories that must be there: those of the configuration, or all that any format has.
Numbers expected_trajectories(const Expectation& e, const Numbers& hdf5, const Numbers& npy) {
  Numbers expected;
  if (e.n_traj >= 0) {
    for (std::int64_t t = 0; t < e.n_traj; ++t) expected.insert(expected.end(), t);
  } else {
    expected = hdf5;
    expected.insert(npy.begin(), npy.end());
  }
  return expected;
}

}  // namespace

std::vector<Task> survey(Results& results, MismatchLog& log) {
  const Expectation& e = results.expectation;
  const Numbers hdf5 = found_in(results.hdf5, results.hdf5_file.string(), log);
  const Numbers npy = found_in(results.npy, results.directory.string(), log);
  const Numbers expected = expected_trajectories(e, hdf5, npy);
  check_group_names(results, log);
  check_missing(results, expected, hdf5, npy, log);
  check_extra(results, hdf5, npy, log);
  check_descriptions(results, log);
  if (results.hdf5) {
    check_totals(*results.hdf5, results.hdf5_file.string(), e, log);
    check_online_results(*results.hdf5, results.hdf5_file.string(), log);
  }
  std::vector<Task> tasks;
  for (const std::int64_t t : expected) {
    const Task task{t, hdf5.contains(t), npy.contains(t)};
    if (task.in_hdf5 || task.in_npy) tasks.push_back(task);
  }
  return tasks;
}

std::vector<std::string> checks_made(const Results& results) {
  const Expectation& e = results.expectation;
  const bool hdf5 = results.hdf5 != nullptr;
  const bool npy = results.npy != nullptr;
  const auto has = [&](trajectory::Column c) { return e.layout.find(c) != nullptr; };
  std::vector<std::string> checks;
  const auto add = [&](bool made, const char* name) {
    if (made) checks.emplace_back(name);
  };
  add(e.n_traj >= 0, "every trajectory is there, and no other");
  add(true, "every column is there with the right type and shape");
  add(hdf5 && npy && e.compare_formats, "both formats hold the same bits");
  add(hdf5, "checksums of the HDF5 contents");
  add(npy && !e.checksums.empty(), "checksums of the npy contents");
  add(hdf5, "trajectories are complete and under their own names");
  add(hdf5, "every dataset has the units of its format version");
  add(e.described.has_value(), "metadata equal the parameters of the run");
  add(has(trajectory::Column::time), e.time_interval > 0 && !e.every_step
                                         ? "frame f is at the time f * time_interval"
                                         : "frame times start at 0 and never decrease");
  add(has(trajectory::Column::hop_time), "hop times start at 0 and never decrease");
  add(e.geometry && has(trajectory::Column::wrapped) && has(trajectory::Column::unwrapped),
      "wrapped and unwrapped positions agree modulo the supercell");
  add(e.geometry && has(trajectory::Column::occupancy), "carriers are on sites of their elements");
  add(e.geometry && !e.doping.kinds.empty(), "dopants are there, on sites of their hosts");
  add(true, "every number is finite");
  return checks;
}

}  // namespace hopmc::validate
