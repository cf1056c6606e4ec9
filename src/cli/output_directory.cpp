#include "output_directory.hpp"

#include <fmt/format.h>
#include <unistd.h>
#include "doping_note.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <string_view>
#include <system_error>

#include "hopmc/analysis/report.hpp"
#include "hopmc/analysis/unwrap.hpp"
#include "hopmc/config/errors.hpp"
#include "hopmc/ensemble/checkpoint.hpp"
#include "hopmc/trajectory/columns.hpp"
#include "hopmc/validate/run_record.hpp"
#include "hopmc/validate/sweep_record.hpp"
#include "hopmc/validate/validate.hpp"
#include "move_results.hpp"
#include "resume.hpp"

namespace hopmc::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view npy_extension = ".npy";

bool is_trajectory_name(const std::string& name) {
  return name.size() > 4 && name.starts_with("traj") &&
         std::all_of(name.begin() + 4, name.end(), [](unsigned char c) { return std::isdigit(c) != 0; });
}

bool holds_npy(const fs::path& directory) {
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(directory, error)) {
    if (entry.path().extension() == npy_extension) return true;
  }
  return false;
}

[[noreturn]] void fail(const fs::path& path, const std::string& what, const std::string& reason) {
  throw IoError(fmt::format("{}: {}: {}", path.string(), what, reason));
}

/// access() says yes to root and to read-only file systems alike; only writing tells.
void require_writable(const fs::path& directory) {
  std::string name = (directory / ".hopmc_XXXXXX").string();
  const int descriptor = ::mkstemp(name.data());
  if (descriptor < 0) fail(directory, "cannot be written to", std::strerror(errno));
  ::close(descriptor);
  ::unlink(name.c_str());
}

void remove_file(const fs::path& path) {
  std::error_code error;
  fs::remove(path, error);
  if (error) fail(path, "cannot be removed", error.message());
}

/// Removes the files of a directory that `is_ours` knows, and the directory if nothing else is in it.
template <class Predicate>
void remove_contents(const fs::path& directory, Predicate is_ours) {
  std::error_code error;
  std::vector<fs::path> ours;
  bool others = false;
  for (const auto& entry : fs::directory_iterator(directory, error)) {
    const bool mine = !entry.is_directory() && is_ours(entry.path().filename().string());
    if (mine) ours.push_back(entry.path());
    others = others || !mine;
  }
  if (error) fail(directory, "cannot be listed", error.message());
  for (const fs::path& path : ours) remove_file(path);
  if (!others) remove_file(directory);
}

void remove_results(const std::vector<fs::path>& results, const std::set<std::string>& npy_names) {
  for (const fs::path& path : results) {
    std::error_code error;
    if (!fs::is_directory(fs::symlink_status(path, error))) {
      remove_file(path);
    } else if (path.filename().string().starts_with(resumption_prefix)) {
      remove_moved_results(path);
    } else if (path.filename() == trajectory::parts_directory_name) {
      remove_contents(path, [](const std::string& name) { return name.ends_with(".h5"); });
    } else {
      remove_contents(path, [&](const std::string& name) { return npy_names.contains(name); });
    }
  }
}

/// What hopmc analyze and hopmc unwrap made of results that are replaced.
void remove_derived(const fs::path& directory) {
  remove_analysis(directory / analysis::default_analysis_directory);
  std::error_code error;
  const fs::path unwrapped = directory / analysis::unwrapped_directory;
  std::vector<fs::path> trajectories;
  for (const auto& entry : fs::directory_iterator(unwrapped, error)) {
    if (entry.is_directory() && is_trajectory_name(entry.path().filename().string()))
      trajectories.push_back(entry.path());
  }
  for (const fs::path& path : trajectories) {
    remove_contents(path, [](const std::string& name) { return name == analysis::unwrapped_file_name; });
  }
  if (!trajectories.empty()) fs::remove(unwrapped, error);  // fails where something else is in it: it stays
}

std::string listed(const std::vector<fs::path>& paths) {
  constexpr std::size_t most = 3;
  std::string text;
  for (std::size_t i = 0; i < std::min(most, paths.size()); ++i) {
    text += (i > 0 ? ", " : "") + paths[i].filename().string();
  }
  return paths.size() > most ? text + fmt::format(" and {} more", paths.size() - most) : text;
}

}  // namespace

std::set<std::string> npy_file_names(const config::OutputConfig& output) {
  std::set<std::string> names;
  config::OutputConfig all;
  for (config::OutputItem* item :
       {&all.unwrapped, &all.wrapped, &all.time, &all.energy, &all.delg_0, &all.potential, &all.occupancy}) {
    item->write = true;
  }
  for (const auto& spec : trajectory::make_layout(all, 1, -1, 1).columns) names.insert(spec.npy_name);
  for (const config::OutputItem* item : {&output.unwrapped, &output.wrapped, &output.time, &output.energy,
                                         &output.delg_0, &output.potential, &output.occupancy}) {
    names.insert(item->file_name);
  }
  names.insert(std::string(doping_group) + ".json");
  return names;
}

std::vector<fs::path> existing_results(const fs::path& directory) {
  std::vector<fs::path> results;
  std::error_code error;
  for (const std::string_view name :
       {trajectory::shared_file_name, trajectory::parts_directory_name, validate::report_file_name,
        validate::run_record_name, ensemble::checkpoint_name, ensemble::previous_checkpoint_name}) {
    const fs::path path = directory / name;
    if (fs::exists(fs::symlink_status(path, error))) results.push_back(path);
  }
  std::vector<fs::path> directories = resumption_directories(directory);
  for (const auto& entry : fs::directory_iterator(directory, error)) {
    const bool is_ours = is_trajectory_name(entry.path().filename().string()) && holds_npy(entry.path());
    if (is_ours) directories.push_back(entry.path());
  }
  if (error) fail(directory, "cannot be listed", error.message());
  std::sort(directories.begin(), directories.end());
  results.insert(results.end(), directories.begin(), directories.end());
  return results;
}

void make_directory(const fs::path& directory) {
  std::error_code error;
  const fs::file_status status = fs::status(directory, error);
  if (fs::exists(status) && !fs::is_directory(status)) {
    fail(directory, "cannot be written to", "not a directory");
  }
  fs::create_directories(directory, error);
  if (error) fail(directory, "cannot be created", error.message());
}

void remove_analysis(const fs::path& directory) {
  if (analysis::holds_analysis(directory)) remove_contents(directory, analysis::is_analysis_file);
}

void prepare_output_directory(const fs::path& directory, bool overwrite,
                              const std::set<std::string>& npy_names) {
  std::error_code error;
  if (fs::exists(directory / validate::sweep_record_name, error)) {
    throw InputError(Problem{
        directory.string(), 0, "",
        fmt::format("holds a sweep ({}); --output DIR writes elsewhere", validate::sweep_record_name)});
  }
  const std::vector<fs::path> results = existing_results(directory);
  if (!results.empty() && !overwrite) {
    throw InputError(Problem{
        directory.string(), 0, "",
        fmt::format("holds results already ({}); --resume goes on with them, --overwrite replaces them "
                    "(over_write of simulation_parameters.yml does not), --output DIR writes elsewhere",
                    listed(results))});
  }
  require_writable(directory);
  remove_results(results, npy_names);
  if (overwrite) remove_derived(directory);
}

}  // namespace hopmc::cli
