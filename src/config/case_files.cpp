#include "hopmc/config/case_files.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <optional>
#include <vector>

#include "hints.hpp"
#include "hopmc/config/errors.hpp"
#include "hopmc/config/load.hpp"
#include "hopmc/config/schema.hpp"
#include "overrides.hpp"
#include "text_check.hpp"
#include "values.hpp"

namespace hopmc::config {
namespace {

namespace fs = std::filesystem;

constexpr const char* simulation_name = "simulation_parameters.yml";
constexpr const char* material_name = "sys_config.yml";
constexpr const char* poscar_name = "POSCAR";
constexpr std::uintmax_t largest_file = 256ULL * 1024 * 1024;

enum class Encoding { utf8, any };

std::vector<std::string> names_in(const fs::path& directory) {
  std::vector<std::string> names;
  std::error_code error;
  for (fs::directory_iterator entry(directory.empty() ? "." : directory, error), end; !error && entry != end;
       entry.increment(error)) {
    names.push_back(entry->path().filename().string());
  }
  return names;
}

/// "; did you mean 'x'?" with the nearest name in the folder.
std::string hint(const fs::path& missing) {
  return did_you_mean(missing.filename().string(), names_in(missing.parent_path()));
}

/// Why a path is no file that can be read; empty: it is one.
std::string path_fault(const fs::path& path, std::string_view what) {
  std::error_code error;
  const fs::file_status status = fs::status(path, error);
  if (status.type() == fs::file_type::not_found) {
    const bool dangling = fs::is_symlink(fs::symlink_status(path, error));
    return dangling ? fmt::format("is a link to a file that does not exist; expected {}", what)
                    : fmt::format("there is no such file; expected {}{}", what, hint(path));
  }
  if (error) return fmt::format("cannot be read: {}", error.message());
  if (fs::is_directory(status)) return fmt::format("is a directory; expected {}", what);
  if (!fs::is_regular_file(status)) return fmt::format("is not a regular file; expected {}", what);
  if (fs::file_size(path, error) > largest_file) return fmt::format("is too large; expected {}", what);
  return "";
}

TextFile read_text(const fs::path& path, std::string_view what, Encoding encoding, Problems& problems) {
  TextFile file{path.string(), ""};
  if (const std::string fault = path_fault(path, what); !fault.empty()) {
    problems.add(file.path, 0, "", fault);
    return file;
  }
  errno = 0;
  std::ifstream stream(path, std::ios::binary);
  if (!stream) {
    problems.add(file.path, 0, "", fmt::format("cannot be read: {}", std::strerror(errno)));
    return file;
  }
  try {
    file.text.assign(std::istreambuf_iterator<char>(stream), {});
  } catch (const std::ios_base::failure& error) {
    problems.add(file.path, 0, "", fmt::format("cannot be read: {}", error.code().message()));
    return file;
  }
  if (const auto fault = text_fault(file.text, encoding == Encoding::utf8)) {
    problems.add(file.path, fault->line, "", fmt::format("{}; expected {}", fault->message, what));
  }
  return file;
}

void check_directory(const fs::path& directory) {
  std::error_code error;
  const fs::file_status status = fs::status(directory, error);
  const std::string expected = fmt::format("expected a case directory with {}", simulation_name);
  if (status.type() == fs::file_type::not_found) {
    // "case/" has no last name of its own.
    const fs::path named = directory.has_filename() ? directory : directory.parent_path();
    throw InputError({directory.string(), 0, "", fmt::format("there is no such directory{}", hint(named))});
  }
  if (!error && !fs::is_directory(status)) {
    throw InputError({directory.string(), 0, "", "is not a directory; " + expected});
  }
  if (error) throw InputError({directory.string(), 0, "", "cannot be read: " + error.message()});
}

/// Where the folder of POSCAR and sys_config.yml lies, from a first look at the parameters.
fs::path input_directory(const fs::path& case_directory, const TextFile& parameters,
                         std::span<const Override> overrides) {
  Problems problems;
  auto tree = parse_yaml(parameters.text, {parameters.path, Origin::file, ""}, "", problems);
  problems.throw_if_any();
  InputTrees trees{std::move(*tree), {}};
  Problems for_later;  // all problems of keys are reported together by load()
  apply_overrides(trees, overrides, for_later);
  Values values;
  SourceMap sources;
  std::vector<Problem> warnings;
  resolve(InputFile::simulation_parameters, trees.simulation, parameters.path, values,
          {sources, warnings, for_later});
  const auto name = values.text("input_file_directory_name");
  const auto depth = values.integer("work_dir_depth");
  if (!name || !depth) throw InputError(for_later.list());
  if (*depth == 0) return case_directory / *name;
  fs::path directory = fs::canonical(case_directory);
  for (std::int64_t i = 0; i < *depth; ++i) {
    if (directory == directory.root_path()) {
      throw InputError(
          sources.problem_at("work_dir_depth", fmt::format("is {}, more than the folders above {}", *depth,
                                                           fs::canonical(case_directory).string())));
    }
    directory = directory.parent_path();
  }
  return directory / *name;
}

void check_input_directory(const fs::path& directory) {
  std::error_code error;
  if (fs::is_directory(directory, error)) return;
  throw InputError({directory.string(), 0, "",
                    fmt::format("there is no such directory; expected the folder of {} and {} (see "
                                "input_file_directory_name and work_dir_depth in {}){}",
                                poscar_name, material_name, simulation_name, hint(directory))});
}

}  // namespace

CaseFiles read_case_files(const fs::path& case_directory, std::span<const Override> overrides) {
  check_directory(case_directory);
  CaseFiles files;
  files.directory = case_directory.string();
  Problems problems;
  files.simulation_parameters =
      read_text(case_directory / simulation_name, "the parameters of the run", Encoding::utf8, problems);
  problems.throw_if_any();
  const fs::path inputs = input_directory(case_directory, files.simulation_parameters, overrides);
  check_input_directory(inputs);
  files.sys_config =
      read_text(inputs / material_name, "the parameters of the material", Encoding::utf8, problems);
  files.poscar =
      read_text(inputs / poscar_name, "a unit cell in VASP's POSCAR form", Encoding::any, problems);
  problems.throw_if_any();
  return files;
}

}  // namespace hopmc::config
