#include "options.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/program_options/errors.hpp>
#include <boost/program_options/parsers.hpp>
#include <cmath>
#include <cstdlib>
#include <system_error>

#include "hopmc/config/load.hpp"

namespace hopmc::cli {
namespace {

namespace po = boost::program_options;

[[noreturn]] void fail(const std::string& option, const std::string& message) {
  throw InputError(Problem{"command line", 0, option, message});
}

std::vector<std::string> long_names(const po::options_description& options) {
  std::vector<std::string> names;
  for (const auto& option : options.options()) names.push_back("--" + option->long_name());
  return names;
}

}  // namespace

po::variables_map parse_path_and_options(Arguments arguments, const std::string& command,
                                         const po::options_description& shown) {
  po::options_description hidden;
  hidden.add_options()("path", po::value<std::string>());
  po::positional_options_description positional;
  positional.add("path", 1);
  po::variables_map values = parse_options(arguments, shown, hidden, positional);
  if (values.count("help") == 0 && values.count("path") == 0) {
    throw InputError(Problem{"command line", 0, "",
                             fmt::format("no directory or file given (see hopmc {} --help)", command)});
  }
  return values;
}

std::string unknown_name(const std::string& kind, const std::string& name,
                         const std::vector<std::string>& candidates) {
  const std::string nearest = config::nearest_name(name, candidates);
  std::string text = fmt::format("unknown {} '{}'", kind, name);
  if (!nearest.empty()) text += fmt::format("; did you mean '{}'?", nearest);
  return text;
}

po::variables_map parse_options(Arguments arguments, const po::options_description& shown,
                                const po::options_description& hidden,
                                const po::positional_options_description& positional) {
  po::options_description all;
  all.add(shown).add(hidden);
  po::variables_map values;
  using namespace po::command_line_style;
  constexpr int style = unix_style & ~allow_guessing;
  try {
    const std::vector<std::string> list(arguments.begin(), arguments.end());
    po::store(po::command_line_parser(list).options(all).positional(positional).style(style).run(), values);
    po::notify(values);
  } catch (const po::unknown_option& error) {
    fail("", unknown_name("option", error.get_option_name(), long_names(shown)));
  } catch (const po::too_many_positional_options_error&) {
    fail("", "more arguments than expected");
  } catch (const po::multiple_occurrences& error) {
    fail(error.get_option_name(), "given more than once");
  } catch (const po::error_with_option_name& error) {
    const bool value_missing = dynamic_cast<const po::invalid_command_line_syntax*>(&error) != nullptr;
    fail(error.get_option_name(), value_missing ? "needs a value" : error.what());
  } catch (const po::error& error) {
    fail("", error.what());
  }
  return values;
}

std::vector<config::Override> set_overrides(const std::vector<std::string>& texts, Problems& problems) {
  std::vector<config::Override> overrides;
  for (const std::string& text : texts) {
    const std::size_t equals = text.find('=');
    if (equals == 0 || equals == std::string::npos) {
      problems.add("command line", 0, "--set", fmt::format("'{}' is not of the form KEY=VALUE", text));
      continue;
    }
    overrides.push_back(
        {text.substr(0, equals), text.substr(equals + 1), config::Origin::command_line, "--set " + text});
  }
  return overrides;
}

analysis::Format format_of(const std::string& text, Problems& problems) {
  if (text == "h5") return analysis::Format::hdf5;
  if (text == "npy") return analysis::Format::npy;
  problems.add("command line", 0, "--from", fmt::format("'{}' is none of h5, npy", text));
  return analysis::Format::any;
}

std::filesystem::path results_directory(const std::filesystem::path& path) {
  std::error_code error;
  if (std::filesystem::is_directory(path, error)) return path;
  return path.has_parent_path() ? path.parent_path() : ".";
}

std::filesystem::path output_of(const po::variables_map& values, const std::filesystem::path& otherwise,
                                Problems& problems) {
  if (values.count("output") == 0) return otherwise;
  const auto& text = values["output"].as<std::string>();
  if (text.empty()) problems.add("command line", 0, "--output", "needs a directory");
  return text;
}

std::string help_section(const std::string& title, const std::vector<HelpEntry>& entries) {
  std::size_t width = 0;
  for (const HelpEntry& entry : entries) width = std::max(width, entry.name.size());
  std::string text = title + ":\n";
  for (const HelpEntry& entry : entries)
    text += fmt::format("  {:<{}}  {}\n", entry.name, width, entry.about);
  return text;
}

std::string exit_status_help() {
  return help_section("Exit status", {{"0", "success"},
                                      {"1", "validation found a mismatch"},
                                      {"2", "bad input or usage"},
                                      {"3", "input/output failure"},
                                      {"75", "interrupted, can be resumed"}});
}

double number_not_negative(const std::string& option, const std::string& text) {
  char* end = nullptr;
  const double value = std::strtod(text.c_str(), &end);
  if (text.empty() || *end != '\0' || !std::isfinite(value) || value < 0) {
    fail(option, fmt::format("'{}' is no number >= 0", text));
  }
  return value;
}

}  // namespace hopmc::cli
