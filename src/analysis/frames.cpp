#include "hopmc/analysis/frames.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <span>

#include "hopmc/analysis/unwrap.hpp"
#include "hopmc/config/errors.hpp"

namespace hopmc::analysis {
namespace {

using Eigen::Index;
using trajectory::Column;

constexpr std::int64_t rows_at_a_time = 65536;

/// The last row at or before each f * time_interval.
std::vector<std::int64_t> rows_of_frames(const AnalysedRun& run, std::int64_t trajectory) {
  const auto stored = run.reader->find(trajectory, Column::time);
  if (!stored || stored->dtype != "<f8" || stored->shape.empty() || stored->shape.front() < 1) {
    throw IoError(fmt::format("{}: frames of single hops need their times, which are not there",
                              run.reader->place(trajectory, Column::time)));
  }
  std::vector<std::int64_t> rows;
  rows.reserve(static_cast<std::size_t>(run.n_frames));
  const std::int64_t n = stored->shape.front();
  std::vector<double> time;
  const auto due = [&] { return static_cast<double>(rows.size()) * run.config.time_interval; };
  for (std::int64_t first = 0; first < n; first += rows_at_a_time) {
    time.resize(static_cast<std::size_t>(std::min(rows_at_a_time, n - first)));
    run.reader->read(trajectory, Column::time, first, static_cast<std::int64_t>(time.size()),
                     std::as_writable_bytes(std::span(time)));
    if (first == 0 && !(time.front() <= 0)) {
      throw IoError(fmt::format("{}: starts at {}, expected a frame at time 0",
                                run.reader->place(trajectory, Column::time), time.front()));
    }
    for (std::size_t i = 0; i < time.size(); ++i) {
      while (std::cmp_less(rows.size(), run.n_frames) && due() < time[i]) {
        rows.push_back(first + static_cast<std::int64_t>(i) - 1);
      }
    }
  }
  rows.resize(static_cast<std::size_t>(run.n_frames), n - 1);
  return rows;
}

}  // namespace

Frames::Frames(const AnalysedRun& run, std::int64_t trajectory) : run_(run), trajectory_(trajectory) {
  if (run.config.output.write_every_step) row_of_frame_ = rows_of_frames(run, trajectory);
  if (positions_column(run, trajectory) == Column::wrapped) unwrap();
}

void Frames::unwrap() {
  const auto rows_to_keep = [&](Index f) {
    return row_of_frame_.empty() ? f : row_of_frame_[static_cast<std::size_t>(f)];
  };
  unwrapped_.resize(run_.n_frames, 3 * run_.n_carriers);
  Index frame = 0;
  ambiguous_steps_ = for_each_unwrapped(run_, trajectory_, [&](std::int64_t first, const Positions& rows) {
    for (; frame < unwrapped_.rows() && rows_to_keep(frame) < first + rows.rows(); ++frame) {
      unwrapped_.row(frame) = rows.row(rows_to_keep(frame) - first);
    }
  });
}

bool Frames::has(Column column) const {
  const auto stored = run_.reader->find(trajectory_, column);
  const auto& info = trajectory::info(column);
  return stored && stored->dtype == (info.type == trajectory::ElementType::f64 ? "<f8" : "<i4") &&
         stored->shape.size() == 2 && stored->shape[1] == info.values_per_carrier * run_.n_carriers &&
         (!row_of_frame_.empty() || stored->shape[0] >= run_.n_frames);
}

template <class Matrix>
void Frames::read_rows(Column column, Index first, Matrix& out) const {
  const auto read = [&](std::int64_t row, auto& rows) {
    const std::span values(rows.data(), static_cast<std::size_t>(rows.size()));
    run_.reader->read(trajectory_, column, row, rows.rows(), std::as_writable_bytes(values));
  };
  if (row_of_frame_.empty()) {
    read(first, out);
    return;
  }
  using Scalar = typename Matrix::Scalar;
  Eigen::Matrix<Scalar, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor> rows;
  const auto row_of = [&](Index i) { return row_of_frame_[static_cast<std::size_t>(first + i)]; };
  for (Index done = 0; done < out.rows();) {
    const std::int64_t start = row_of(done);
    Index end = done + 1;
    while (end < out.rows() && row_of(end) - start < rows_at_a_time) ++end;
    rows.resize(row_of(end - 1) - start + 1, out.cols());
    read(start, rows);
    for (; done < end; ++done) out.row(done) = rows.row(row_of(done) - start);
  }
}

void Frames::read(Column column, Index first, Eigen::Ref<Positions> out) const {
  if (column == Column::unwrapped && unwrapped_.size() > 0) {
    out = unwrapped_.middleRows(first, out.rows());
    return;
  }
  read_rows(column, first, out);
}

void Frames::read_sites(Index first, Sites& out) const {
  read_rows(Column::occupancy, first, out);
}

}  // namespace hopmc::analysis
