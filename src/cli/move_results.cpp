#include "move_results.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <system_error>
#include <vector>

#include "hopmc/config/errors.hpp"
#include "hopmc/ensemble/checkpoint.hpp"
#include "hopmc/trajectory/columns.hpp"
#include "output_directory.hpp"
#include "resume.hpp"

namespace hopmc::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::array<std::string_view, 2> checkpoint_names{ensemble::checkpoint_name,
                                                           ensemble::previous_checkpoint_name};

[[noreturn]] void fail(const fs::path& path, const char* what, const std::error_code& error) {
  throw IoError(fmt::format("{}: {}: {}", path.string(), what, error.message()));
}

void move(const fs::path& from, const fs::path& to) {
  std::error_code error;
  fs::rename(from, to, error);
  if (error) fail(from, "cannot be moved", error);
}

/// Files of ours in a trajectory's directory; the directory goes with the last of them.
void move_npy_files(const fs::path& directory, const fs::path& to, const std::set<std::string>& npy_names) {
  make_directory(to);
  std::error_code error;
  for (const std::string& name : npy_names) {
    if (fs::exists(fs::symlink_status(directory / name, error))) move(directory / name, to / name);
  }
  fs::remove(directory, error);  // fails where something else is in it: then it stays
}

bool is_checkpoint(const fs::path& path) {
  const std::string name = path.filename().string();
  return std::find(checkpoint_names.begin(), checkpoint_names.end(), name) != checkpoint_names.end();
}

}  // namespace

fs::path next_free(const fs::path& prefix) {
  std::error_code error;
  for (int n = 1;; ++n) {
    fs::path path = prefix;
    path += fmt::format(".{}", n);
    if (!fs::exists(fs::symlink_status(path, error))) return path;
  }
}

fs::path set_file_aside(const fs::path& file, const std::string& reason) {
  fs::path prefix = file;
  prefix += "." + reason;
  const fs::path to = next_free(prefix);
  move(file, to);
  return to;
}

void set_damaged_checkpoint_aside(const fs::path& directory) {
  for (const std::string_view name : checkpoint_names) {
    const fs::path path = directory / name;
    std::error_code error;
    if (!fs::exists(path, error)) continue;
    if (!ensemble::checkpoint_is_sound(path)) set_file_aside(path, "damaged");
  }
}

void move_results(const fs::path& directory, const fs::path& to, const std::set<std::string>& npy_names) {
  make_directory(to);
  std::error_code error;
  for (const std::string_view name : checkpoint_names) {
    if (!fs::exists(directory / name, error)) continue;
    fs::copy_file(directory / name, to / name, fs::copy_options::overwrite_existing, error);
    if (error) fail(to / name, "cannot be written", error);
  }
  const std::vector<fs::path> results = existing_results(directory);
  for (const fs::path& path : results) {
    if (is_checkpoint(path) || path.filename().string().starts_with(resumption_prefix)) continue;
    const bool is_npy = fs::is_directory(path, error) && path.filename().string().starts_with("traj") &&
                        path.extension().empty();
    if (is_npy) {
      move_npy_files(path, to / path.filename(), npy_names);
    } else {
      move(path, to / path.filename());
    }
  }
  for (const std::string_view name : checkpoint_names) fs::remove(directory / name, error);
}

void finish_moving_parts(const fs::path& directory) {
  using trajectory::parts_directory_name, trajectory::shared_file_name;
  const auto older = resumption_directories(directory);
  if (older.empty()) return;
  std::error_code error;
  const auto holds = [&error](const fs::path& place, std::string_view name) {
    return fs::exists(place / name, error);
  };
  const bool cut_off = holds(older.back(), shared_file_name) && !holds(directory, shared_file_name) &&
                       holds(directory, parts_directory_name) && !holds(older.back(), parts_directory_name);
  if (cut_off) move(directory / parts_directory_name, older.back() / parts_directory_name);
}

fs::path set_results_aside(const fs::path& directory, const std::set<std::string>& npy_names) {
  const fs::path to = next_free(directory / "set_aside");
  move_results(directory, to, npy_names);
  return to;
}

void remove_moved_results(const fs::path& directory) {
  std::error_code error;
  fs::remove_all(directory, error);
  if (error) fail(directory, "cannot be removed", error);
}

std::vector<fs::path> resumption_directories(const fs::path& directory) {
  std::vector<std::pair<int, fs::path>> found;
  const std::string prefix = std::string(resumption_prefix) + ".";
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(directory, error)) {
    const std::string name = entry.path().filename().string();
    if (!name.starts_with(prefix) || !entry.is_directory(error)) continue;
    int number = 0;
    const auto [end, fault] = std::from_chars(name.data() + prefix.size(), name.data() + name.size(), number);
    if (fault == std::errc() && end == name.data() + name.size()) found.emplace_back(number, entry.path());
  }
  std::sort(found.begin(), found.end());
  std::vector<fs::path> paths;
  for (auto& entry : found) paths.push_back(std::move(entry.second));
  return paths;
}

}  // namespace hopmc::cli
