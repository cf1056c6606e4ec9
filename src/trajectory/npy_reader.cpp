#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <limits>
#include <stdexcept>

#include "hopmc/config/errors.hpp"
#include "hopmc/trajectory/npy_header.hpp"
#include "hopmc/trajectory/reader.hpp"

namespace hopmc::trajectory {

namespace {

constexpr std::string_view directory_prefix = "traj";
/// Longest header that is believed: a damaged length must not exhaust the memory.
constexpr std::size_t longest_header = 64 * 1024;
/// Whole rows that are read at once where a part of each is wanted.
constexpr std::int64_t read_ahead_bytes = 1 << 20;

/// An open file that is read at offsets.
class InputFile {
 public:
  explicit InputFile(const std::string& path)
      : path_(path), descriptor_(::open(path.c_str(), O_RDONLY | O_CLOEXEC)) {
    if (descriptor_ < 0) throw IoError(fmt::format("{}: cannot open: {}", path_, std::strerror(errno)));
  }
  InputFile(const InputFile&) = delete;
  InputFile& operator=(const InputFile&) = delete;
  ~InputFile() { ::close(descriptor_); }

  /// Fills `out` from `offset`; throws where the file ends before.
  void read_at(std::int64_t offset, std::span<std::byte> out) const {
    while (!out.empty()) {
      const ssize_t got = ::pread(descriptor_, out.data(), out.size(), offset);
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) throw IoError(fmt::format("{}: cannot read: {}", path_, std::strerror(errno)));
      if (got == 0) throw IoError(fmt::format("{}: truncated at byte {}", path_, offset));
      offset += got;
      out = out.subspan(static_cast<std::size_t>(got));
    }
  }
  [[nodiscard]] std::string text(std::size_t size) const {
    std::string content(size, '\0');
    read_at(0, std::as_writable_bytes(std::span(content)));
    return content;
  }

 private:
  std::string path_;
  int descriptor_;
};

/// Bytes of an array, or -1 where the numbers do not fit 64 bits.
std::int64_t checked_product(const std::vector<std::int64_t>& shape, std::int64_t item) {
  std::int64_t product = item;
  for (const std::int64_t extent : shape) {
    if (__builtin_mul_overflow(product, extent, &product)) return -1;
  }
  return product;
}

/// Bytes of one item of a numpy type such as "<f8"; 0 if that cannot be told.
std::int64_t item_bytes(const std::string& dtype) {
  std::int64_t bytes = 0;
  if (dtype.size() >= 3) std::from_chars(dtype.data() + 2, dtype.data() + dtype.size(), bytes);
  return bytes;
}

class NpyReader final : public Reader {
 public:
  NpyReader(std::filesystem::path directory, std::vector<ColumnSpec> columns)
      : directory_(std::move(directory)), columns_(std::move(columns)) {
    std::error_code error;
    if (!std::filesystem::is_directory(directory_, error)) {
      throw IoError(fmt::format("{}: no such directory", directory_.string()));
    }
  }

  [[nodiscard]] std::vector<std::int64_t> trajectories() const override;
  [[nodiscard]] std::optional<StoredColumn> find(std::int64_t trajectory, Column column) const override;
  void read(std::int64_t trajectory, Column column, std::int64_t first, std::int64_t count,
            std::span<std::byte> out) const override;
  void read_carrier(std::int64_t trajectory, Column column, std::int64_t carrier, std::int64_t first,
                    std::int64_t count, std::span<std::byte> out) const override;
  [[nodiscard]] std::string place(std::int64_t trajectory, Column column) const override;

 private:
  struct Opened {
    NpyHeader header;
    std::int64_t file_bytes = 0;
  };
  [[nodiscard]] Opened open_header(const std::string& path) const;
  [[nodiscard]] const ColumnSpec* spec_of(Column column) const;

