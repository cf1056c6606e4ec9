#include "hopmc/ensemble/stored_run.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/mpi/collectives.hpp>
#include <optional>
#include <span>
#include <utility>

#include "hopmc/config/errors.hpp"
#include "hopmc/ensemble/communicator.hpp"
#include "stored_propagator.hpp"

namespace hopmc::ensemble {

using trajectory::Axis;
using trajectory::Column;
using trajectory::ColumnSpec;
using trajectory::ElementType;
using trajectory::Hdf5Reader;
using trajectory::info;
using trajectory::Reader;

namespace {

/// Memory for reading back.
constexpr std::size_t piece_bytes = std::size_t{1} << 20;

std::string_view dtype_of(ElementType type) {
  return type == ElementType::f64 ? "<f8" : "<i4";
}

/// Throws IoError unless the column's rows are there and have the checksum.
void require_intact(const Reader& reader, const TrajectoryCheckpoint& expected, const ColumnSpec& spec) {
  const std::string place = reader.place(expected.trajectory, spec.column);
  const auto stored = reader.find(expected.trajectory, spec.column);
  if (!stored) throw IoError(fmt::format("{}: missing", place));
  const std::int64_t rows = expected.rows[static_cast<std::size_t>(info(spec.column).axis)];
  const auto& shape = stored->shape;
  const bool fits = static_cast<int>(shape.size()) == trajectory::n_dimensions(spec.column) &&
                    shape.front() >= rows &&
                    (shape.size() == 1 || shape.back() == static_cast<std::int64_t>(spec.width)) &&
                    stored->dtype == dtype_of(info(spec.column).type);
  if (!fits) throw IoError(fmt::format("{}: not the {} rows that the checkpoint tells of", place, rows));
  const auto piece = static_cast<std::int64_t>(std::max<std::size_t>(piece_bytes / spec.row_bytes(), 1));
  std::vector<std::byte> buffer;
  std::uint32_t crc = 0;
  for (std::int64_t first = 0; first < rows; first += piece) {
    const std::int64_t count = std::min(piece, rows - first);
    buffer.resize(static_cast<std::size_t>(count) * spec.row_bytes());
    reader.read(expected.trajectory, spec.column, first, count, buffer);
    crc = trajectory::crc32(crc, buffer);
  }
  if (crc != expected.crc32[static_cast<std::size_t>(spec.column)]) {
    throw IoError(fmt::format("{}: damaged (checksum {:08x} instead of {:08x})", place, crc,
                              expected.crc32[static_cast<std::size_t>(spec.column)]));
  }
}

/// One rank's look at its share.
class Examination {
 public:
  Examination(const StoredRun& run, const trajectory::Layout& layout, bool npy, bool hdf5) : layout_(layout) {
    if (npy) npy_ = trajectory::open_npy(run.directory, layout.columns);
    const auto file = run.directory / trajectory::shared_file_name;
    std::error_code error;
    if (!hdf5 || !std::filesystem::exists(file, error)) return;
    try {
      hdf5_ = Hdf5Reader::open(file);
    } catch (const IoError& problem) {
      unreadable = true;
      damage.emplace_back(problem.what());
    }
  }

  [[nodiscard]] Intact look_at(const TrajectoryCheckpoint& expected, bool both) {
    Intact intact;
    if (npy_) intact.npy = holds(*npy_, expected);
    if (hdf5_ && (both || !intact.npy)) intact.hdf5 = holds(*hdf5_, expected);
    return intact;
  }

  std::vector<std::string> damage;
  bool unreadable = false;

 private:
  bool holds(const Reader& reader, const TrajectoryCheckpoint& expected) {
    try {
      for (const ColumnSpec& spec : layout_.columns) require_intact(reader, expected, spec);
      return true;
    } catch (const IoError& problem) {
      damage.emplace_back(problem.what());
      return false;
    }
  }

