#include "column_scan.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstring>

#include "hdf5_descriptions.hpp"
#include "hopmc/config/errors.hpp"
#include "npy_size.hpp"

namespace hopmc::validate {
namespace {

std::string shape_text(const std::vector<std::int64_t>& shape) {
  return fmt::format("[{}]", fmt::join(shape, ", "));
}

std::string expected_shape_text(const std::vector<std::int64_t>& tail, std::int64_t rows) {
  std::string text = rows < 0 ? "rows" : fmt::format("{}", rows);
  for (const std::int64_t n : tail) text += fmt::format(", {}", n);
  return fmt::format("[{}]", text);
}

template <class T>
std::span<const T> as_values(const std::vector<std::byte>& buffer, std::size_t bytes) {
  return {reinterpret_cast<const T*>(buffer.data()), bytes / sizeof(T)};
}

BlockStatistics block_statistics(bool is_double, const std::vector<std::byte>& buffer, std::size_t bytes) {
  return is_double ? statistics_of(as_values<double>(buffer, bytes))
                   : statistics_of(as_values<std::int32_t>(buffer, bytes));
}

}  // namespace

ColumnScan::ColumnScan(const Sources& sources, const Expectation& expectation,
                       const trajectory::ColumnSpec& spec, std::int64_t trajectory,
                       std::int64_t expected_rows, MismatchLog& log)
    : spec_(&spec), expectation_(&expectation), trajectory_(trajectory), log_(&log) {
  if (sources.hdf5) inspect(hdf5_, *sources.hdf5, expected_rows);
  if (sources.npy) inspect(npy_, *sources.npy, expected_rows);
  if (hdf5_.readable && npy_.readable && hdf5_.rows != npy_.rows && expected_rows < 0) {
    log_->add(topic("rows"), npy_.place, fmt::format("has {} rows, but {} in HDF5", npy_.rows, hdf5_.rows));
  }
}

std::string ColumnScan::topic(const char* what) const {
  return fmt::format("{}: {}", trajectory::info(spec_->column).path, what);
}

bool ColumnScan::is_double() const {
  return trajectory::info(spec_->column).type == trajectory::ElementType::f64;
}

void ColumnScan::inspect(Side& side, const trajectory::Reader& reader, std::int64_t expected_rows) {
  side.place = reader.place(trajectory_, spec_->column);
  try {
    const auto stored = reader.find(trajectory_, spec_->column);
    if (!stored) {
      log_->add(topic("missing"), side.place, "missing");
      return;
    }
    side.present = true;
    side.shape = stored->shape;
    side.dtype = stored->dtype;
    side.stored_crc = stored->crc32;
    side.reader = &reader;
    check_shape(side, expected_rows);
    if (&side == &npy_ && side.readable) check_size(side, stored->stored_bytes);
    if (&side == &hdf5_) check_units(stored->units, trajectory::info(column()), side.place, *log_);
    if (stored->trajectory && *stored->trajectory != trajectory_) {
      log_->add(topic("trajectory"), side.place,
                fmt::format("was written for trajectory {}", *stored->trajectory + 1));
    }
  } catch (const Error& error) {
    side.present = true;
    log_->add(topic("unreadable"), side.place,
              fmt::format("cannot be read: {}", reason_of(error, side.place)));
  }
}

void ColumnScan::check_size(const Side& side, std::int64_t file_bytes) {
  const auto value_bytes = static_cast<std::int64_t>(trajectory::size_of(trajectory::info(column()).type));
  const std::int64_t extra = bytes_after_array(side.place, file_bytes, side.shape, value_bytes);
  if (extra == 0) return;
  log_->add(topic("size"), side.place, fmt::format("has {} bytes after the array of its header", extra));
}

void ColumnScan::check_shape(Side& side, std::int64_t expected_rows) {
  const char* expected_type = is_double() ? "<f8" : "<i4";
  const auto width = static_cast<std::int64_t>(spec_->width);
  const bool scalar = trajectory::n_dimensions(spec_->column) == 1;
  const std::vector<std::int64_t> tail = scalar ? std::vector<std::int64_t>{} : std::vector{width};
  const bool type_fits = side.dtype == expected_type;
  const bool shape_fits =
      !side.shape.empty() && std::equal(side.shape.begin() + 1, side.shape.end(), tail.begin(), tail.end());
  if (!type_fits) {
    log_->add(topic("type"), side.place, fmt::format("has type {}, expected {}", side.dtype, expected_type));
  }
  const bool rows_fit = expected_rows < 0 || (!side.shape.empty() && side.shape[0] == expected_rows);
  if (!shape_fits || !rows_fit) {
    log_->add(topic("shape"), side.place,
              fmt::format("has shape {}, expected {}", shape_text(side.shape),
                          expected_shape_text(tail, expected_rows)));
  }
  side.readable = type_fits && shape_fits;
  if (side.readable) side.rows = side.shape[0];
}

std::int64_t ColumnScan::rows() const noexcept {
  return std::max(hdf5_.readable ? hdf5_.rows : 0, npy_.readable ? npy_.rows : 0);
}

void ColumnScan::read_side(Side& side, std::int64_t first, std::int64_t count) {
  side.bytes = 0;
  if (!side.readable || first >= side.rows) return;
  const std::int64_t n = std::min(count, side.rows - first);
  const std::size_t bytes = static_cast<std::size_t>(n) * spec_->row_bytes();
  if (side.buffer.size() < bytes) side.buffer.resize(bytes);
  try {
    side.reader->read(trajectory_, spec_->column, first, n, std::span(side.buffer).first(bytes));
    side.bytes = bytes;
  } catch (const Error& error) {
    side.readable = false;
    log_->add(
        topic("unreadable"), side.place,
        fmt::format("rows {} to {} cannot be read: {}", first, first + n - 1, reason_of(error, side.place)));
  }
}

void ColumnScan::read(std::int64_t first, std::int64_t count) {
  read_side(hdf5_, first, count);
  read_side(npy_, first, count);
  add_statistics(first);
}

void ColumnScan::add_statistics(std::int64_t first_row) {
  const bool same = hdf5_.bytes == npy_.bytes && hdf5_.bytes > 0 &&
                    std::memcmp(hdf5_.buffer.data(), npy_.buffer.data(), hdf5_.bytes) == 0;
  const auto width = static_cast<std::int64_t>(spec_->width);
  const bool same_before = hdf5_.crc == npy_.crc;
  BlockStatistics block;
  for (Side* side : {&hdf5_, &npy_}) {
    if (side->bytes == 0) continue;
    const bool known = side == &npy_ && same;  // what was found for HDF5 holds here too
    if (known && same_before) {
      npy_.crc = hdf5_.crc;
    } else {
      side->crc = trajectory::crc32(side->crc, std::span(side->buffer).first(side->bytes));
    }
    if (!known) block = block_statistics(is_double(), side->buffer, side->bytes);
    side->statistics.merge(block.finite);
    if (block.non_finite > 0 && side->non_finite == 0) {
      side->first_non_finite = first_row + block.first_non_finite / width;
    }
    side->non_finite += block.non_finite;
  }
  if (same) {
    compared_ +=
        static_cast<std::int64_t>(hdf5_.bytes / trajectory::size_of(trajectory::info(column()).type));
  } else {
    compare(first_row);
  }
}

void ColumnScan::compare(std::int64_t first_row) {
  const std::size_t bytes = std::min(hdf5_.bytes, npy_.bytes);
  if (bytes == 0) return;
  const Differences block = is_double() ? differences_of(as_values<double>(hdf5_.buffer, bytes),
                                                         as_values<double>(npy_.buffer, bytes))
                                        : differences_of(as_values<std::int32_t>(hdf5_.buffer, bytes),
                                                         as_values<std::int32_t>(npy_.buffer, bytes));
  compared_ += static_cast<std::int64_t>(bytes / trajectory::size_of(trajectory::info(column()).type));
  if (block.count == 0) return;
  if (differences_.count == 0) {
    differences_.first = first_row + block.first / static_cast<std::int64_t>(spec_->width);
    differences_.first_a = block.first_a;
    differences_.first_b = block.first_b;
  }
  differences_.count += block.count;
  differences_.largest_absolute = std::max(differences_.largest_absolute, block.largest_absolute);
  differences_.largest_relative = std::max(differences_.largest_relative, block.largest_relative);
}

void ColumnScan::judge_checksums(std::optional<std::uint32_t> recorded) {
  if (hdf5_.readable) {
    if (!hdf5_.stored_crc) {
      log_->add(topic("checksum"), hdf5_.place, "has no crc32 attribute");
    } else if (*hdf5_.stored_crc != hdf5_.crc) {
      log_->add(
          topic("checksum"), hdf5_.place,
          fmt::format("content has CRC-32 {:08x}, but {:08x} was written", hdf5_.crc, *hdf5_.stored_crc));
    }
  }
  if (npy_.readable && recorded && *recorded != npy_.crc) {
    log_->add(
        topic("checksum"), npy_.place,
        fmt::format("content has CRC-32 {:08x}, but {:08x} was recorded by the run", npy_.crc, *recorded));
  }
}

void ColumnScan::judge_differences() {
  if (differences_.count == 0) return;
  const bool large = differences_.largest_relative > expectation_->tolerance;
  log_->add(topic("formats differ"), npy_.place,
            fmt::format(
                "{} value{} not those of HDF5, first in row {}: {:.17g}, in HDF5 {:.17g} (largest difference "
                "{:.3g} absolute, {:.3g} relative, {} the tolerance {:g})",
                differences_.count, differences_.count == 1 ? " is" : "s are", differences_.first,
                differences_.first_b, differences_.first_a, differences_.largest_absolute,
                differences_.largest_relative, large ? "beyond" : "within", expectation_->tolerance));
}

void ColumnScan::judge_non_finite() {
  for (const Side* side : {&hdf5_, &npy_}) {
    if (side->non_finite == 0) continue;
    if (side == &npy_ && hdf5_.non_finite == npy_.non_finite) continue;  // the same finding twice
    log_->add(topic("not finite"), side->place,
              fmt::format("{} value{} not finite, first in row {}", side->non_finite,
                          side->non_finite == 1 ? " is" : "s are", side->first_non_finite));
  }
}

ColumnReport ColumnScan::finish(std::optional<std::uint32_t> recorded_checksum) {
  judge_checksums(recorded_checksum);
  judge_differences();
  judge_non_finite();
  ColumnReport report;
  report.trajectory = trajectory_;
  report.column = spec_->column;
  report.in_hdf5 = hdf5_.present;
  report.in_npy = npy_.present;
  const Side& first = hdf5_.present && !hdf5_.shape.empty() ? hdf5_ : npy_;
  report.shape = first.shape;
  report.dtype = first.dtype;
  if (hdf5_.readable && npy_.readable && expectation_->compare_formats) {
    report.bitwise_equal = differences_.count == 0 && hdf5_.rows == npy_.rows;
    report.largest_absolute_difference = differences_.largest_absolute;
    report.largest_relative_difference = differences_.largest_relative;
  }
  if (hdf5_.readable) {
    report.hdf5 = hdf5_.statistics;
    report.hdf5_crc32 = hdf5_.crc;
  }
  if (npy_.readable) {
    report.npy = npy_.statistics;
    report.npy_crc32 = npy_.crc;
  }
  return report;
}

}  // namespace hopmc::validate
