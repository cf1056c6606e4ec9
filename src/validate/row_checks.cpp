#include "row_checks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

namespace hopmc::validate {
namespace {

/// Positions are exact but for rounding, which grows with the distance travelled.
constexpr double position_tolerance = 1e-9;  ///< bohr
constexpr double relative_tolerance = 1e-14;

/// `d` without the supercell vectors in it, along the directions in `fold`. All in bohr.
Eigen::RowVector3d folded(const Eigen::RowVector3d& d, const Geometry& g,
                          const Eigen::Matrix<bool, 1, 3>& fold) {
  Eigen::RowVector3d cells = d * g.inverse_cell;
  for (int i = 0; i < 3; ++i) cells[i] = fold[i] ? std::round(cells[i]) : 0.0;
  return d - cells * g.cell;
}

Eigen::RowVector3d vector_at(std::span<const double> values, std::size_t place) {
  return {values[place], values[place + 1], values[place + 2]};
}

}  // namespace

void Rule::violated(std::string place, std::int64_t row, std::string message) {
  if (count_++ > 0) return;
  place_ = std::move(place);
  row_ = row;
  message_ = std::move(message);
}

void Rule::report(MismatchLog& log) const {
  if (count_ == 0) return;
  const std::string more = count_ > 1 ? fmt::format(" (and {} more)", count_ - 1) : std::string();
  log.add(topic_, fmt::format("{}, row {}", place_, row_), message_ + more);
}

FrameChecks::FrameChecks(const Expectation& expectation) : e_(&expectation) {
  n_carriers_ = static_cast<std::size_t>(expectation.layout.n_carriers);
  fold_.setConstant(false);
  if (!e_->geometry) return;
  for (int d = 0; d < 3; ++d) {
    fold_[d] = e_->geometry->supercell.periodic()[static_cast<std::size_t>(d)];
    // A basis site given outside the cell is folded into it even where the cell does not repeat.
    for (const auto& site : e_->geometry->crystal.basis) {
      if (site.fractional[d] < 0 || site.fractional[d] >= 1) fold_[d] = true;
    }
  }
}

void FrameChecks::rows(const FrameRows& rows) {
  check_times(rows);
  if (rows.first == 0) check_start(rows);
  if (!e_->geometry || n_carriers_ == 0) return;
  check_positions(rows);
  if (e_->layout.n_states > 0) {
    check_states(rows);
  } else {
    check_sites(rows);
    check_site_positions(rows);
  }
}

void FrameChecks::report(MismatchLog& log) const {
  for (const Rule* rule : {&times_, &start_, &positions_, &sites_, &shared_sites_, &site_positions_}) {
    rule->report(log);
  }
}

void FrameChecks::check_times(const FrameRows& rows) {
  const bool sampled = !e_->every_step && e_->time_interval > 0;
  for (std::size_t i = 0; i < rows.time.size(); ++i) {
    const double time = rows.time[i];
    const auto row = rows.first + static_cast<std::int64_t>(i);
    const double due = static_cast<double>(row) * e_->time_interval;
    // Late in a run a very short residence time vanishes in rounding: hops may have equal times.
    const bool wrong = sampled ? time != due : !(row == 0 ? time == 0 : time >= last_time_);
    if (wrong && times_.first()) {
      times_.violated(
          rows.time_place, row,
          sampled ? fmt::format("the time is {:.17g}, expected {} time_interval = {:.17g}", time, row, due)
                  : fmt::format("the time {:.17g} does not follow {:.17g}", time, std::max(last_time_, 0.0)));
    } else if (wrong) {
      times_.violated_again();
    }
    last_time_ = time;
  }
}

void FrameChecks::check_start(const FrameRows& rows) {
  const std::size_t n = std::min(rows.unwrapped.size(), 3 * n_carriers_);
  if (std::any_of(rows.unwrapped.begin(), rows.unwrapped.begin() + static_cast<std::ptrdiff_t>(n),
                  [](double x) { return x != 0; })) {
    start_.violated(rows.unwrapped_place, 0, "displacements do not start at 0");
  }
  first_wrapped_.assign(rows.wrapped.begin(), rows.wrapped.end());
  if (first_wrapped_.size() > 3 * n_carriers_) first_wrapped_.resize(3 * n_carriers_);
}

void FrameChecks::check_positions(const FrameRows& rows) {
  const std::size_t width = 3 * n_carriers_;
  const std::size_t n = std::min(rows.wrapped.size(), rows.unwrapped.size()) / width;
  if (first_wrapped_.size() != width) return;
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t c = 0; c < n_carriers_; ++c) {
      const Eigen::RowVector3d u = vector_at(rows.unwrapped, i * width + 3 * c);
      const Eigen::RowVector3d w = vector_at(rows.wrapped, i * width + 3 * c);
      const Eigen::RowVector3d rest = folded(w - vector_at(first_wrapped_, 3 * c) - u, *e_->geometry, fold_);
      const double tolerance = position_tolerance + relative_tolerance * u.norm();
      if (rest.norm() <= tolerance) continue;
      if (!positions_.first()) {
        positions_.violated_again();
        continue;
      }
      positions_.violated(
          rows.wrapped_place, rows.first + static_cast<std::int64_t>(i),
          fmt::format("carrier {}: wrapped and unwrapped positions differ by {:.3g} bohr, modulo the "
                      "supercell",
                      c + 1, rest.norm()));
    }
  }
}

