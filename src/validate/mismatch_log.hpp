#pragma once
/// Collects mismatches; of many alike only the first are kept, the others counted.

#include <boost/serialization/map.hpp>
#include <boost/serialization/string.hpp>
#include <boost/serialization/vector.hpp>
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
  /// Adds what another log found, as if it had been added here.
  void merge(MismatchLog other);
  /// Everything found, in order; then one line for each topic of which findings were left out.
  [[nodiscard]] std::vector<Mismatch> take();

  /// For sending between ranks.
  template <class Archive>
  void serialize(Archive& archive, unsigned /*version*/) {
    archive& list_& counts_;
  }

 private:
  struct Entry {
    std::string topic;
    Mismatch mismatch;

    template <class Archive>
    void serialize(Archive& archive, unsigned /*version*/) {
      archive& topic& mismatch.place& mismatch.message;
    }
  };

  static constexpr std::size_t listed_per_topic = 6;
  std::vector<Entry> list_;
  std::map<std::string, std::size_t> counts_;
};

/// The error's message without the name of the place it begins with, where it does.
[[nodiscard]] std::string reason_of(const std::exception& error, const std::string& place);

}  // namespace hopmc::validate
