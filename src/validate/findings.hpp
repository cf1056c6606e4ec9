#pragma once
/// What is found of one trajectory, on whichever rank looks at it.

#include <boost/serialization/vector.hpp>
#include <cstdint>
#include <optional>
#include <vector>

#include "hopmc/validate/validate.hpp"
#include "mismatch_log.hpp"

namespace hopmc::validate {

struct Findings {
  std::vector<ColumnReport> columns;
  std::int64_t values_compared = 0;  ///< between the formats
  MismatchLog log;

  /// For sending between ranks.
  template <class Archive>
  void serialize(Archive& archive, unsigned /*version*/) {
    archive& columns& values_compared& log;
  }
};

template <class Archive, class T>
void serialize_optional(Archive& archive, std::optional<T>& value) {
  bool there = value.has_value();
  archive& there;
  if (Archive::is_loading::value) value = there ? std::optional<T>(T{}) : std::nullopt;
  if (there) archive&* value;
}

template <class Archive>
void serialize(Archive& archive, ColumnStatistics& s, unsigned /*version*/) {
  archive& s.count& s.mean& s.variance& s.minimum& s.maximum;
}

template <class Archive>
void serialize(Archive& archive, ColumnReport& c, unsigned /*version*/) {
  archive& c.trajectory& c.column& c.in_hdf5& c.in_npy& c.shape& c.dtype;
  archive& c.largest_absolute_difference& c.largest_relative_difference;
  serialize_optional(archive, c.bitwise_equal);
  serialize_optional(archive, c.hdf5);
  serialize_optional(archive, c.npy);
  serialize_optional(archive, c.hdf5_crc32);
  serialize_optional(archive, c.npy_crc32);
}

}  // namespace hopmc::validate
