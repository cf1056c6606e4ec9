#pragma once
/// YAML as a plain tree in which every node knows where it was written.

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "hopmc/config/errors.hpp"
#include "hopmc/config/override.hpp"

namespace hopmc::config {

/// Where a document came from.
struct Source {
  std::string file;  ///< path as shown; "command line", "environment" for overrides
  Origin origin = Origin::file;
  std::string shown_as;  ///< of an override: how the user wrote it
};

struct Entry;

/// A value. In a map every key stands once: as in PyYAML, the last of equal keys wins.
struct Node {
  enum class Kind { null, scalar, list, map };

  Kind kind = Kind::null;
  std::string text;            ///< of a scalar
  bool quoted = false;         ///< a scalar in quotes is text, whatever it looks like
  std::vector<Node> items;     ///< of a list
  std::vector<Entry> entries;  ///< of a map
  std::shared_ptr<const Source> source;
  int line = 0;  ///< 1-based; 0 outside files

  [[nodiscard]] const Node* find(const std::string& key) const;
  [[nodiscard]] Node* find(const std::string& key);
};

struct Entry {
  std::string key;
  int line = 0;
  std::vector<int> earlier_lines;  ///< of the same key, which lost
  Node value;
};

/// Parses one document. What is wrong (syntax, more than one document, keys that are no words) goes to
/// `problems`, and nothing is returned; an empty document is an empty map.
[[nodiscard]] std::optional<Node> parse_yaml(const std::string& text, const Source& source,
                                             const std::string& key, Problems& problems);

/// The node on one line in flow syntax, scalars as they were written.
[[nodiscard]] std::string flow_text(const Node& node);

/// Newlines, tabs and the like: they may stand in quoted text, but not in messages or names.
[[nodiscard]] bool is_control_character(char c);

/// The node in words, for messages: "'abc'", "empty", "a list".
[[nodiscard]] std::string described(const Node& node);

/// A problem at this node.
[[nodiscard]] Problem problem_at(const Node& node, const std::string& key, const std::string& message);
/// The same where only a source and a line are known.
[[nodiscard]] Problem problem_at(const Source& source, int line, const std::string& key,
                                 const std::string& message);

}  // namespace hopmc::config
