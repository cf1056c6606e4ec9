#include "hopmc/bench/workload.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <random>

namespace hopmc::bench {
namespace {

constexpr double spacing = 7.25;  ///< bohr
constexpr int cells = 12;         ///< sites along each axis
constexpr double interval = 4e8;  ///< between frames, atomic units of time (10 ns)
constexpr double screening = 25;  ///< dielectric constant
constexpr unsigned hops_a_frame = 8;
constexpr unsigned directions = 6;

using Site = std::array<int, 3>;  ///< in lattice spacings, not folded back

int folded(int coordinate) {
  const int rest = coordinate % cells;
  return rest < 0 ? rest + cells : rest;
}

/// Along one axis, in lattice spacings.
int nearest_image(int difference) {
  const int rest = folded(difference);
  return std::min(rest, cells - rest);
}

class Walk {
 public:
  Walk(std::int64_t n_carriers, std::int64_t number) : random_(static_cast<std::uint64_t>(number) + 1) {
    for (std::int64_t i = 0; i < n_carriers; ++i) {
      start_.push_back({draw(cells), draw(cells), draw(cells)});
    }
    now_ = start_;
  }

  /// To the next frame.
  void advance() {
    for (int hops = draw(hops_a_frame); hops > 0; --hops) {
      Site& site = now_[static_cast<std::size_t>(draw(static_cast<unsigned>(now_.size())))];
      const int direction = draw(directions);
      site[static_cast<std::size_t>(direction / 2)] += direction % 2 == 0 ? 1 : -1;
    }
  }
  void unwrapped(double* row) const {
    for (std::size_t i = 0; i < now_.size(); ++i) {
      for (std::size_t d = 0; d < 3; ++d) *row++ = spacing * (now_[i][d] - start_[i][d]);
    }
  }
  void wrapped(double* row) const {
    for (const Site& site : now_) {
      for (const int coordinate : site) *row++ = spacing * folded(coordinate);
    }
  }
  [[nodiscard]] double energy() const {
    double sum = 0;
    for (std::size_t i = 0; i < now_.size(); ++i) {
      for (std::size_t j = 0; j < i; ++j) {
        double square = 0;
        for (std::size_t d = 0; d < 3; ++d) square += std::pow(nearest_image(now_[i][d] - now_[j][d]), 2);
        // Nothing keeps two of these carriers off one site.
        sum += 1 / (screening * spacing * std::sqrt(std::max(square, 1.0)));
      }
    }
    return sum;
  }

 private:
  /// 0 to below `limit`.
  int draw(unsigned limit) { return static_cast<int>(random_() % limit); }

  std::mt19937_64 random_;
  std::vector<Site> start_;
  std::vector<Site> now_;
};

}  // namespace

trajectory::Layout layout_of(const TrajectoryShape& shape, std::int64_t chunk_frames) {
  config::OutputConfig output;
  output.wrapped.write = shape.wrapped;
  output.energy.write = shape.energy;
  output.time.write = false;
  if (chunk_frames > 0) output.chunk_frames = chunk_frames;
  return trajectory::make_layout(output, shape.n_carriers, shape.frames, 1);
}

Blocks make_trajectory(const TrajectoryShape& shape, const trajectory::Layout& layout, std::int64_t number) {
  Walk walk(shape.n_carriers, number);
  Blocks blocks;
  const auto width = static_cast<std::size_t>(3 * shape.n_carriers);
  for (std::int64_t first = 0; first < shape.frames; first += layout.chunk_frames) {
    auto block = std::make_unique<trajectory::FrameBlock>(layout, number, first, 0);
    const kmc::FrameColumns columns = block->frame_columns();
    const auto rows = std::min(columns.capacity, static_cast<std::size_t>(shape.frames - first));
    for (std::size_t row = 0; row < rows; ++row) {
      const std::int64_t frame = first + static_cast<std::int64_t>(row);
      if (frame > 0) walk.advance();
      columns.time[row] = interval * static_cast<double>(frame);
      walk.unwrapped(columns.unwrapped + row * width);
      if (columns.wrapped != nullptr) walk.wrapped(columns.wrapped + row * width);
      if (columns.energy != nullptr) columns.energy[row] = walk.energy();
    }
    const bool finished = first + static_cast<std::int64_t>(rows) == shape.frames;
    block->add({rows, 0, finished}, 0);
    blocks.push_back(std::move(block));
  }
  return blocks;
}

}  // namespace hopmc::bench
