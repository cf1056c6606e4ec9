#pragma once
/// The three input files of a case directory, as text. Rank 0 reads them; every rank parses the same bytes.

#include <filesystem>
#include <span>
#include <string>

#include "hopmc/config/override.hpp"

namespace hopmc::config {

/// A text file as read, byte for byte.
struct TextFile {
  std::string path;  ///< as shown in messages
  std::string text;
};

/// CASE/simulation_parameters.yml and the InputFiles it points to.
struct CaseFiles {
  std::string directory;
  TextFile simulation_parameters;
  TextFile sys_config;
  TextFile poscar;
};

/// Reads the files of the case directory (local; call on one rank).
///
/// `input_file_directory_name` and `work_dir_depth` (file or overrides) say where InputFiles lies.
/// Throws InputError (with every file that is missing, unreadable, a directory, empty or binary).
[[nodiscard]] CaseFiles read_case_files(const std::filesystem::path& case_directory,
                                        std::span<const Override> overrides);

}  // namespace hopmc::config
