#include "prepared_chunks.hpp"

#include <algorithm>
#include <cstring>
#include <deque>
#include <utility>

namespace hopmc::trajectory {

namespace {

std::deque<PreparedChunk>& store() {
  static std::deque<PreparedChunk> chunks;
  return chunks;
}
std::size_t n_taken = 0;

}  // namespace

void keep_prepared(PreparedChunk chunk) {
  store().push_back(std::move(chunk));
}

std::optional<std::vector<std::byte>> take_prepared(const Recipe& recipe,
                                                    std::span<const std::byte> source) noexcept {
  auto& chunks = store();
  const auto found = std::find_if(chunks.begin(), chunks.end(), [&](const PreparedChunk& chunk) {
    return chunk.recipe == recipe && chunk.source.size() == source.size() &&
           std::memcmp(chunk.source.data(), source.data(), source.size()) == 0;
  });
  if (found == chunks.end()) return std::nullopt;
  std::vector<std::byte> result = std::move(found->result);
  chunks.erase(found);
  ++n_taken;
  return result;
}

void drop_prepared() noexcept {
  store().clear();
}

std::size_t prepared_taken() noexcept {
  return n_taken;
}

}  // namespace hopmc::trajectory
