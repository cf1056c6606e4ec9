#include "resume.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/mpi/collectives.hpp>
#include <set>
#include <span>
#include <system_error>
#include <tuple>

#include "all_ranks.hpp"
#include "console.hpp"
#include "hopmc/ensemble/communicator.hpp"
#include "hopmc/trajectory/hdf5_writer.hpp"
#include "hopmc/trajectory/reader.hpp"
#include "hopmc/validate/validate.hpp"
#include "move_results.hpp"
#include "output_directory.hpp"
#include "resume_differences.hpp"

namespace hopmc::cli {
namespace {

namespace fs = std::filesystem;
using Communicator = boost::mpi::communicator;
using ensemble::Checkpoint;
using ensemble::StoredRun;
using trajectory::Hdf5Reader;

/// Results found, newest first; rank 0 reads, all know.
struct Found {
  std::vector<StoredRun> runs;
  bool current = false;    ///< the first is that of the output directory itself
  bool validated = false;  ///< and has what a run writes last
};

/// Whether there are results in `directory` itself.
bool holds_results(const fs::path& directory) {
  std::error_code error;
  if (!fs::is_directory(directory, error)) return false;
  const auto results = existing_results(directory);
  return std::any_of(results.begin(), results.end(), [](const fs::path& path) {
    return !path.filename().string().starts_with(resumption_prefix);
  });
}

/// For rank 0. Reads all checkpoints; `damage` tells of those that cannot be used. Throws InputError where
/// the configuration differs from `now`.
Found find_runs(const fs::path& output, const Checkpoint& now, std::vector<std::string>& damage) {
  Found found;
  const auto add = [&](const fs::path& directory) {
    ensemble::FoundCheckpoint checkpoint = ensemble::find_checkpoint(directory);
    damage.insert(damage.end(), checkpoint.damage.begin(), checkpoint.damage.end());
    if (checkpoint.checkpoint) found.runs.push_back({directory, std::move(*checkpoint.checkpoint)});
    return !found.runs.empty() && found.runs.back().directory == directory;
  };
  found.current = add(output);
  std::error_code error;
  found.validated = fs::exists(output / validate::report_file_name, error);
  auto older = resumption_directories(output);
  std::for_each(older.rbegin(), older.rend(), add);
  for (const StoredRun& run : found.runs) {
    const auto problems = forbidden_differences(run.checkpoint, now, run.directory.string());
    if (!problems.empty()) throw InputError(problems);
  }
  return found;
}

/// Parts are sound whatever happened to the file that links them.
void mend_links(const fs::path& directory) {
  const fs::path file = directory / trajectory::shared_file_name;
  std::error_code error;
  if (!fs::exists(directory / trajectory::parts_directory_name, error)) return;
  try {
    static_cast<void>(Hdf5Reader::open(file));
    return;
  } catch (const IoError& problem) {
    print_warning(problem.what());
  }
  if (fs::exists(file, error)) set_file_aside(file, "damaged");
  if (trajectory::relink_parts(file)) {
    print_warning(fmt::format("{}: made anew from the part files", file.string()));
  }
}

/// For rank 0. Damaged checkpoints and results that none belongs to are set aside, unless `now` is refused.
Found look_for_runs(const RunSetup& setup, const Checkpoint& now) {
  std::vector<std::string> damage;
  Found found = find_runs(setup.output, now, damage);
  for (const std::string& line : damage) print_warning(line);
  if (!damage.empty()) set_damaged_checkpoint_aside(setup.output);
  finish_moving_parts(setup.output);
  if (found.current) mend_links(setup.output);
  if (!found.current && holds_results(setup.output)) {
    const bool resumed_before = !found.runs.empty();
    const fs::path aside = set_results_aside(setup.output, npy_file_names(setup.config.run.output));
    print_warning(fmt::format("{}: results without a checkpoint; moved to {}, {}", setup.output.string(),
                              aside.filename().string(),
                              resumed_before ? "going on with older ones" : "starting from the beginning"));
  }
  return found;
}

void broadcast(const Communicator& comm, Found& found) {
  auto count = found.runs.size();
  boost::mpi::broadcast(comm, count, 0);
  boost::mpi::broadcast(comm, found.current, 0);
  boost::mpi::broadcast(comm, found.validated, 0);
  found.runs.resize(count);
  for (StoredRun& run : found.runs) {
    std::string directory = run.directory.string();
    std::string text = comm.rank() == 0 ? ensemble::to_text(run.checkpoint) : std::string();
    boost::mpi::broadcast(comm, directory, 0);
    boost::mpi::broadcast(comm, text, 0);
    if (comm.rank() == 0) continue;
    run = {directory, ensemble::checkpoint_from_text(text, directory)};
  }
}

bool extends(const Checkpoint& old, const Checkpoint& now) {
  return number_in(now, "t_final") > number_in(old, "t_final");
}

bool all_complete(const Checkpoint& old, const Checkpoint& now) {
  const auto& all = old.trajectories;
  return static_cast<double>(all.size()) == number_in(now, "n_traj") && !extends(old, now) &&
         std::all_of(all.begin(), all.end(), [](const auto& entry) { return entry.second.complete; });
}

bool all_intact(const ensemble::Findings& findings, const config::OutputConfig& output) {
  return !findings.unreadable_hdf5 &&
         std::all_of(findings.intact.begin(), findings.intact.end(), [&](const auto& entry) {
           return (!output.npy || entry.second.npy) && (!output.hdf5 || entry.second.hdf5);
         });
}

/// Takes over what is intact in a run, where it reaches farther than what is there already.
void take_over(const StoredRun& run, const ensemble::Findings& findings, const Checkpoint& now,
               ensemble::StoredTrajectories& stored) {
  const bool ends_here = !extends(run.checkpoint, now);
  for (const auto& [number, checkpoint] : run.checkpoint.trajectories) {
    const ensemble::Intact intact = findings.intact.at(number);
    if (!intact.npy && !intact.hdf5) continue;
    const ensemble::StoredTrajectory candidate{run.directory, intact.npy, ends_here, checkpoint};
    const auto reach = [](const ensemble::StoredTrajectory& s) {
      return std::tuple(s.checkpoint.complete && s.ends_here, s.checkpoint.rows);
    };
    const auto there = stored.find(number);
    if (there == stored.end()) {
      stored.emplace(number, candidate);
    } else if (reach(candidate) > reach(there->second)) {
      there->second = candidate;
    }
  }
}

/// Moves what lies in the output directory out of the way; the trajectories in it follow.
void make_room(const RunSetup& setup, const fs::path& to, bool unreadable_hdf5) {
  if (unreadable_hdf5) {
    const fs::path aside = set_file_aside(setup.output / trajectory::shared_file_name, "damaged");
    print_warning(fmt::format("{}: cannot be opened; set aside as {}, to be written anew",
                              (setup.output / trajectory::shared_file_name).string(),
                              aside.filename().string()));
  }
  move_results(setup.output, to, npy_file_names(setup.config.run.output));
}

void tell_damage(const ensemble::Findings& findings) {
  for (const std::string& line : findings.damage) print_warning(line);
  if (findings.damage.empty()) return;
  print_warning("what is missing or damaged is taken from the other format or simulated again");
}

}  // namespace

Checkpoint checkpoint_of(const RunSetup& setup, const std::string& created_on) {
  Checkpoint checkpoint;
  checkpoint.created_on = created_on;
  for (const config::ResolvedKey& key : setup.config.keys) checkpoint.config[key.key] = key.value;
  checkpoint.poscar_crc32 = trajectory::crc32(0, std::as_bytes(std::span(setup.files.poscar.text)));
  return checkpoint;
}

void require_same_run(const RunSetup& setup) {
  std::vector<std::string> damage;
  static_cast<void>(find_runs(setup.output, checkpoint_of(setup, ""), damage));
}

Resumption prepare_resumption(const Communicator& comm, const RunSetup& setup,
                              const trajectory::Layout& layout) {
  const Checkpoint now = checkpoint_of(setup, "");
  const config::OutputConfig& output = setup.config.run.output;
  Found found;
  on_first_rank(comm, [&] { found = look_for_runs(setup, now); });
  broadcast(comm, found);
  Resumption resumption;
  if (found.runs.empty()) return resumption;
  resumption.created_on = found.runs.back().checkpoint.created_on;
  bool unreadable = false;
  for (const StoredRun& run : found.runs) {
    const bool is_current = found.current && &run == &found.runs.front();
    const bool complete = is_current && all_complete(run.checkpoint, now);
    const ensemble::Findings findings =
        ensemble::examine(comm, run, layout, output.npy, output.hdf5, complete);
    if (complete && found.runs.size() == 1 && all_intact(findings, output) && found.validated) {
      resumption.nothing_to_do = true;
      return resumption;
    }
    if (comm.rank() == 0) tell_damage(findings);
    unreadable = unreadable || (is_current && findings.unreadable_hdf5);
    take_over(run, findings, now, resumption.stored);
  }
  const fs::path to = next_free(setup.output / resumption_prefix);
  std::string moved_to = to.string();
  boost::mpi::broadcast(comm, moved_to, 0);
  on_first_rank(comm, [&] { make_room(setup, moved_to, unreadable); });
  for (auto& entry : resumption.stored) {
    if (entry.second.directory == setup.output) entry.second.directory = moved_to;
  }
  for (const StoredRun& run : found.runs) {
    resumption.old_directories.push_back(run.directory == setup.output ? fs::path(moved_to) : run.directory);
  }
  return resumption;
}

std::string resumption_text(const Resumption& resumption, const config::RunConfig& run) {
  if (resumption.stored.empty()) return "";
  std::int64_t complete = 0;
  std::set<std::string> directories;
  for (const auto& [number, stored] : resumption.stored) {
    if (stored.checkpoint.complete && stored.ends_here) ++complete;
    directories.insert(stored.directory.string());
  }
  const auto begun = static_cast<std::int64_t>(resumption.stored.size()) - complete;
  return fmt::format("{} of {} trajectories and {} begun, {:.1f} % of all, read back from {}", complete,
                     run.n_traj, begun,
                     100 * ensemble::stored_fraction(run.n_traj, run.t_final, resumption.stored),
                     fmt::join(directories, ", "));
}

void remove_superseded(const Resumption& resumption, const Checkpoint& now) {
  for (const fs::path& directory : resumption.old_directories) {
    std::error_code error;
    const bool needed =
        std::any_of(resumption.stored.begin(), resumption.stored.end(), [&](const auto& entry) {
          if (entry.second.directory != directory) return false;
          const auto there = now.trajectories.find(entry.first);
          return there == now.trajectories.end() || there->second.rows < entry.second.checkpoint.rows;
        });
    if (!needed) fs::remove_all(directory, error);
  }
}

void remove_all_old(const fs::path& output) {
  for (const fs::path& directory : resumption_directories(output)) {
    std::error_code error;
    fs::remove_all(directory, error);
    if (error) print_warning(fmt::format("{}: cannot be removed: {}", directory.string(), error.message()));
  }
}

}  // namespace hopmc::cli
