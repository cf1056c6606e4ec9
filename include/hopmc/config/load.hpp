#pragma once
/// From texts and overrides to a RunConfig, with every problem of the input reported together.

#include <map>
#include <span>
#include <string>
#include <vector>

#include "hopmc/config/case_files.hpp"
#include "hopmc/config/errors.hpp"
#include "hopmc/config/override.hpp"
#include "hopmc/config/run_config.hpp"

namespace hopmc::config {

/// One key with the value in force and where it came from, for `--print-config`.
struct ResolvedKey {
  std::string key;    ///< dotted
  std::string value;  ///< YAML flow syntax, in the units of the input file
  Origin origin = Origin::default_value;
  std::string source;  ///< "simulation_parameters.yml:12", "HOPMC_FORMATS", "--seed", "default"
};

/// Where a key stands, for messages of later stages (0 and the file's name when it has no line).
class SourceMap {
 public:
  /// `given_by`: how the user wrote it, where that is not a file; it is added to the message.
  void set(const std::string& key, std::string file, int line, std::string given_by = {}) {
    places_[key] = {std::move(file), line, std::move(given_by)};
  }
  /// A problem at `key`, or at the nearest enclosing key that stands in a file.
  [[nodiscard]] Problem problem_at(const std::string& key, std::string message) const;

 private:
  struct Place {
    std::string file;
    int line = 0;
    std::string given_by;
  };
  std::map<std::string, Place> places_;
};

/// A configuration, with what is needed to explain it.
struct LoadedConfig {
  RunConfig run;
  std::vector<ResolvedKey> keys;  ///< every key in force that the program acts on, in schema order
  std::vector<Problem> warnings;  ///< e.g. a key given twice
  SourceMap sources;

  /// The values in force as one YAML document (dotted keys), stored with the results; load() of the same
  /// files with these as overrides gives the same RunConfig.
  [[nodiscard]] std::string effective_yaml() const;
};

/// Parses and checks both YAML files under the overrides (local, deterministic: the same on every rank).
///
/// Adds every problem to `problems` (unknown keys with the nearest valid one, wrong types, values out of
/// range) and returns what could be read; the result must not be used when `problems` is not empty.
[[nodiscard]] LoadedConfig load(const CaseFiles& files, std::span<const Override> overrides,
                                Problems& problems);

/// The text of LoadedConfig::effective_yaml() as overrides, which leave nothing else in the sections of the
/// files. Throws InputError if it is no such text.
[[nodiscard]] std::vector<Override> overrides_from_effective_yaml(const std::string& text, Origin origin,
                                                                  const std::string& shown_as);

/// The overrides that the environment asks for: HOPMC_FORMATS, HOPMC_COMPRESSION (HOPMC_OUTPUT names a
/// directory and is read by the command line). A variable that is set but empty asks for nothing.
[[nodiscard]] std::vector<Override> environment_overrides(Problems& problems);
/// The same; throws InputError where a variable is wrong.
[[nodiscard]] std::vector<Override> environment_overrides();

/// The candidate nearest to `name` by edit distance, or empty if none is near enough to be meant.
[[nodiscard]] std::string nearest_name(const std::string& name, std::span<const std::string> candidates);

}  // namespace hopmc::config
