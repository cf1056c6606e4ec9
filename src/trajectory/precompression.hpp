#pragma once
/// Compressing the chunks of an append before its collective writes.

#include <cstdint>
#include <map>

#include "hopmc/trajectory/columns.hpp"
#include "hopmc/trajectory/hdf5_writer.hpp"
#include "update_exchange.hpp"

namespace hopmc::trajectory {

/// While it lives, HDF5's filters are handed results instead of compressing: of every chunk that the updates
/// start and of which HDF5 will see exactly their rows (and zeros after the last). Memory: the compressed
/// chunks, and copies of those that lie in no block in one piece; each is freed when it has been used, all at
/// the latest with this object. Local; never fails: what was not prepared is compressed by HDF5.
class Precompression {
 public:
  Precompression() = default;
  ~Precompression();
  Precompression(const Precompression&) = delete;
  Precompression& operator=(const Precompression&) = delete;

  /// The updates' blocks must stay as they are while this object lives.
  void prepare(const std::map<std::int64_t, LocalUpdate>& updates, const Layout& layout,
               const Hdf5Options& options) noexcept;
};

}  // namespace hopmc::trajectory
