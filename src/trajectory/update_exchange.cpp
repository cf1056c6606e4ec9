#include "update_exchange.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <stdexcept>
#include <type_traits>

#include "hopmc/trajectory/reader.hpp"

namespace hopmc::trajectory {

namespace {

static_assert(std::is_trivially_copyable_v<Update>);

Update begin_update(std::int64_t trajectory, int rank, const std::map<std::int64_t, Progress>& written) {
  Update update;
  update.trajectory = trajectory;
  update.owner = rank;
  if (const auto found = written.find(trajectory); found != written.end()) {
    update.first = found->second.rows;
    update.crc32 = found->second.crc32;
  }
  return update;
}

void add(Update& update, const FrameBlock& block, const Layout& layout) {
  for (const Axis axis : {Axis::frame, Axis::hop}) {
    const std::int64_t expected = update.first[index(axis)] + update.rows[index(axis)];
    if (block.first_row(axis) != expected) {
      throw std::logic_error(fmt::format("trajectory {}: a block starts at {} row {} instead of {}",
                                         block.trajectory() + 1, axis == Axis::frame ? "frame" : "hop",
                                         block.first_row(axis), expected));
    }
  }
  for (const Axis axis : {Axis::frame, Axis::hop}) update.rows[index(axis)] += block.rows(axis);
  for (const ColumnSpec& spec : layout.columns) {
    std::uint32_t& crc = update.crc32[index(spec.column)];
    crc = crc32(crc, block.data(spec.column));
  }
  update.hops = block.total_hops();
  update.finished = block.finished() ? 1 : 0;
}

}  // namespace

std::map<std::int64_t, LocalUpdate> sum_up(std::span<const FrameBlock* const> blocks, const Layout& layout,
                                           const std::map<std::int64_t, Progress>& written, int rank) {
  std::map<std::int64_t, LocalUpdate> updates;
  for (const FrameBlock* block : blocks) updates[block->trajectory()].blocks.push_back(block);
  for (auto& [trajectory, update] : updates) {
    std::stable_sort(update.blocks.begin(), update.blocks.end(),
                     [](const FrameBlock* a, const FrameBlock* b) {
                       return std::pair(a->first_row(Axis::frame), a->first_row(Axis::hop)) <
                              std::pair(b->first_row(Axis::frame), b->first_row(Axis::hop));
                     });
    update.summary = begin_update(trajectory, rank, written);
    for (const FrameBlock* block : update.blocks) add(update.summary, *block, layout);
  }
  return updates;
}

std::vector<Update> exchange_updates(MPI_Comm comm, const std::map<std::int64_t, LocalUpdate>& local) {
  int size = 1;
  MPI_Comm_size(comm, &size);
  std::vector<Update> mine;
  for (const auto& entry : local) mine.push_back(entry.second.summary);

  int my_bytes = static_cast<int>(mine.size() * sizeof(Update));
  std::vector<int> bytes(static_cast<std::size_t>(size));
  MPI_Allgather(&my_bytes, 1, MPI_INT, bytes.data(), 1, MPI_INT, comm);
  std::vector<int> offsets(bytes.size());
  std::exclusive_scan(bytes.begin(), bytes.end(), offsets.begin(), 0);

  std::vector<Update> all(static_cast<std::size_t>(offsets.back() + bytes.back()) / sizeof(Update));
  MPI_Allgatherv(mine.data(), my_bytes, MPI_BYTE, all.data(), bytes.data(), offsets.data(), MPI_BYTE, comm);
  std::sort(all.begin(), all.end(),
            [](const Update& a, const Update& b) { return a.trajectory < b.trajectory; });
  const auto twin = std::adjacent_find(
      all.begin(), all.end(), [](const Update& a, const Update& b) { return a.trajectory == b.trajectory; });
  if (twin != all.end()) {
    throw std::logic_error(fmt::format("two ranks bring rows of trajectory {}", twin->trajectory + 1));
  }
  return all;
}

}  // namespace hopmc::trajectory
