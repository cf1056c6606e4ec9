#pragma once
/// The values in force: what the files and overrides give, defaults for the rest, every type checked.

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "hopmc/config/errors.hpp"
#include "hopmc/config/load.hpp"
#include "hopmc/config/schema.hpp"
#include "yaml_tree.hpp"

namespace hopmc::config {

/// A key with the value in force.
struct Value {
  const Key* key = nullptr;
  std::string dotted;
  Node node;
  bool sound = true;  ///< of the type and in the range that the key expects
};

/// Values by dotted key. The readers return nothing for a key that is absent or not sound (which has been
/// reported already), so that a loader need not repeat it.
class Values {
 public:
  void add(Value value);
  [[nodiscard]] const std::vector<Value>& all() const { return list_; }
  [[nodiscard]] const Value* find(const std::string& dotted) const;
  /// Names that stand right below a section, in the order of the file.
  [[nodiscard]] std::vector<std::string> names_below(const std::string& section) const;

  [[nodiscard]] std::optional<double> number(const std::string& dotted) const;
  [[nodiscard]] std::optional<std::int64_t> integer(const std::string& dotted) const;
  [[nodiscard]] std::optional<bool> flag(const std::string& dotted) const;
  [[nodiscard]] std::optional<std::string> text(const std::string& dotted) const;
  [[nodiscard]] std::optional<std::vector<bool>> flags(const std::string& dotted) const;
  [[nodiscard]] std::optional<std::vector<std::int64_t>> integers(const std::string& dotted) const;
  [[nodiscard]] std::optional<std::vector<double>> numbers(const std::string& dotted) const;
  [[nodiscard]] std::optional<std::vector<std::string>> texts(const std::string& dotted) const;
  [[nodiscard]] std::optional<std::vector<std::vector<double>>> table(const std::string& dotted) const;
  [[nodiscard]] std::optional<std::vector<std::vector<std::int64_t>>> integer_table(
      const std::string& dotted) const;

 private:
  [[nodiscard]] const Node* scalar(const std::string& dotted) const;
  [[nodiscard]] const Node* list(const std::string& dotted) const;

  std::vector<Value> list_;
  std::map<std::string, std::size_t> places_;
};

/// What goes on beside the values while a file is resolved.
struct ResolveReport {
  SourceMap& sources;
  std::vector<Problem>& warnings;
  Problems& problems;
};

/// Adds every key of the schema to `values` in schema order: from the tree, or its default. Reports unknown
/// keys, wrong types, missing keys; warns of keys given twice. `path_shown`: the file, for missing keys.
void resolve(InputFile file, const Node& tree, const std::string& path_shown, Values& values,
             const ResolveReport& report);

}  // namespace hopmc::config
