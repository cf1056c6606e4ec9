#pragma once
/// Attributes of HDF5 objects, written and read by name. Every function throws IoError naming the place.
/// In a file open on several ranks writing is collective with equal values; reading is local.

#include <hdf5.h>

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "hopmc/config/errors.hpp"

namespace hopmc::trajectory {

/// Creates attributes of one object. `place` (the object as messages name it) must outlive it.
class AttributeWriter {
 public:
  AttributeWriter(hid_t object, std::string_view place) : object_(object), place_(place) {}

  void text(const char* name, std::string_view value) const;  ///< scalar, variable-length UTF-8
  void texts(const char* name, const std::vector<std::string>& values) const;
  void number(const char* name, std::int64_t value) const;  ///< scalar int64
  void number(const char* name, double value) const;        ///< scalar float64
  void checksum(const char* name, std::uint32_t value) const;
  void numbers(const char* name, std::span<const int> values) const;
  void numbers(const char* name, std::span<const std::int64_t> values) const;
  void numbers(const char* name, std::span<const double> values) const;
  /// Row-major matrix with this many columns.
  void matrix(const char* name, std::span<const double> values, std::size_t columns) const;

  // New values for attributes that exist.
  void set_text(const char* name, std::string_view value) const;
  void set_number(const char* name, std::int64_t value) const;
  void set_checksum(const char* name, std::uint32_t value) const;

 private:
  void create(const char* name, hid_t type, std::span<const hsize_t> shape, const void* value) const;
  void set(const char* name, hid_t type, const void* value) const;
  hid_t object_;
  std::string_view place_;
};

/// Reads attributes of one object; throws where one is missing or of another kind or shape.
class AttributeReader {
 public:
  AttributeReader(hid_t object, std::string_view place) : object_(object), place_(place) {}

  [[nodiscard]] bool has(const char* name) const;
  [[nodiscard]] std::string text(const char* name) const;
  [[nodiscard]] std::vector<std::string> texts(const char* name) const;
  [[nodiscard]] std::int64_t integer(const char* name) const;
  [[nodiscard]] double real(const char* name) const;
  [[nodiscard]] std::vector<std::int64_t> integers(const char* name) const;
  /// All values in row-major order.
  [[nodiscard]] std::vector<double> reals(const char* name) const;
  /// What one of the functions above returns, or nothing where it throws.
  template <class T>
  [[nodiscard]] std::optional<T> if_readable(T (AttributeReader::*reading)(const char*) const,
                                             const char* name) const {
    try {
      return (this->*reading)(name);
    } catch (const IoError&) {
      return std::nullopt;
    }
  }

 private:
  template <class T>
  std::vector<T> read(const char* name, hid_t type, H5T_class_t expected) const;
  hid_t object_;
  std::string_view place_;
};

}  // namespace hopmc::trajectory
