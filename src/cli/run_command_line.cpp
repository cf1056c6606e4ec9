#include "run_command_line.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace hopmc::cli {
namespace {

std::string quoted(const std::string& argument) {
  constexpr const char* plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-+=./:,@%";
  if (!argument.empty() && argument.find_first_not_of(plain) == std::string::npos) return argument;
  std::string text = "'";
  for (const char c : argument) text += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return text + "'";
}

/// Whether the command line decides on a key anyway; one that is swept may not be set.
bool is_given(const RunOptions& options, const std::string& key) {
  const auto is_of_key = [&](const auto& setting) { return setting.key == key; };
  return std::any_of(options.overrides.begin(), options.overrides.end(), is_of_key) ||
         std::any_of(options.sweep.begin(), options.sweep.end(), is_of_key);
}

/// What variables of the environment have set.
std::vector<std::string> environment_settings(const RunOptions& options, const RunInputs& inputs) {
  std::vector<std::string> settings;
  for (const config::Override& o : inputs.overrides) {
    if (o.origin != config::Origin::environment || is_given(options, o.key)) continue;
    settings.insert(settings.end(), {"--set", fmt::format("{}={}", o.key, o.value)});
  }
  return settings;
}

}  // namespace

std::string command_text(Arguments arguments) {
  std::string text = "hopmc run";
  for (const std::string& argument : arguments) text.append(" ").append(quoted(argument));
  return text;
}

std::string resume_command(const RunOptions& options, const RunInputs& inputs, Target target) {
  const std::string& name = options.case_directory;
  const std::string output = inputs.output.string();
  // A name that begins with a dash would be taken for an option.
  const bool like_option = name.starts_with('-');
  std::vector<std::string> arguments;
  if (!like_option) arguments.push_back(name);
  arguments.emplace_back("--resume");
  if (output.starts_with('-')) {
    arguments.push_back("--output=" + output);
  } else {
    arguments.insert(arguments.end(), {"--output", output});
  }
  for (const auto& settings : {environment_settings(options, inputs), options.settings}) {
    arguments.insert(arguments.end(), settings.begin(), settings.end());
  }
  if (options.target_error && target == Target::kept) {
    arguments.insert(arguments.end(), {"--target-error", fmt::format("{}", *options.target_error)});
  }
  if (like_option) arguments.insert(arguments.end(), {"--", name});
  return command_text(arguments);
}

}  // namespace hopmc::cli
