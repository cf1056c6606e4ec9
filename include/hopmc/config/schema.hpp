#pragma once
/// Every key of the two input files, as data: the reader, its messages, the printed configuration and the
/// input reference all derive from these tables.

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace hopmc::config {

/// What a value looks like in YAML.
enum class ValueType {
  text,
  flag,                     ///< yes/no, true/false, on/off, 1/0
  integer,                  ///< also 3.0 and 1e3
  number,                   ///< finite
  word,                     ///< one of Key::words
  bytes,                    ///< a number of bytes, or "64 MiB" and the like
  seed,                     ///< an integer or a number, which are told apart
  chunk_length,             ///< true, or an integer
  number_or_word,           ///< a number, or one of Key::words
  number_word_or_integers,  ///< the same, or a list of 3 integers
  flag_list,
  integer_list,
  number_list,
  text_list,
  word_list,      ///< of Key::words
  number_table,   ///< a list of lists of numbers
  integer_table,  ///< a list of lists of integers
  section_list,   ///< a list of sections; their keys are checked where they are used
  anything,       ///< not looked at
};

/// Values a number (every number of a list) may have.
enum class Range { any, positive, not_negative, at_least_one };

/// Whether hopmc acts on a key, or takes it only because files of PyCD have it.
enum class KeyStatus { used, accepted };

/// One key. A segment in angle brackets stands for any name, e.g. "class_list.<element>".
struct Key {
  std::string_view pattern{};  ///< dotted
  ValueType type = ValueType::anything;
  Range range = Range::any;
  std::string_view unit{};           ///< of the number in the file; empty: none
  std::string_view default_value{};  ///< YAML; empty: absent means nothing is given
  bool required = false;
  std::string_view words{};  ///< "gzip|none"
  int length = 0;            ///< of a list; 0: any
  KeyStatus status = KeyStatus::used;
  std::string_view about{};  ///< one line; for an accepted key, what becomes of it
};

/// Which of the two YAML files.
enum class InputFile { simulation_parameters, sys_config };

/// The keys of one file, in the order in which they are shown.
[[nodiscard]] std::span<const Key> schema_of(InputFile file);
/// "simulation_parameters.yml", "sys_config.yml".
[[nodiscard]] std::string_view name_of(InputFile file);

/// What a value of this key may be, as part of a sentence: "a number > 0 (K)".
[[nodiscard]] std::string expectation(const Key& key);

/// A dotted key cut into its segments.
[[nodiscard]] std::vector<std::string> segments_of(std::string_view dotted);

/// How a path stands to a schema.
struct Match {
  const Key* key = nullptr;           ///< the path is this key
  bool is_section = false;            ///< keys lie below the path
  std::vector<std::string> siblings;  ///< what could stand in place of the last segment
};
[[nodiscard]] Match match(std::span<const Key> schema, std::span<const std::string> path);

/// True if the path is, or holds, a key that hopmc acts on.
[[nodiscard]] bool is_used(std::span<const Key> schema, std::span<const std::string> path);

}  // namespace hopmc::config
