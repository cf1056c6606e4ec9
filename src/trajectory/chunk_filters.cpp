#include "chunk_filters.hpp"

#include <blosc.h>
#include <fmt/format.h>
#include <lzf.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <new>
#include <span>
#include <utility>

#include "compression.hpp"
#include "hdf5_handle.hpp"
#include "prepared_chunks.hpp"

namespace hopmc::trajectory {

namespace {

// The settings that h5py stores with a dataset.
constexpr unsigned lzf_filter_revision = 4;
constexpr std::size_t lzf_chunk_bytes_place = 2;
using LzfSettings = std::array<unsigned, 3>;  // revision, version of lzf, bytes of a chunk

// The settings that the hdf5-blosc plugin stores.
constexpr unsigned blosc_filter_revision = 2;
enum BloscPlace : std::size_t {
  revision,
  version,
  value_bytes,
  chunk_bytes,
  level,
  shuffle,
  codec,
  n_places
};
using BloscSettings = std::array<unsigned, n_places>;

constexpr std::size_t largest_chunk = (std::size_t{1} << 32) - 1;  // HDF5's own limit

/// Memory that HDF5 can free.
class Buffer {
 public:
  explicit Buffer(std::size_t size) : data_(H5allocate_memory(size, false)), size_(size) {
    if (data_ == nullptr) throw std::bad_alloc();
  }
  ~Buffer() { H5free_memory(data_); }
  Buffer(const Buffer&) = delete;
  Buffer& operator=(const Buffer&) = delete;
  [[nodiscard]] void* data() const noexcept { return data_; }
  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  /// Puts it in the place of the buffer that HDF5 gave.
  void replace(std::size_t* size, void** buffer) noexcept {
    H5free_memory(*buffer);
    *buffer = std::exchange(data_, nullptr);
    *size = size_;
  }

