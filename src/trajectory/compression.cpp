#include "compression.hpp"

#include <blosc.h>
#include <lzf.h>

#include "chunk_filters.hpp"
#include "compress_interposer.hpp"
#include "compression_clock.hpp"
#include "deflate.hpp"

namespace hopmc::trajectory {

namespace {

std::vector<std::byte> gzip(std::span<const std::byte> source, int level) {
  const CompressionClock clock;
  std::vector<std::byte> result(deflate_bound(source.size()));
  result.resize(deflate(source, level, result));
  return result;
}

/// Always succeeds: lzf needs at most 4 % more than it is given.
std::vector<std::byte> lzf(std::span<const std::byte> source) {
  const CompressionClock clock;
  std::vector<std::byte> result(source.size() + source.size() / 16 + 64);
  const unsigned size = lzf_compress(source.data(), static_cast<unsigned>(source.size()), result.data(),
                                     static_cast<unsigned>(result.size()));
  result.resize(size);
  return result;
}

/// Always succeeds: what does not get shorter, blosc copies.
std::vector<std::byte> blosc(std::span<const std::byte> source, const Recipe& recipe) {
  const CompressionClock clock;
  const char* codec = nullptr;
  if (blosc_compcode_to_compname(recipe.codec, &codec) < 0) return {};
  std::vector<std::byte> result(source.size() + BLOSC_MAX_OVERHEAD);
  const int size =
      blosc_compress_ctx(recipe.level, recipe.shuffle, static_cast<std::size_t>(recipe.value_bytes),
                         source.size(), source.data(), result.data(), result.size(), codec, 0, 1);
  result.resize(size > 0 ? static_cast<std::size_t>(size) : 0);
  return result;
}

}  // namespace

Recipe recipe_of(const Hdf5Options& options, ElementType type) {
  switch (options.compression) {
    case config::Compression::none:
      break;
    case config::Compression::gzip:
      return {.filter = H5Z_FILTER_DEFLATE, .level = options.level};
    case config::Compression::lzf:
      return {.filter = lzf_filter};
    case config::Compression::blosc:
      return {.filter = blosc_filter,
              .level = options.level,
              .codec = options.blosc_codec == config::BloscCodec::zstd ? BLOSC_ZSTD : BLOSC_LZ4,
              .shuffle = options.shuffle ? BLOSC_SHUFFLE : BLOSC_NOSHUFFLE,
              .value_bytes = static_cast<int>(size_of(type))};
  }
  return {};
}

bool can_hand_over(const Recipe& recipe) {
  if (recipe.filter == H5Z_FILTER_NONE) return false;
  return recipe.filter != H5Z_FILTER_DEFLATE || is_compress2_ours();
}

std::vector<std::byte> compress(const Recipe& recipe, std::span<const std::byte> source) {
  switch (recipe.filter) {
    case H5Z_FILTER_DEFLATE:
      return gzip(source, recipe.level);
    case lzf_filter:
      return lzf(source);
    case blosc_filter:
      return blosc(source, recipe);
    default:
      return {};
  }
}

std::vector<std::byte> shuffled(std::span<const std::byte> values, std::size_t value_bytes) {
  std::vector<std::byte> result(values.size());
  const std::size_t n_values = values.size() / value_bytes;
  for (std::size_t place = 0; place < value_bytes; ++place) {
    for (std::size_t i = 0; i < n_values; ++i) {
      result[place * n_values + i] = values[i * value_bytes + place];
    }
  }
  return result;
}

}  // namespace hopmc::trajectory
