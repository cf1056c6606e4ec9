#pragma once
/// Values that win over the input files.

#include <string>

namespace hopmc::config {

/// Where the value of a key came from, weakest first.
enum class Origin { default_value, file, environment, command_line };

/// A dotted key with a value in YAML syntax, from the environment or the command line.
struct Override {
  std::string key;    ///< e.g. "output_config.hdf5_options.compression"
  std::string value;  ///< YAML flow syntax, e.g. "gzip", "300", "[2, 0]"
  Origin origin = Origin::command_line;
  std::string shown_as;  ///< how the user wrote it, e.g. "--set temp=400", "HOPMC_FORMATS"
};

}  // namespace hopmc::config
