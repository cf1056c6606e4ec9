#include "precompression.hpp"

#include <algorithm>
#include <cstring>
#include <span>
#include <utility>
#include <vector>

#include "block_rows.hpp"
#include "compression.hpp"
#include "prepared_chunks.hpp"

namespace hopmc::trajectory {

namespace {

bool all_zero(std::span<const std::byte> bytes) {
  return bytes.front() == std::byte{} && std::memcmp(bytes.data(), bytes.data() + 1, bytes.size() - 1) == 0;
}

/// Rows [first, first + chunk_rows) of a column, zeros where there are none any more.
PreparedChunk content_of(const LocalUpdate& update, const ColumnSpec& spec, std::int64_t first,
                         std::int64_t chunk_rows, std::int64_t end) {
  PreparedChunk chunk;
  chunk.source = rows_in_one_piece(update.blocks, spec, first, std::min(first + chunk_rows, end), chunk.copy);
  const std::size_t bytes = static_cast<std::size_t>(chunk_rows) * spec.row_bytes();
  if (chunk.source.size() == bytes) return chunk;
  if (chunk.copy.empty()) chunk.copy.assign(chunk.source.begin(), chunk.source.end());
  chunk.copy.resize(bytes);
  chunk.source = chunk.copy;
  return chunk;
}

void prepare_chunk(PreparedChunk chunk, const Recipe& recipe, const ColumnSpec& spec, bool shuffle) {
  if (chunk.source.empty() || all_zero(chunk.source)) return;  // compressed zeros are remembered anyway
  if (shuffle) {
    chunk.copy = shuffled(chunk.source, size_of(info(spec.column).type));
    chunk.source = chunk.copy;
  }
  chunk.recipe = recipe;
  chunk.result = compress(recipe, chunk.source);
  chunk.result.shrink_to_fit();
  if (!chunk.result.empty()) keep_prepared(std::move(chunk));
}

void prepare_column(const LocalUpdate& update, const ColumnSpec& spec, std::int64_t chunk_rows,
                    const Hdf5Options& options) {
  const ElementType type = info(spec.column).type;
  const Recipe recipe = recipe_of(options, type);
  if (!can_hand_over(recipe)) return;
  const std::size_t axis = index(info(spec.column).axis);
  const std::int64_t first = update.summary.first[axis];
  const std::int64_t end = first + update.summary.rows[axis];
  // A chunk that has rows in the file already is HDF5's affair.
  for (std::int64_t row = (first + chunk_rows - 1) / chunk_rows * chunk_rows; row < end; row += chunk_rows) {
    prepare_chunk(content_of(update, spec, row, chunk_rows, end), recipe, spec,
                  options.shuffle && recipe.shuffle == 0);
  }
}

}  // namespace

Precompression::~Precompression() {
  drop_prepared();
}

void Precompression::prepare(const std::map<std::int64_t, LocalUpdate>& updates, const Layout& layout,
                             const Hdf5Options& options) noexcept {
  try {
    for (const auto& entry : updates) {
      for (const ColumnSpec& spec : layout.columns) {
        prepare_column(entry.second, spec, layout.chunk_rows(info(spec.column).axis), options);
      }
    }
  } catch (...) {  // out of memory: what has been prepared is of use
  }
}

}  // namespace hopmc::trajectory
