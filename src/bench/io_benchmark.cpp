#include "hopmc/bench/io_benchmark.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/mpi/collectives.hpp>
#include <exception>
#include <map>

#include "hopmc/config/errors.hpp"
#include "hopmc/ensemble/communicator.hpp"
#include "hopmc/ensemble/patience.hpp"
#include "measure.hpp"
#include "place.hpp"
#include "read_back.hpp"

namespace hopmc::bench {
namespace {

using boost::mpi::communicator;

/// Attributes, headers and indices of a trajectory, generously.
constexpr double trajectory_overhead = 64 * 1024;
constexpr double other_overhead = 16 * 1024 * 1024;

std::int64_t frame_bytes(const trajectory::Layout& layout) {
  std::int64_t bytes = 0;
  for (const auto& spec : layout.columns) bytes += static_cast<std::int64_t>(spec.row_bytes());
  return bytes;
}

/// The most that lies on disk at a time: both formats of all trajectories, whole chunks included.
double bytes_needed(const IoPlan& plan, const std::vector<Setting>& settings) {
  double most = 0;
  for (const Setting& setting : settings) {
    const trajectory::Layout layout = layout_of(plan.shape, setting.chunk_frames);
    const auto frames = static_cast<double>(plan.shape.frames + setting.chunk_frames);
    const double one = 2 * frames * static_cast<double>(frame_bytes(layout)) + trajectory_overhead;
    most = std::max(most, one * static_cast<double>(setting.trajectories) * setting.ranks);
  }
  return most + other_overhead;
}

/// Blocks of this rank's trajectories for every chunk length; trajectory k of rank r is number k * ranks + r.
struct Data {
  trajectory::Layout layout;
  std::vector<Blocks> trajectories;
};
using DataOfChunks = std::map<std::int64_t, Data>;

DataOfChunks make_data(const communicator& comm, const IoPlan& plan, const std::vector<Setting>& settings) {
  const std::int64_t most = *std::max_element(plan.trajectories.begin(), plan.trajectories.end());
  DataOfChunks all;
  for (const Setting& setting : settings) {
    const auto [place, is_new] = all.try_emplace(setting.chunk_frames);
    if (!is_new) continue;
    Data& data = place->second;  // blocks point to its layout: it stays where it is
    data.layout = layout_of(plan.shape, setting.chunk_frames);
    for (std::int64_t k = 0; k < most; ++k) {
      data.trajectories.push_back(make_trajectory(plan.shape, data.layout, k * comm.size() + comm.rank()));
    }
  }
  return all;
}

/// The first ranks of a communicator, one group for each number of them that is asked for.
std::map<int, communicator> make_groups(const communicator& comm, const std::vector<int>& ranks) {
  std::map<int, communicator> groups;
  for (const int n : ranks) {
    if (!groups.contains(n)) groups.emplace(n, comm.split(comm.rank() < n ? 0 : 1));
  }
  return groups;
}

/// Ranks without work let the others have the cores.
void wait_for_all(const communicator& comm) {
  MPI_Request request = MPI_REQUEST_NULL;
  MPI_Ibarrier(static_cast<MPI_Comm>(comm), &request);
  ensemble::wait_politely(request);
}

class Rounds {
 public:
  Rounds(const communicator& comm, const IoPlan& plan, const std::vector<Setting>& settings,
         const Place& place)
      : comm_(comm), plan_(plan), place_(place), groups_(make_groups(comm, plan.ranks)) {
    ensemble::agree(comm, [&] { data_ = make_data(comm, plan, settings); });
  }

  /// An empty result. Local.
  [[nodiscard]] IoResult start(const Setting& setting) const {
    const Data& data = data_.at(setting.chunk_frames);
    const std::int64_t n_trajectories = setting.trajectories * setting.ranks;
    IoResult result;
    result.setting = setting;
    result.raw_bytes = n_trajectories * rank_bytes(data, 1);
    result.flushes = n_flushes(data.trajectories.front().size(), plan_.chunks_per_flush);
    result.n_datasets = n_trajectories * static_cast<std::int64_t>(data.layout.columns.size());
    const auto* coordinates = data.layout.find(trajectory::Column::unwrapped);
    result.chunk_bytes = data.layout.chunk_frames * static_cast<std::int64_t>(coordinates->row_bytes());
    return result;
  }

