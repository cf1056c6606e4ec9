#include "resume_differences.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <set>
#include <string_view>

#include "hopmc/config/run_config.hpp"
#include "hopmc/config/same_value.hpp"

namespace hopmc::cli {
namespace {

/// May grow.
constexpr std::array<std::string_view, 2> growing_keys{"t_final", "n_traj"};
/// Beginnings of keys that say how a run is carried out and checked, not what comes of it.
constexpr std::array<std::string_view, 3> free_sections{"io.", "output_config.validation.",
                                                        "output_config.npy_only_warning"};
constexpr const char* absent = "(not given)";

bool is_free(const std::string& key) {
  const auto& analysis = config::analysis_keys;
  return std::find(analysis.begin(), analysis.end(), key) != analysis.end() ||
         std::any_of(free_sections.begin(), free_sections.end(),
                     [&](std::string_view section) { return key.starts_with(section); });
}

std::string value_of(const ensemble::Checkpoint& checkpoint, const std::string& key) {
  const auto found = checkpoint.config.find(key);
  return found == checkpoint.config.end() ? absent : found->second;
}

bool is_doped(const ensemble::Checkpoint& checkpoint) {
  return value_of(checkpoint, "doping.num_dopants").find_first_of("123456789") != std::string::npos;
}

}  // namespace

double number_in(const ensemble::Checkpoint& checkpoint, const std::string& key) {
  return std::strtod(value_of(checkpoint, key).c_str(), nullptr);
}

std::vector<Problem> forbidden_differences(const ensemble::Checkpoint& old, const ensemble::Checkpoint& now,
                                           const std::string& place) {
  std::set<std::string> keys;
  for (const auto& entry : old.config) keys.insert(entry.first);
  for (const auto& entry : now.config) keys.insert(entry.first);
  std::vector<Problem> problems;
  for (const std::string& key : keys) {
    const std::string before = value_of(old, key);
    const std::string after = value_of(now, key);
    if (is_free(key) || config::same_value(key, before, after)) continue;
    // Dopants of the replay mode depend on the number of trajectories.
    const bool fixed = key == "n_traj" && value_of(now, "replay") == "pycd" && is_doped(now);
    const bool may_grow =
        !fixed && std::find(growing_keys.begin(), growing_keys.end(), key) != growing_keys.end();
    if (may_grow && number_in(now, key) >= number_in(old, key)) continue;
    problems.push_back({place, 0, key,
                        fmt::format("was {} and is now {}; a run is resumed with {}", before, after,
                                    may_grow ? "the same value or a larger one" : "the same value")});
  }
  if (old.poscar_crc32 != now.poscar_crc32) {
    problems.push_back({place, 0, "POSCAR", "has changed since; a run is resumed with the same structure"});
  }
  return problems;
}

}  // namespace hopmc::cli
