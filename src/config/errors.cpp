#include "hopmc/config/errors.hpp"

#include <fmt/format.h>

#include <utility>

namespace hopmc {
namespace {

std::string one_per_line(const std::vector<Problem>& problems) {
  std::string text;
  for (const Problem& problem : problems) {
    if (!text.empty()) text += '\n';
    text += problem.text();
  }
  return text;
}

}  // namespace

std::string Problem::text() const {
  std::string result = file;
  if (!file.empty() && line > 0) result += fmt::format(":{}", line);
  for (const std::string* part : {&key, &message}) {
    if (part->empty()) continue;
    if (!result.empty()) result += ": ";
    result += *part;
  }
  return result;
}

InputError::InputError(std::vector<Problem> problems)
    : Error(ExitStatus::bad_input, one_per_line(problems)), problems_(std::move(problems)) {}

void Problems::add(std::string file, int line, std::string key, std::string message) {
  list_.push_back({std::move(file), line, std::move(key), std::move(message)});
}

void Problems::throw_if_any() const {
  if (!list_.empty()) throw InputError(list_);
}

}  // namespace hopmc
