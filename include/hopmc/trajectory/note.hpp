#pragma once
/// What is to be kept about one trajectory beside its columns: named numbers and words, whatever they mean.

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace hopmc::trajectory {

/// A name with a list of values; never an empty list.
struct Fact {
  std::string name;
  std::variant<std::vector<std::int64_t>, std::vector<double>, std::vector<std::string>> values;
  std::string units;  ///< kept as NAME_units; empty: none
  friend bool operator==(const Fact&, const Fact&) = default;
};

/// Facts of one trajectory: attributes of a group GROUP below its own, and a file GROUP.json beside its npy
/// files.
struct Note {
  std::string group;
  std::vector<Fact> facts;
  friend bool operator==(const Note&, const Note&) = default;
};

/// The values of a fact; nullptr where there is no such fact or it has values of another type.
template <class T>
[[nodiscard]] const std::vector<T>* find_values(const Note& note, std::string_view name) {
  for (const Fact& fact : note.facts) {
    if (fact.name == name) return std::get_if<std::vector<T>>(&fact.values);
  }
  return nullptr;
}

/// The note of a trajectory (from 0); the same on every rank.
using NoteSource = std::function<Note(std::int64_t trajectory)>;

/// A JSON object of the facts.
[[nodiscard]] std::string to_json_text(const Note& note);
/// Reads DIRECTORY/GROUP.json; nothing where there is none. Throws IoError where it is damaged. Local.
[[nodiscard]] std::optional<Note> read_json_note(const std::filesystem::path& directory,
                                                 const std::string& group);

}  // namespace hopmc::trajectory
