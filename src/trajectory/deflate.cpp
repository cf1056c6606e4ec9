#include "deflate.hpp"

#include <libdeflate.h>

#include <memory>

namespace hopmc::trajectory {

namespace {

struct Compressor {
  struct Free {
    void operator()(libdeflate_compressor* compressor) const noexcept {
      libdeflate_free_compressor(compressor);
    }
  };
  int level = -1;
  std::unique_ptr<libdeflate_compressor, Free> handle;
};

/// Kept from call to call: making one clears some hundred kilobytes. A run knows one level.
libdeflate_compressor* compressor_of(int level) noexcept {
  thread_local Compressor compressor;
  if (compressor.level != level) {
    compressor.handle.reset(libdeflate_alloc_compressor(level));
    compressor.level = level;
  }
  return compressor.handle.get();
}

}  // namespace

std::size_t deflate(std::span<const std::byte> source, int level, std::span<std::byte> result) noexcept {
  libdeflate_compressor* compressor = compressor_of(level);
  if (compressor == nullptr) return 0;
  return libdeflate_zlib_compress(compressor, source.data(), source.size(), result.data(), result.size());
}

std::size_t deflate_bound(std::size_t size) noexcept {
  return libdeflate_zlib_compress_bound(nullptr, size);
}

}  // namespace hopmc::trajectory
