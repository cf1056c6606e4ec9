// HDF5 compresses inside H5Dwrite and tells nobody how long that took. The executable therefore has a
// compress2 of its own, which the dynamic linker finds before zlib's: it adds up the time, and compresses by
// libdeflate.
// The room's link options keep it in the executable and make it visible to libhdf5.
//
// It also remembers what chunks of zeros compress to. Parallel HDF5 fills the new chunks of a filtered
// dataset whatever the fill time, so at every extension every rank compresses the same zeros again, about a
// third of the cost of compressing data, and the part of it that more ranks do not make faster.
//
// And it hands over what this rank compressed before the collective write (prepared_chunks.hpp).
//
// compression_seconds() lives in the same file so that whoever asks for the time also gets the counter.
#include <dlfcn.h>
#include <zlib.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstring>
#include <map>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "compress_interposer.hpp"
#include "compression_clock.hpp"
#include "deflate.hpp"
#include "hopmc/trajectory/compression_timer.hpp"
#include "prepared_chunks.hpp"

namespace {

std::atomic<std::int64_t> nanoseconds_compressing{0};

bool all_zero(const Bytef* data, uLong size) {
  return size > 0 && data[0] == 0 && std::memcmp(data, data + 1, size - 1) == 0;
}

/// Compressed zeros by (size, level). A run has a handful of chunk sizes.
constexpr std::size_t most_remembered = 32;
thread_local std::map<std::pair<uLong, int>, std::vector<Bytef>> remembered_zeros;

template <class Bytes>
int hand_over(const Bytes& known, Bytef* dest, uLongf* dest_length) {
  if (known.size() > *dest_length) return Z_BUF_ERROR;
  std::memcpy(dest, known.data(), known.size());
  *dest_length = known.size();
  return Z_OK;
}

int deflate_into(Bytef* dest, uLongf* dest_length, std::span<const std::byte> source, int level) {
  const std::size_t size =
      hopmc::trajectory::deflate(source, level, std::as_writable_bytes(std::span(dest, *dest_length)));
  if (size == 0) return Z_BUF_ERROR;
  *dest_length = size;
  return Z_OK;
}

int compress(Bytef* dest, uLongf* dest_length, const Bytef* source, uLong source_length, int level) {
  const std::span<const std::byte> bytes = std::as_bytes(std::span(source, source_length));
  if (!all_zero(source, source_length)) {
    const hopmc::trajectory::Recipe recipe{.filter = H5Z_FILTER_DEFLATE, .level = level};
    const auto prepared = hopmc::trajectory::take_prepared(recipe, bytes);
    if (prepared) return hand_over(*prepared, dest, dest_length);
    return deflate_into(dest, dest_length, bytes, level);
  }
  const std::pair key(source_length, level);
  if (const auto known = remembered_zeros.find(key); known != remembered_zeros.end()) {
    return hand_over(known->second, dest, dest_length);
  }
  const int result = deflate_into(dest, dest_length, bytes, level);
  if (result == Z_OK && remembered_zeros.size() < most_remembered) {
    try {
      remembered_zeros.emplace(key, std::vector<Bytef>(dest, dest + *dest_length));
    } catch (...) {  // out of memory: they are compressed again
    }
  }
  return result;
}

}  // namespace

extern "C" __attribute__((visibility("default"))) int compress2(Bytef* dest, uLongf* dest_length,
                                                                const Bytef* source, uLong source_length,
                                                                int level) {
  const hopmc::trajectory::CompressionClock clock;
  return compress(dest, dest_length, source, source_length, level);
}

namespace hopmc::trajectory {

CompressionClock::~CompressionClock() {
  const auto time = std::chrono::steady_clock::now() - start_;
  nanoseconds_compressing += std::chrono::duration_cast<std::chrono::nanoseconds>(time).count();
}

bool is_compress2_ours() noexcept {
  static const bool ours = dlsym(RTLD_DEFAULT, "compress2") == reinterpret_cast<void*>(&compress2);
  return ours;
}

double compression_seconds() noexcept {
  return static_cast<double>(nanoseconds_compressing.load()) * 1e-9;
}

}  // namespace hopmc::trajectory
