#pragma once
/// Moving results out of the way, within the output directory. Local; for rank 0. All throw IoError.

#include <filesystem>
#include <set>
#include <string>

namespace hopmc::cli {

/// Beginning of the names of directories that hold what a resumed run goes on with.
inline constexpr const char* resumption_prefix = "resume_from";

/// PREFIX.1, PREFIX.2, ...: the first that does not exist.
[[nodiscard]] std::filesystem::path next_free(const std::filesystem::path& prefix);

/// Renames a file to NAME.REASON.N and returns its new path.
std::filesystem::path set_file_aside(const std::filesystem::path& file, const std::string& reason);

/// Moves checkpoint files that cannot be used out of the way.
void set_damaged_checkpoint_aside(const std::filesystem::path& directory);

/// Moves the files that hopmc writes (of those in traj<N> the ones in `npy_names`) to `to`, which is made;
/// the checkpoint comes first and leaves last, so that at no instant results are without one.
void move_results(const std::filesystem::path& directory, const std::filesystem::path& to,
                  const std::set<std::string>& npy_names);

/// A call of move_results() that was cut off may have moved the shared file and not its parts, which its
/// links look for beside it: they follow.
void finish_moving_parts(const std::filesystem::path& directory);

/// Moves results to a new directory for the user to judge; returns it.
std::filesystem::path set_results_aside(const std::filesystem::path& directory,
                                        const std::set<std::string>& npy_names);

/// Removes a directory that move_results() made.
void remove_moved_results(const std::filesystem::path& directory);

}  // namespace hopmc::cli