  std::filesystem::path directory_;
  std::vector<ColumnSpec> columns_;
};

const ColumnSpec* NpyReader::spec_of(Column column) const {
  const auto found = std::find_if(columns_.begin(), columns_.end(),
                                  [&](const ColumnSpec& spec) { return spec.column == column; });
  return found == columns_.end() ? nullptr : &*found;
}

std::vector<std::int64_t> NpyReader::trajectories() const {
  std::vector<std::int64_t> numbers;
  std::error_code error;
  std::filesystem::directory_iterator entries(directory_, error);
  if (error) throw IoError(fmt::format("{}: cannot list: {}", directory_.string(), error.message()));
  for (const auto& entry : entries) {
    const std::string name = entry.path().filename().string();
    if (!name.starts_with(directory_prefix) || !entry.is_directory(error)) continue;
    std::int64_t number = 0;
    const char* const digits = name.data() + directory_prefix.size();
    std::from_chars(digits, name.data() + name.size(), number);
    // Only names as the writer gives them: "traj01" is another thing.
    if (number >= 1 && name == directory_name(number - 1)) numbers.push_back(number - 1);
  }
  std::sort(numbers.begin(), numbers.end());
  return numbers;
}

std::string NpyReader::place(std::int64_t trajectory, Column column) const {
  const ColumnSpec* spec = spec_of(column);
  const std::string file = spec == nullptr ? std::string(info(column).path) : spec->npy_name;
  return (directory_ / directory_name(trajectory) / file).string();
}

NpyReader::Opened NpyReader::open_header(const std::string& path) const {
  std::error_code error;
  Opened opened;
  const auto size = std::filesystem::file_size(path, error);
  if (error) throw IoError(fmt::format("{}: cannot read: {}", path, error.message()));
  opened.file_bytes = static_cast<std::int64_t>(size);
  if (size < npy_prefix_bytes) throw IoError(fmt::format("{}: not an npy file ({} bytes)", path, size));
  const InputFile file(path);
  const std::size_t offset = npy_data_offset(file.text(npy_prefix_bytes), path);
  if (offset > std::min<std::uintmax_t>(size, longest_header)) {
    throw IoError(fmt::format("{}: the npy header is longer than the file or than is sensible", path));
  }
  opened.header = parse_npy_header(file.text(offset), path);
  const std::int64_t promised = checked_product(opened.header.shape, item_bytes(opened.header.dtype));
  const std::int64_t there = opened.file_bytes - static_cast<std::int64_t>(offset);
  if (promised < 0 || promised > there) {
    throw IoError(fmt::format("{}: truncated: the header promises {} bytes of data, {} are there", path,
                              promised < 0 ? std::numeric_limits<std::int64_t>::max() : promised, there));
  }
  return opened;
}

std::optional<StoredColumn> NpyReader::find(std::int64_t trajectory, Column column) const {
  if (spec_of(column) == nullptr) return std::nullopt;
  const std::string path = place(trajectory, column);
  std::error_code error;
  if (!std::filesystem::exists(path, error)) return std::nullopt;
  const Opened opened = open_header(path);
  if (opened.header.fortran_order && opened.header.shape.size() > 1) {
    throw IoError(fmt::format("{}: in Fortran order, not C order", path));
  }
  StoredColumn stored;
  stored.shape = opened.header.shape;
  stored.dtype = opened.header.dtype;
  stored.stored_bytes = opened.file_bytes;
  return stored;
}

void NpyReader::read(std::int64_t trajectory, Column column, std::int64_t first, std::int64_t count,
                     std::span<std::byte> out) const {
  const std::string path = place(trajectory, column);
  const NpyHeader header = open_header(path).header;
  if (header.dtype != numpy_name(info(column).type) || (header.fortran_order && header.shape.size() > 1)) {
    throw IoError(fmt::format("{}: of type {}{}, not as the format has it", path, header.dtype,
                              header.fortran_order ? " in Fortran order" : ""));
  }
  const auto& shape = header.shape;
  if (shape.empty() || first < 0 || count < 0 || count > shape.front() || first > shape.front() - count) {
    throw IoError(fmt::format("{}: rows {} to {} are not there", path, first, first + count));
  }
  const auto item = static_cast<std::int64_t>(size_of(info(column).type));
  const std::int64_t row_bytes = checked_product({shape.begin() + 1, shape.end()}, item);
  if (row_bytes * count != static_cast<std::int64_t>(out.size())) {
    throw IoError(fmt::format("{}: {} rows do not have {} bytes", path, count, out.size()));
  }
  InputFile(path).read_at(static_cast<std::int64_t>(header.data_offset) + first * row_bytes, out);
}

void NpyReader::read_carrier(std::int64_t trajectory, Column column, std::int64_t carrier, std::int64_t first,
                             std::int64_t count, std::span<std::byte> out) const {
  const std::string path = place(trajectory, column);
  const auto& shape = open_header(path).header.shape;
  const std::int64_t values = info(column).values_per_carrier;
  if (shape.size() != 2 || values < 1 || carrier < 0 || (carrier + 1) * values > shape[1]) {
    throw IoError(fmt::format("{}: there is no carrier {}", path, carrier + 1));
  }
  const auto value_bytes = static_cast<std::int64_t>(size_of(info(column).type));
  const std::int64_t row_bytes = shape[1] * value_bytes;
  const auto part_bytes = static_cast<std::size_t>(values * value_bytes);
  if (count < 0 || part_bytes * static_cast<std::size_t>(count) != out.size()) {
    throw IoError(fmt::format("{}: {} rows of a carrier do not have {} bytes", path, count, out.size()));
  }
  const std::int64_t rows_at_once = std::max<std::int64_t>(read_ahead_bytes / row_bytes, 1);
  std::vector<std::byte> rows;
  for (std::int64_t done = 0; done < count; done += rows_at_once) {
    const std::int64_t now = std::min(rows_at_once, count - done);
    rows.resize(static_cast<std::size_t>(now * row_bytes));
    read(trajectory, column, first + done, now, rows);
    const std::byte* from = rows.data() + carrier * static_cast<std::int64_t>(part_bytes);
    for (std::int64_t row = 0; row < now; ++row, from += row_bytes) {
      std::memcpy(out.data() + static_cast<std::size_t>(done + row) * part_bytes, from, part_bytes);
    }
  }
}

}  // namespace

std::unique_ptr<Reader> open_npy(const std::filesystem::path& directory, std::vector<ColumnSpec> columns) {
  return std::make_unique<NpyReader>(directory, std::move(columns));
}

}  // namespace hopmc::trajectory
