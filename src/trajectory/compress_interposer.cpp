// HDF5 compresses inside H5Dwrite and tells nobody how long that took. The executable therefore has a
// compress2 of its own, which the dynamic linker finds before zlib's: it calls zlib's and adds up the time.
// The room's link options keep it in the executable and make it visible to libhdf5.
//
// compression_seconds() lives in the same file so that whoever asks for the time also gets the counter.
#include <dlfcn.h>
#include <zlib.h>

#include <atomic>
#include <chrono>
#include <cstdint>

#include "hopmc/trajectory/compression_timer.hpp"

namespace {

std::atomic<std::int64_t> nanoseconds_compressing{0};

using Compress2 = int (*)(Bytef*, uLongf*, const Bytef*, uLong, int);

Compress2 real_compress2() {
  static const auto function = reinterpret_cast<Compress2>(dlsym(RTLD_NEXT, "compress2"));
  return function;
}

}  // namespace

extern "C" __attribute__((visibility("default"))) int compress2(Bytef* dest, uLongf* dest_length,
                                                                const Bytef* source, uLong source_length,
                                                                int level) {
  const Compress2 compress = real_compress2();
  if (compress == nullptr) return Z_STREAM_ERROR;
  const auto start = std::chrono::steady_clock::now();
  const int result = compress(dest, dest_length, source, source_length, level);
  const auto time = std::chrono::steady_clock::now() - start;
  nanoseconds_compressing += std::chrono::duration_cast<std::chrono::nanoseconds>(time).count();
  return result;
}

namespace hopmc::trajectory {

double compression_seconds() noexcept {
  return static_cast<double>(nanoseconds_compressing.load()) * 1e-9;
}

}  // namespace hopmc::trajectory
