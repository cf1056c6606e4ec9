#pragma once
/// Reads one column of one trajectory once from each format, block by block, and compares the two.

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "expectation.hpp"
#include "hopmc/trajectory/reader.hpp"
#include "hopmc/validate/validate.hpp"
#include "mismatch_log.hpp"
#include "statistics.hpp"

namespace hopmc::validate {

/// The readers of what is there; null where a format is not there or not expected.
struct Sources {
  const trajectory::Hdf5Reader* hdf5 = nullptr;
  const trajectory::Reader* npy = nullptr;
};

class ColumnScan {
 public:
  /// Looks at type and shape. `expected_rows` -1: not known. Findings go to `log`, which must outlive this.
  ColumnScan(const Sources& sources, const Expectation& expectation, const trajectory::ColumnSpec& spec,
             std::int64_t trajectory, std::int64_t expected_rows, MismatchLog& log);

  [[nodiscard]] trajectory::Column column() const noexcept { return spec_->column; }
  /// Rows that can be read from at least one format.
  [[nodiscard]] std::int64_t rows() const noexcept;
  /// Reads rows [first, first + count) as far as they are there.
  void read(std::int64_t first, std::int64_t count);
  /// The values of the last read() in the format that counts (HDF5 where it is readable); empty if none.
  template <class T>
  [[nodiscard]] std::span<const T> values() const {
    const Side& side = primary();
    return {reinterpret_cast<const T*>(side.buffer.data()), side.bytes / sizeof(T)};
  }
  /// Where the values of values() stand, for messages.
  [[nodiscard]] const std::string& place() const { return primary().place; }
  /// Judges checksums and differences; to be called once, after the last row.
  [[nodiscard]] ColumnReport finish(std::optional<std::uint32_t> recorded_checksum);
  /// Values compared between the formats.
  [[nodiscard]] std::int64_t compared() const noexcept { return compared_; }

 private:
  struct Side {
    const trajectory::Reader* reader = nullptr;
    std::string place;
    bool present = false;
    bool readable = false;
    std::int64_t rows = 0;
    std::vector<std::int64_t> shape;
    std::string dtype;
    std::optional<std::uint32_t> stored_crc;
    std::uint32_t crc = 0;
    ColumnStatistics statistics;
    std::int64_t non_finite = 0;
    std::int64_t first_non_finite = -1;
    std::vector<std::byte> buffer;
    std::size_t bytes = 0;  ///< of the last block
  };

  void inspect(Side& side, const trajectory::Reader& reader, std::int64_t expected_rows);
  void check_shape(Side& side, std::int64_t expected_rows);
  void check_size(const Side& side, std::int64_t file_bytes);
  void read_side(Side& side, std::int64_t first, std::int64_t count);
  void add_statistics(std::int64_t first_row);
  void compare(std::int64_t first_row);
  void judge_checksums(std::optional<std::uint32_t> recorded);
  void judge_differences();
  void judge_non_finite();
  [[nodiscard]] std::string topic(const char* what) const;
  [[nodiscard]] const Side& primary() const { return hdf5_.readable ? hdf5_ : npy_; }
  [[nodiscard]] bool is_double() const;

  const trajectory::ColumnSpec* spec_;
  const Expectation* expectation_;
  std::int64_t trajectory_;
  MismatchLog* log_;
  Side hdf5_;
  Side npy_;
  std::int64_t compared_ = 0;
  Differences differences_;
};

}  // namespace hopmc::validate
