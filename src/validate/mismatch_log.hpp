#pragma once
/// Collects mismatches; of many alike only the first are kept, the others counted.

#include <cstddef>
#include <exception>
#include <map>
#include <string>
#include <vector>

#include "hopmc/validate/validate.hpp"

namespace hopmc::validate {

class MismatchLog {
 public:
  /// `topic` groups findings that are alike, e.g. "time: row count".
  void add(const std::string& topic, std::string place, std::string message);
  /// Everything found, in order; then one line for each topic of which findings were left out.
  [[nodiscard]] std::vector<Mismatch> take();

 private:
  static constexpr std::size_t listed_per_topic = 6;
  std::vector<Mismatch> list_;
  std::map<std::string, std::size_t> counts_;
};

/// The error's message without the name of the place it begins with, where it does.
[[nodiscard]] std::string reason_of(const std::exception& error, const std::string& place);

}  // namespace hopmc::validate
