#include "compression.hpp"

#include <zlib.h>

#include "compress_interposer.hpp"

namespace hopmc::trajectory {

namespace {

std::vector<std::byte> gzip(std::span<const std::byte> source, int level) {
  uLongf size = compressBound(static_cast<uLong>(source.size()));
  std::vector<std::byte> result(size);
  // The program's own compress2 where there is one: it counts the time.
  const int status = compress2(reinterpret_cast<Bytef*>(result.data()), &size,
                               reinterpret_cast<const Bytef*>(source.data()), source.size(), level);
  result.resize(status == Z_OK ? size : 0);
  return result;
}

}  // namespace

Recipe recipe_of(const Hdf5Options& options, ElementType) {
  Recipe recipe;
  if (options.compression == config::Compression::gzip) {
    recipe.filter = H5Z_FILTER_DEFLATE;
    recipe.level = options.level;
  }
  return recipe;
}

bool can_hand_over(const Recipe& recipe) {
  if (recipe.filter == H5Z_FILTER_NONE) return false;
  return recipe.filter != H5Z_FILTER_DEFLATE || is_compress2_ours();
}

std::vector<std::byte> compress(const Recipe& recipe, std::span<const std::byte> source) {
  if (recipe.filter == H5Z_FILTER_DEFLATE) return gzip(source, recipe.level);
  return {};
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
