#include "keys_text.hpp"

#include <fmt/format.h>

#include "hopmc/config/schema.hpp"

namespace hopmc::cli {
namespace {

using config::Key;

/// A cell of a Markdown table.
std::string cell(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    if (c == '|') escaped += '\\';
    escaped += c;
  }
  return escaped;
}

std::string code(std::string_view text) {
  return fmt::format("`{}`", cell(text));
}

std::string default_text(const Key& key) {
  if (key.required) return "required";
  return key.default_value.empty() ? "-" : code(key.default_value);
}

std::string file_text(config::InputFile file) {
  std::string used;
  std::string accepted;
  for (const Key& key : config::schema_of(file)) {
    if (key.status == config::KeyStatus::accepted) {
      accepted += fmt::format("| {} | {} |\n", code(key.pattern), cell(key.about));
    } else {
      used += fmt::format("| {} | {} | {} | {} |\n", code(key.pattern), cell(key.about),
                          cell(config::expectation(key)), default_text(key));
    }
  }
  std::string text = fmt::format("\n## {}\n\n| key | meaning | value | default |\n|---|---|---|---|\n{}",
                                 config::name_of(file), used);
  if (!accepted.empty()) {
    text += fmt::format(
        "\nTaken because files of PyCD have them, without any effect:\n\n| key | why |\n|---|---|\n{}",
        accepted);
  }
  return text;
}

}  // namespace

std::string keys_text() {
  return "# Input reference\n\n"
         "Every key of the two input files, as `hopmc info --keys` prints them. A dot leads into a section; "
         "a name "
         "in angle\n"
         "brackets stands for any name. Any other key is an error that names the nearest key there is. The "
         "command "
         "line\n"
         "overrides any key with `--set KEY=VALUE`; `hopmc run CASE --print-config` shows the values in "
         "force and "
         "where\n"
         "each came from.\n" +
         file_text(config::InputFile::simulation_parameters) + file_text(config::InputFile::sys_config);
}

}  // namespace hopmc::cli
