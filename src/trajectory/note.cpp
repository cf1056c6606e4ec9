#include "hopmc/trajectory/note.hpp"

#include <fmt/format.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "hopmc/config/errors.hpp"

namespace hopmc::trajectory {
namespace {

using nlohmann::ordered_json;

constexpr std::string_view units_suffix = "_units";

decltype(Fact::values) values_of(const ordered_json& list) {
  const ordered_json& first = list.at(0);
  if (first.is_string()) return list.get<std::vector<std::string>>();
  if (first.is_number_float()) return list.get<std::vector<double>>();
  return list.get<std::vector<std::int64_t>>();
}

}  // namespace

std::string to_json_text(const Note& note) {
  ordered_json document = ordered_json::object();
  for (const Fact& fact : note.facts) {
    std::visit([&](const auto& values) { document[fact.name] = values; }, fact.values);
    if (!fact.units.empty()) document[fact.name + std::string(units_suffix)] = fact.units;
  }
  return document.dump(1, ' ', false, ordered_json::error_handler_t::replace) + "\n";
}

std::optional<Note> read_json_note(const std::filesystem::path& directory, const std::string& group) {
  const std::filesystem::path path = directory / (group + ".json");
  std::ifstream in(path, std::ios::binary);
  if (!in) return std::nullopt;
  try {
    const ordered_json document = ordered_json::parse(in);
    Note note{group, {}};
    for (const auto& [name, value] : document.items()) {
      if (name.ends_with(units_suffix) && !note.facts.empty()) {
        value.get_to(note.facts.back().units);
      } else {
        note.facts.push_back({name, values_of(value), ""});
      }
    }
    return note;
  } catch (const ordered_json::exception&) {
    throw IoError(fmt::format("{}: damaged, or not a description of a trajectory", path.string()));
  }
}

}  // namespace hopmc::trajectory