  const trajectory::Layout& layout_;
  std::unique_ptr<Reader> npy_;
  std::unique_ptr<Reader> hdf5_;
};

constexpr unsigned npy_bit = 1;
constexpr unsigned hdf5_bit = 2;

}  // namespace

Findings examine(const boost::mpi::communicator& comm, const StoredRun& run, const trajectory::Layout& layout,
                 bool npy, bool hdf5, bool both) {
  std::optional<Examination> examination;
  std::vector<unsigned> intact;
  agree(comm, [&] {
    examination.emplace(run, layout, npy, hdf5);
    for (const auto& [number, expected] : run.checkpoint.trajectories) {
      unsigned bits = 0;
      if (static_cast<int>(intact.size() % static_cast<std::size_t>(comm.size())) == comm.rank()) {
        const Intact found = examination->look_at(expected, both);
        bits = (found.npy ? npy_bit : 0) | (found.hdf5 ? hdf5_bit : 0);
      }
      intact.push_back(bits);
    }
    intact.push_back(examination->unreadable ? 1 : 0);
  });
  MPI_Allreduce(MPI_IN_PLACE, intact.data(), static_cast<int>(intact.size()), MPI_UNSIGNED, MPI_BOR,
                static_cast<MPI_Comm>(comm));
  Findings findings;
  findings.unreadable_hdf5 = intact.back() != 0;
  std::size_t i = 0;
  for (const auto& entry : run.checkpoint.trajectories) {
    findings.intact[entry.first] = {(intact[i] & npy_bit) != 0, (intact[i] & hdf5_bit) != 0};
    ++i;
  }
  std::string mine;
  for (const std::string& line : examination->damage) {
    // A file that does not open is the same news on every rank.
    if (!examination->unreadable || comm.rank() == 0 || &line != &examination->damage.front())
      mine += line + "\n";
  }
  std::vector<std::string> all;
  boost::mpi::gather(comm, mine, all, 0);
  for (const std::string& lines : all) {
    for (std::size_t at = 0; at < lines.size(); at = lines.find('\n', at) + 1) {
      findings.damage.push_back(lines.substr(at, lines.find('\n', at) - at));
    }
  }
  return findings;
}

ResumingFactory::ResumingFactory(const kmc::PropagatorFactory& inner, const trajectory::Layout& layout,
                                 StoredTrajectories stored)
    : inner_(inner), layout_(layout), stored_(std::move(stored)) {}

ResumingFactory::~ResumingFactory() = default;

const Reader& ResumingFactory::reader_of(const StoredTrajectory& stored) const {
  auto& reader = readers_[{stored.directory, stored.npy}];
  if (!reader && stored.npy) reader = trajectory::open_npy(stored.directory, layout_.columns);
  if (!reader) reader = Hdf5Reader::open(stored.directory / trajectory::shared_file_name);
  return *reader;
}

std::unique_ptr<kmc::Propagator> ResumingFactory::start(std::int64_t trajectory) const {
  const auto found = stored_.find(trajectory);
  if (found == stored_.end()) return inner_.start(trajectory);
  return std::make_unique<StoredPropagator>(inner_, layout_, reader_of(found->second), found->second);
}

std::unique_ptr<kmc::Propagator> ResumingFactory::resume(std::int64_t trajectory,
                                                         const kmc::PropagatorState& state) const {
  return inner_.resume(trajectory, state);
}

double stored_fraction(std::int64_t n_traj, double t_final, const StoredTrajectories& stored) {
  double trajectories = 0;
  for (const auto& [number, trajectory] : stored) {
    const bool whole = (trajectory.checkpoint.complete && trajectory.ends_here) || t_final <= 0;
    trajectories += whole ? 1.0 : std::clamp(trajectory.checkpoint.state.time / t_final, 0.0, 1.0);
  }
  return trajectories / static_cast<double>(n_traj);
}

std::vector<std::int64_t> resume_order(std::int64_t n_traj, const StoredTrajectories& stored) {
  std::vector<std::int64_t> order(static_cast<std::size_t>(n_traj));
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = static_cast<std::int64_t>(i);
  const auto rank_of = [&stored](std::int64_t trajectory) {
    const auto found = stored.find(trajectory);
    if (found == stored.end()) return 2;
    return found->second.checkpoint.complete && found->second.ends_here ? 0 : 1;
  };
  std::stable_sort(order.begin(), order.end(),
                   [&](std::int64_t a, std::int64_t b) { return rank_of(a) < rank_of(b); });
  return order;
}

}  // namespace hopmc::ensemble