 private:
  void* data_;
  std::size_t size_;
};

/// What a filter does when writing: hands over what is prepared, else compresses. Returns the compressed
/// size; 0: failed.
std::size_t compress_buffer(const Recipe& recipe, std::size_t n_bytes, std::size_t* size, void** buffer) {
  const std::span source(static_cast<const std::byte*>(*buffer), n_bytes);
  auto result = take_prepared(recipe, source);
  if (!result) result = compress(recipe, source);
  if (result->empty()) return 0;
  Buffer output(result->size());
  std::memcpy(output.data(), result->data(), result->size());
  output.replace(size, buffer);
  return result->size();
}

std::size_t unpack_lzf(std::size_t expected, std::size_t n_bytes, std::size_t* size, void** buffer) {
  for (std::size_t guess = expected > 0 ? expected : *size; guess <= largest_chunk; guess *= 2) {
    Buffer output(guess);
    const unsigned length =
        lzf_decompress(*buffer, static_cast<unsigned>(n_bytes), output.data(), static_cast<unsigned>(guess));
    if (length > 0) {
      output.replace(size, buffer);
      return length;
    }
    if (errno != E2BIG || guess == 0) return 0;
  }
  return 0;
}

std::size_t unpack_blosc(std::size_t n_bytes, std::size_t* size, void** buffer) {
  std::size_t length = 0;
  if (blosc_cbuffer_validate(*buffer, n_bytes, &length) < 0 || length == 0) return 0;
  Buffer output(length);
  if (blosc_decompress_ctx(*buffer, output.data(), length, 1) != static_cast<int>(length)) return 0;
  output.replace(size, buffer);
  return length;
}

// Called by HDF5: no exception may leave them.

std::size_t run_lzf(unsigned flags, std::size_t n_settings, const unsigned settings[], std::size_t n_bytes,
                    std::size_t* size, void** buffer) try {
  if ((flags & H5Z_FLAG_REVERSE) == 0) {
    return compress_buffer(Recipe{.filter = lzf_filter}, n_bytes, size, buffer);
  }
  const bool is_known = n_settings > lzf_chunk_bytes_place;
  return unpack_lzf(is_known ? settings[lzf_chunk_bytes_place] : 0, n_bytes, size, buffer);
} catch (...) {
  return 0;
}

std::size_t run_blosc(unsigned flags, std::size_t n_settings, const unsigned settings[], std::size_t n_bytes,
                      std::size_t* size, void** buffer) try {
  if ((flags & H5Z_FLAG_REVERSE) != 0) return unpack_blosc(n_bytes, size, buffer);
  if (n_settings < n_places) return 0;
  const Recipe recipe{.filter = blosc_filter,
                      .level = static_cast<int>(settings[level]),
                      .codec = static_cast<int>(settings[codec]),
                      .shuffle = static_cast<int>(settings[shuffle]),
                      .value_bytes = static_cast<int>(settings[value_bytes])};
  return compress_buffer(recipe, n_bytes, size, buffer);
} catch (...) {
  return 0;
}

H5Z_class2_t filter_class(H5Z_filter_t id, const char* name, H5Z_func_t function) {
  H5Z_class2_t filter{};
  filter.version = H5Z_CLASS_T_VERS;
  filter.id = id;
  filter.encoder_present = 1;
  filter.decoder_present = 1;
  filter.name = name;
  filter.filter = function;
  return filter;
}

// Mandatory filters: HDF5 1.10 forgets, writing in parallel, that an optional one was left out for a chunk.
// Ours never are: their results may be longer than the content.

void add_lzf(hid_t creation, std::size_t bytes_of_chunk, std::string_view place) {
  const LzfSettings settings{lzf_filter_revision, LZF_VERSION, static_cast<unsigned>(bytes_of_chunk)};
  checked(H5Pset_filter(creation, lzf_filter, H5Z_FLAG_MANDATORY, settings.size(), settings.data()), place,
          "set lzf");
}

void add_blosc(hid_t creation, const Recipe& recipe, std::size_t bytes_of_chunk, std::string_view place) {
  BloscSettings settings{};
  settings[revision] = blosc_filter_revision;
  settings[version] = BLOSC_VERSION_FORMAT;
  settings[value_bytes] = static_cast<unsigned>(recipe.value_bytes);
  settings[chunk_bytes] = static_cast<unsigned>(bytes_of_chunk);
  settings[level] = static_cast<unsigned>(recipe.level);
  settings[shuffle] = static_cast<unsigned>(recipe.shuffle);
  settings[codec] = static_cast<unsigned>(recipe.codec);
  checked(H5Pset_filter(creation, blosc_filter, H5Z_FLAG_MANDATORY, settings.size(), settings.data()), place,
          "set blosc");
}

}  // namespace

void register_filters(std::string_view place) {
  static const H5Z_class2_t lzf = filter_class(lzf_filter, "lzf", run_lzf);
  static const H5Z_class2_t blosc = filter_class(blosc_filter, "blosc", run_blosc);
  checked(H5Zregister(&lzf), place, "register the filter lzf");
  checked(H5Zregister(&blosc), place, "register the filter blosc");
}

void add_compression(hid_t creation, const Hdf5Options& options, ElementType type, std::size_t bytes_of_chunk,
                     std::string_view place) {
  const Recipe recipe = recipe_of(options, type);
  // Blosc shuffles by itself, block by block.
  if (options.shuffle && recipe.shuffle == 0) checked(H5Pset_shuffle(creation), place, "set shuffle");
  switch (options.compression) {
    case config::Compression::none:
      break;
    case config::Compression::gzip:
      checked(H5Pset_deflate(creation, static_cast<unsigned>(options.level)), place, "set gzip");
      break;
    case config::Compression::lzf:
      add_lzf(creation, bytes_of_chunk, place);
      break;
    case config::Compression::blosc:
      add_blosc(creation, recipe, bytes_of_chunk, place);
      break;
  }
}

std::string own_filter_name(H5Z_filter_t filter, std::size_t n_settings, const unsigned* settings) {
  if (filter == lzf_filter) return "lzf";
  if (filter != blosc_filter) return {};
  if (n_settings < n_places) return "blosc";
  const char* name = nullptr;
  if (blosc_compcode_to_compname(static_cast<int>(settings[codec]), &name) < 0 || name == nullptr) {
    return "blosc";
  }
  return fmt::format("{}blosc {} {}", settings[shuffle] != 0 ? "shuffle + " : "", name, settings[level]);
}

}  // namespace hopmc::trajectory
