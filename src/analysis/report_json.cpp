#include "report_json.hpp"

#include <fmt/format.h>

#include <system_error>

#include "hopmc/config/errors.hpp"
#include "hopmc/validate/text_output.hpp"

namespace hopmc::analysis {

nlohmann::json value_json(const Estimate& e, const char* unit) {
  return {{"value", e.value}, {"standard_error", e.standard_error}, {"unit", unit}};
}

nlohmann::json to_json(const Estimate& e, const char* unit) {
  nlohmann::json j = value_json(e, unit);
  j["interval"] = e.interval;
  j["bootstrap_interval"] = e.bootstrap;
  return j;
}

void make_directory(const std::filesystem::path& directory) {
  std::error_code error;
  std::filesystem::create_directories(directory, error);
  if (error) throw IoError(fmt::format("{}: cannot be created: {}", directory.string(), error.message()));
}

void write_document(const std::filesystem::path& file, const nlohmann::json& document) {
  validate::write_text(file, document.dump(1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n");
}

}  // namespace hopmc::analysis