bool FrameChecks::allowed(int species, std::int64_t site) const {
  const Geometry& g = *e_->geometry;
  return g
      .basis_allowed[static_cast<std::size_t>(species)][static_cast<std::size_t>(g.supercell.basis_of(site))];
}

bool FrameChecks::check_site(const FrameRows& rows, std::int64_t row, std::size_t carrier,
                             std::int64_t site) {
  const Geometry& g = *e_->geometry;
  const std::int64_t n_sites = g.supercell.n_sites();
  const bool in_range = site >= 0 && site < n_sites;
  if (in_range && allowed(g.carrier_species[carrier], site)) return true;
  if (!sites_.first()) {
    sites_.violated_again();
    return in_range;
  }
  sites_.violated(
      rows.occupancy_place, row,
      in_range ? fmt::format("carrier {} is on site {}, which is not of its elements", carrier + 1, site)
               : fmt::format("carrier {} is on site {}, but the supercell has sites 0 to {}", carrier + 1,
                             site, n_sites - 1));
  return in_range;
}

void FrameChecks::check_sites(const FrameRows& rows) {
  std::vector<std::int32_t> sorted;
  const std::size_t n = rows.occupancy.size() / n_carriers_;
  for (std::size_t i = 0; i < n; ++i) {
    const auto sites = rows.occupancy.subspan(i * n_carriers_, n_carriers_);
    const auto row = rows.first + static_cast<std::int64_t>(i);
    for (std::size_t c = 0; c < n_carriers_; ++c) check_site(rows, row, c, sites[c]);
    if (e_->replay_pycd || n_carriers_ == 1) continue;  // PyCD lets carriers share a site
    sorted.assign(sites.begin(), sites.end());
    std::sort(sorted.begin(), sorted.end());
    const auto twice = std::adjacent_find(sorted.begin(), sorted.end());
    if (twice != sorted.end()) {
      shared_sites_.violated(rows.occupancy_place, row, fmt::format("two carriers are on site {}", *twice));
    }
  }
}

/// Rows that hold the state of every site: as many carriers of each species as there must be, all where they
/// may be. Which carrier is where is not stored.
void FrameChecks::check_states(const FrameRows& rows) {
  const Geometry& g = *e_->geometry;
  std::vector<std::int64_t> expected(g.basis_allowed.size());
  for (const int species : g.carrier_species) ++expected[static_cast<std::size_t>(species)];
  const auto n_sites = static_cast<std::size_t>(e_->layout.n_states);
  for (std::size_t i = 0; i < rows.occupancy.size() / n_sites; ++i) {
    const auto row = rows.first + static_cast<std::int64_t>(i);
    std::vector<std::int64_t> found(expected.size());
    for (std::size_t site = 0; site < n_sites; ++site) {
      const std::int32_t state = rows.occupancy[i * n_sites + site];
      if (state == 0) continue;
      if (state < 0 || static_cast<std::size_t>(state) > found.size() ||
          !allowed(state - 1, static_cast<std::int64_t>(site))) {
        sites_.violated(rows.occupancy_place, row, fmt::format("site {} cannot have state {}", site, state));
        continue;
      }
      ++found[static_cast<std::size_t>(state - 1)];
    }
    if (found == expected || e_->replay_pycd) continue;  // PyCD lets carriers share a site
    sites_.violated(rows.occupancy_place, row,
                    fmt::format("[{}] carriers of the species, expected [{}]", fmt::join(found, ", "),
                                fmt::join(expected, ", ")));
  }
}

void FrameChecks::check_site_positions(const FrameRows& rows) {
  const Geometry& g = *e_->geometry;
  const Eigen::Matrix<bool, 1, 3> every_direction = Eigen::Matrix<bool, 1, 3>::Constant(true);
  const std::size_t n = std::min(rows.occupancy.size(), rows.wrapped.size() / 3);
  for (std::size_t i = 0; i < n; ++i) {
    const std::int64_t site = rows.occupancy[i];
    if (site < 0 || site >= g.supercell.n_sites()) continue;
    const Eigen::RowVector3d cell = g.supercell.cell_of(site).cast<double>().transpose();
    const auto& basis = g.crystal.basis[static_cast<std::size_t>(g.supercell.basis_of(site))];
    const Eigen::RowVector3d position = (cell + basis.fractional.transpose()) * g.crystal.lattice;
    const double distance = folded(vector_at(rows.wrapped, 3 * i) - position, g, every_direction).norm();
    if (distance <= position_tolerance) continue;
    if (!site_positions_.first()) {
      site_positions_.violated_again();
      continue;
    }
    site_positions_.violated(
        rows.wrapped_place, rows.first + static_cast<std::int64_t>(i / n_carriers_),
        fmt::format("carrier {} is {:.3g} bohr away from its site {}", i % n_carriers_ + 1, distance, site));
  }
}

void HopChecks::rows(std::int64_t first, std::span<const double> time, const std::string& place) {
  for (std::size_t i = 0; i < time.size(); ++i) {
    const auto row = first + static_cast<std::int64_t>(i);
    const bool right = row == 0 ? time[i] == 0 : time[i] >= last_;
    if (!right && times_.first()) {
      times_.violated(place, row,
                      fmt::format("the time {:.17g} does not follow {:.17g}", time[i], std::max(last_, 0.0)));
    } else if (!right) {
      times_.violated_again();
    }
    last_ = time[i];
  }
}

}  // namespace hopmc::validate
