#include "run_command_line.hpp"

#include <fmt/format.h>

namespace hopmc::cli {
namespace {

std::string quoted(const std::string& argument) {
  constexpr const char* plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-+=./:,@%";
  if (!argument.empty() && argument.find_first_not_of(plain) == std::string::npos) return argument;
  std::string text = "'";
  for (const char c : argument) text += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return text + "'";
}

}  // namespace

std::string command_text(Arguments arguments) {
  std::string text = "hopmc run";
  for (const std::string& argument : arguments) text.append(" ").append(quoted(argument));
  return text;
}

std::string resume_command(const RunOptions& options, const std::filesystem::path& output, Target target) {
  std::string text = fmt::format("hopmc run {} --resume", quoted(options.case_directory));
  if (output != options.case_directory) text += fmt::format(" --output {}", quoted(output.string()));
  for (const std::string& argument : options.settings) text += fmt::format(" {}", quoted(argument));
  if (options.target_error && target == Target::kept) {
    text += fmt::format(" --target-error {:g}", *options.target_error);
  }
  return text;
}

}  // namespace hopmc::cli