  /// Collective over all ranks; complete on rank 0.
  Measurement measure(const IoResult& result) {
    const Setting& setting = result.setting;
    Measurement measurement;
    ensemble::agree(comm_, [&] {
      const auto failure = [&]() -> std::exception_ptr {
        try {
          if (comm_.rank() < setting.ranks) measurement = write(setting);
          if (comm_.rank() == 0) look_at(result, measurement);
        } catch (...) {
          return std::current_exception();
        }
        return nullptr;
      }();
      wait_for_all(comm_);
      if (failure) std::rethrow_exception(failure);
    });
    return measurement;
  }

 private:
  [[nodiscard]] std::int64_t rank_bytes(const Data& data, std::int64_t trajectories) const {
    return trajectories * plan_.shape.frames * frame_bytes(data.layout);
  }

  [[nodiscard]] Trajectories mine(const Setting& setting) const {
    const Data& data = data_.at(setting.chunk_frames);
    Trajectories trajectories;
    for (std::int64_t k = 0; k < setting.trajectories; ++k) {
      trajectories.push_back(&data.trajectories[static_cast<std::size_t>(k)]);
    }
    return trajectories;
  }

  Measurement write(const Setting& setting) {
    const Data& data = data_.at(setting.chunk_frames);
    const WriterPlace place{place_.path(), setting.trajectories * comm_.size(),
                            rank_bytes(data, setting.trajectories), plan_.shape.frames};
    return measure_writing(groups_.at(setting.ranks), setting, place, data.layout, mine(setting),
                           plan_.chunks_per_flush);
  }

  /// Weighs, reads and removes what was written.
  void look_at(const IoResult& result, Measurement& measurement) const {
    const Setting& setting = result.setting;
    measurement.stored_bytes = bytes_below(place_.path());
    if (!setting.has_hdf5() && measurement.stored_bytes < result.raw_bytes) {
      throw IoError(fmt::format("{}: {} bytes were to be written by {}, {} are there", place_.path().string(),
                                result.raw_bytes, name_of(setting.format), measurement.stored_bytes));
    }
    if (plan_.read && (setting.format == Format::npy || setting.format == Format::hdf5)) {
      read_back(place_.path(), setting.has_hdf5(), data_.at(setting.chunk_frames).layout, mine(setting),
                measurement);
    }
    place_.clear();
  }

  const communicator& comm_;
  const IoPlan& plan_;
  const Place& place_;
  std::map<int, communicator> groups_;
  DataOfChunks data_;
};

/// One setting, or one for each kind of HDF5 file.
void add_settings(const IoPlan& plan, Setting setting, std::vector<Setting>& settings) {
  if (!setting.has_hdf5()) {
    settings.push_back(std::move(setting));
    return;
  }
  for (const NamedCompression& compression : plan.compressions) {
    for (const int ranks_per_file : plan.ranks_per_file) {
      if (ranks_per_file > setting.ranks) continue;
      setting.compression = compression.name;
      setting.options = compression.options;
      setting.options.ranks_per_file = ranks_per_file;
      settings.push_back(setting);
    }
  }
}

}  // namespace

std::vector<Setting> settings_of(const IoPlan& plan) {
  std::vector<std::int64_t> chunks;
  for (const std::int64_t asked : plan.chunk_frames) {
    const std::int64_t chunk = layout_of(plan.shape, asked).chunk_frames;
    if (std::find(chunks.begin(), chunks.end(), chunk) == chunks.end()) chunks.push_back(chunk);
  }
  std::vector<Setting> settings;
  for (const int ranks : plan.ranks) {
    for (const std::int64_t trajectories : plan.trajectories) {
      for (const std::int64_t chunk : chunks) {
        for (const Format format : plan.formats) {
          add_settings(plan, {format, ranks, trajectories, chunk, "", {}}, settings);
        }
      }
    }
  }
  return settings;
}

std::vector<IoResult> run_io_benchmark(const communicator& comm, const IoPlan& plan,
                                       const std::function<void(int round)>& on_round) {
  const std::vector<Setting> settings = settings_of(plan);
  require_room(comm, plan.directory, bytes_needed(plan, settings));
  const Place place(comm, plan.directory);
  Rounds rounds(comm, plan, settings, place);
  std::vector<IoResult> results;
  for (const Setting& setting : settings) results.push_back(rounds.start(setting));
  for (int round = 0; round < plan.repetitions; ++round) {
    if (comm.rank() == 0) on_round(round);
    for (IoResult& result : results) result.rounds.push_back(rounds.measure(result));
  }
  return results;
}

}  // namespace hopmc::bench
