#pragma once
/// The directory of the results: existing results are never touched unless asked for. Local; for rank 0.

#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include "hopmc/config/run_config.hpp"

namespace hopmc::cli {

/// Names that npy files of a run have or can have had: those of output_data and the default ones.
[[nodiscard]] std::set<std::string> npy_file_names(const config::OutputConfig& output);

/// Results of a run in `directory`: files, and traj<N> directories with npy files in them.
[[nodiscard]] std::vector<std::filesystem::path> existing_results(const std::filesystem::path& directory);

/// Creates a directory and its parents, unless they are there. Throws IoError.
void make_directory(const std::filesystem::path& directory);

/// Removes the analysis of a run from `directory`, plots and all, and the directory if nothing else is in it.
/// What another program wrote there stays. Throws IoError.
void remove_analysis(const std::filesystem::path& directory);

/// Makes `directory`, which exists and is locked, ready to be written to.
///
/// Throws InputError if it holds a sweep, or results and `overwrite` is false; with it they are removed: the
/// files that hopmc writes, of those in traj<N> the ones in `npy_names`, and what hopmc analyze and hopmc
/// unwrap made of them. Throws IoError if it cannot be written to, and then nothing was removed.
void prepare_output_directory(const std::filesystem::path& directory, bool overwrite,
                              const std::set<std::string>& npy_names);

}  // namespace hopmc::cli
