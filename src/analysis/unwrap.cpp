#include "hopmc/analysis/unwrap.hpp"

#include <fmt/format.h>

#include <Eigen/QR>
#include <algorithm>
#include <span>

#include "hopmc/config/errors.hpp"
#include "hopmc/units/units.hpp"

namespace hopmc::analysis {
namespace {

using Eigen::Index;
using Eigen::Matrix3d;

constexpr std::int64_t rows_at_a_time = 8192;
constexpr double sure_part_of_half = 0.9;

/// Where there is no period: a vector so long, across all periods, that no image along it is ever nearest.
constexpr double no_period = 1e4;

Matrix3d supercell_lattice(const lattice::Crystal& crystal, const lattice::Supercell& supercell) {
  return supercell.size().cast<double>().asDiagonal() * crystal.lattice;
}

/// Unit vectors across all periods, as columns.
Eigen::Matrix3Xd across_periods(const Matrix3d& lattice, const lattice::Supercell& supercell) {
  Eigen::Matrix3Xd periods(3, 0);
  for (int d = 0; d < 3; ++d) {
    if (!supercell.periodic()[static_cast<std::size_t>(d)]) continue;
    periods.conservativeResize(3, periods.cols() + 1);
    periods.rightCols<1>() = lattice.row(d).transpose();
  }
  if (periods.cols() == 0) return Matrix3d::Identity();
  const Matrix3d q = Eigen::HouseholderQR<Eigen::Matrix3Xd>(periods).householderQ();
  return q.rightCols(3 - periods.cols());
}

Matrix3d with_periods_only(const Matrix3d& lattice, const lattice::Supercell& supercell) {
  const Eigen::Matrix3Xd across = across_periods(lattice, supercell);
  const double length = no_period * lattice.rowwise().norm().sum();
  Matrix3d periods = lattice;
  Index next = 0;
  for (int d = 0; d < 3; ++d) {
    if (!supercell.periodic()[static_cast<std::size_t>(d)]) {
      periods.row(d) = length * across.col(next++).transpose();
    }
  }
  return periods;
}

Matrix3d projection_on_periods(const Matrix3d& lattice, const lattice::Supercell& supercell) {
  const Eigen::Matrix3Xd across = across_periods(lattice, supercell);
  return Matrix3d::Identity() - across * across.transpose();
}

}  // namespace

lattice::ImageSearch period_images(const lattice::Crystal& crystal, const lattice::Supercell& supercell) {
  return lattice::ImageSearch(with_periods_only(supercell_lattice(crystal, supercell), supercell));
}

Unwrapper::Unwrapper(const lattice::Crystal& crystal, const lattice::Supercell& supercell)
    : images_(period_images(crystal, supercell)),
      along_(projection_on_periods(supercell_lattice(crystal, supercell), supercell)),
      sure_length_(sure_part_of_half * images_.shortest_translation() / 2) {}

void Unwrapper::unwrap(Eigen::Ref<Positions> rows) {
  for (Index f = 0; f < rows.rows(); ++f) {
    const Eigen::RowVectorXd wrapped = rows.row(f);
    if (last_.size() == 0) {
      last_.setZero(wrapped.size());
    } else {
      for (Index c = 0; c < wrapped.size() / 3; ++c) {
        const Eigen::Vector3d difference = (wrapped - last_wrapped_).segment<3>(3 * c).transpose();
        if (difference.isZero(0)) continue;
        const Eigen::Vector3d step = images_.shortest(difference);
        last_.segment<3>(3 * c) += step.transpose();
        if ((along_ * step).norm() >= sure_length_) ++ambiguous_steps_;
      }
    }
    last_wrapped_ = wrapped;
    rows.row(f) = last_;
  }
}

std::int64_t for_each_unwrapped(const AnalysedRun& run, std::int64_t trajectory,
                                const std::function<void(std::int64_t, const Positions&)>& take) {
  constexpr auto column = trajectory::Column::wrapped;
  const auto stored = run.reader->find(trajectory, column);
  if (!stored) throw IoError(run.reader->place(trajectory, column) + ": is not there");
  require_positions(run, trajectory, column, *stored);
  Unwrapper unwrapper(run.crystal, run.supercell);
  Positions rows;
  bool all_zero = true;
  for (std::int64_t first = 0; first < stored->shape.front(); first += rows_at_a_time) {
    rows.resize(std::min(rows_at_a_time, stored->shape.front() - first), 3 * run.n_carriers);
    const std::span values(rows.data(), static_cast<std::size_t>(rows.size()));
    run.reader->read(trajectory, column, first, rows.rows(), std::as_writable_bytes(values));
    all_zero = all_zero && rows.isZero(0);
    unwrapper.unwrap(rows);
    take(first, rows);
  }
  if (all_zero && run.created_on.empty()) {
    throw InputError(
        Problem{run.reader->place(trajectory, column), 0, "",
                "holds nothing but zeros, as PyCD leaves wrapped coordinates; expected positions"});
  }
  return unwrapper.ambiguous_steps();
}

std::string ambiguity_warning(const AnalysedRun& run, std::int64_t steps) {
  if (run.ambiguous_hop) {
    return fmt::format(
        "the supercell is so small that a hop of {:.6g} angstrom has another image as short: wrapped "
        "coordinates do not tell which way the carrier went, or that it moved at all, and displacements from "
        "them are wrong; run with output_data.unwrapped_traj.write or a larger system_size",
        *run.ambiguous_hop / units::angstrom_in_bohr);
  }
  if (steps == 0) return "";
  return fmt::format(
      "{} steps from one frame to the next are about half a supercell or longer: wrapped coordinates do not "
      "tell which way the carrier went; write more frames (time_interval) or a larger system_size",
      steps);
}

}  // namespace hopmc::analysis
