#pragma once
/// Reading the options of a subcommand.

#include <boost/program_options/options_description.hpp>
#include <boost/program_options/positional_options.hpp>
#include <boost/program_options/variables_map.hpp>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "hopmc/analysis/analysed_run.hpp"
#include "hopmc/config/errors.hpp"
#include "hopmc/config/override.hpp"

namespace hopmc::cli {

using Arguments = std::span<const std::string>;

/// Parses; option names must be given in full. Throws InputError that names the option at fault and, for an
/// unknown one, the nearest that exists.
[[nodiscard]] boost::program_options::variables_map parse_options(
    Arguments arguments, const boost::program_options::options_description& shown,
    const boost::program_options::options_description& hidden,
    const boost::program_options::positional_options_description& positional);

/// The same for `command`, which takes one directory or file ("path") besides its options, unless --help is
/// asked for.
[[nodiscard]] boost::program_options::variables_map parse_path_and_options(
    Arguments arguments, const std::string& command,
    const boost::program_options::options_description& shown);

/// "unknown KIND 'name'", with the nearest of `candidates` if there is one.
[[nodiscard]] std::string unknown_name(const std::string& kind, const std::string& name,
                                       const std::vector<std::string>& candidates);

/// The overrides that KEY=VALUE texts of --set ask for.
[[nodiscard]] std::vector<config::Override> set_overrides(const std::vector<std::string>& texts,
                                                          Problems& problems);

/// The value of --from.
[[nodiscard]] analysis::Format format_of(const std::string& text, Problems& problems);

/// The directory of results that are named by it or by a file in it. What cannot be looked at counts as a
/// file: opening it tells why.
[[nodiscard]] std::filesystem::path results_directory(const std::filesystem::path& path);

/// The directory that --output names, `otherwise` without the option. One without a name is a problem.
[[nodiscard]] std::filesystem::path output_of(const boost::program_options::variables_map& values,
                                              const std::filesystem::path& otherwise, Problems& problems);

struct HelpEntry {
  std::string name;
  std::string about;
};

/// A section of a help text: its title, and a line for each entry.
[[nodiscard]] std::string help_section(const std::string& title, const std::vector<HelpEntry>& entries);

/// The part of every help text about exit statuses.
[[nodiscard]] std::string exit_status_help();

/// A number >= 0 given as an option. Throws InputError.
[[nodiscard]] double number_not_negative(const std::string& option, const std::string& text);

}  // namespace hopmc::cli
