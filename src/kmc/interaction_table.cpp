#include "interaction_table.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

#include "clones.hpp"
#include "hopmc/config/errors.hpp"

#include "vector_math.hpp"

namespace hopmc::kmc {
namespace {

/// exp(-x) is zero for x above this, whatever the prefactor of the rate.
constexpr double certainly_zero_exponent = 2000;

/// Where a carrier is, taken out of CarrierCells.
struct Place {
  std::int32_t row, x, y, z;
};

/// 0 <= difference < length, by a mask instead of a branch.
inline std::int32_t folded(std::int32_t difference, std::int32_t length) noexcept {
  return difference + (length & (difference >> 31));
}

/// start[c] = rows[c] + one.row + the cell of `one` as seen from carrier c.
HOPMC_CLONES void starts_seen_from_all(const CarrierCells& carriers, Place one,
                                       const std::array<std::int32_t, 3>& length,
                                       std::uint32_t* __restrict__ start) noexcept {
  const std::size_t n = carriers.padded_size();
  for (std::size_t first = 0; first < n; first += CarrierCells::block) {
    for (std::size_t c = first; c < first + CarrierCells::block; ++c) {
      start[c] = static_cast<std::uint32_t>(
          carriers.seeing[c] + one.row + folded(one.x - carriers.x[c], length[0]) +
          folded(one.y - carriers.y[c], length[1]) + folded(one.z - carriers.z[c], length[2]));
    }
  }
}

/// start[c] = rows[c] + one.row + the cell of carrier c as seen from `one`.
HOPMC_CLONES void starts_seen_from_one(const CarrierCells& carriers, Place one,
                                       const std::array<std::int32_t, 3>& length,
                                       std::uint32_t* __restrict__ start) noexcept {
  const std::size_t n = carriers.padded_size();
  for (std::size_t first = 0; first < n; first += CarrierCells::block) {
    for (std::size_t c = first; c < first + CarrierCells::block; ++c) {
      start[c] = static_cast<std::uint32_t>(
          carriers.seen[c] + one.row + folded(carriers.x[c] - one.x, length[0]) +
          folded(carriers.y[c] - one.y, length[1]) + folded(carriers.z[c] - one.z, length[2]));
    }
  }
}

}  // namespace

InteractionTable::InteractionTable(const energy::Model& model)
    : n_basis_(static_cast<std::size_t>(model.crystal.n_basis())),
      n_cells_(static_cast<std::size_t>(model.supercell.n_cells())) {
  set_rows(model);
  set_energies(model);
  make_sums_exact(model);
  forbid_double_occupancy(model);
}

void InteractionTable::set_rows(const energy::Model& model) {
  row_of_.assign(model.species.size() * n_basis_, 0);
  for (std::size_t s = 0; s < model.species.size(); ++s) {
    if (model.species[s].count == 0) continue;
    for (const int basis : model.species[s].basis) {
      row_of_[s * n_basis_ + static_cast<std::size_t>(basis)] = rows_.size();
      rows_.push_back({static_cast<int>(s), basis});
      width_ = std::max(width_, model.hops[static_cast<std::size_t>(basis)].size());
    }
  }
  width_ = (width_ + lanes - 1) / lanes * lanes;
}

void InteractionTable::place(CarrierCells& carriers, std::size_t c, std::size_t row,
                             const Eigen::Vector3i& cell) const noexcept {
  const std::size_t seen = row * n_cells_ * width_;
  carriers.seen[c] = static_cast<std::int32_t>(seen);
  carriers.seeing[c] = static_cast<std::int32_t>(seen * rows_.size());
  carriers.x[c] = cell[0] * stride_[0];
  carriers.y[c] = cell[1] * stride_[1];
  carriers.z[c] = cell[2] * stride_[2];
}

void InteractionTable::to_all(const CarrierCells& carriers, std::size_t seen,
                              std::uint32_t* start) const noexcept {
  const Place one{carriers.seen[seen], carriers.x[seen], carriers.y[seen], carriers.z[seen]};
  starts_seen_from_all(carriers, one, length_, start);
}

void InteractionTable::from_all(const CarrierCells& carriers, std::size_t moved,
                                std::uint32_t* start) const noexcept {
  const Place one{carriers.seeing[moved], carriers.x[moved], carriers.y[moved], carriers.z[moved]};
  starts_seen_from_one(carriers, one, length_, start);
  start[moved] = nothing();
}

void InteractionTable::set_energies(const energy::Model& model) {
  const std::size_t n = (rows_.size() * rows_.size() * n_cells_ + 1) * width_;
  if (n > static_cast<std::size_t>(std::numeric_limits<std::int32_t>::max())) {
    throw InputError(
        Problem{"", 0, "system_size",
                "the supercell is too large for several carriers: their interactions would take " +
                    std::to_string(n * sizeof(double) >> 30) + " GiB on every rank"});
  }
  values_.assign(n, 0.0);
  int stride = static_cast<int>(width_);
  for (int d = 2; d >= 0; --d) {
    stride_[static_cast<std::size_t>(d)] = stride;
    stride *= model.supercell.size()[d];
    length_[static_cast<std::size_t>(d)] = stride;
  }
  for (std::size_t a = 0; a < rows_.size(); ++a) {
    const auto& hops = model.hops[static_cast<std::size_t>(rows_[a].basis)];
    for (std::size_t b = 0; b < rows_.size(); ++b) {
      const double charges = 2 * model.species[static_cast<std::size_t>(rows_[a].species)].charge *
                             model.species[static_cast<std::size_t>(rows_[b].species)].charge;
      for (std::size_t cell = 0; cell < n_cells_; ++cell) {
        const Eigen::Vector3i other = model.supercell.cell_at(static_cast<std::int64_t>(cell));
        const double here = model.pair(rows_[a].basis, rows_[b].basis, static_cast<std::int64_t>(cell));
        double* const out = &values_[((a * rows_.size() + b) * n_cells_ + cell) * width_];
        for (std::size_t h = 0; h < hops.size(); ++h) {
          const auto seen = model.supercell.cell_index(model.supercell.folded(other - hops[h].offset));
          out[h] = charges * (model.pair(hops[h].target, rows_[b].basis, seen) - here);
        }
      }
    }
  }
}

void InteractionTable::make_sums_exact(const energy::Model& model) {
  double largest = 0;
  for (const double value : values_) largest = std::max(largest, std::abs(value));
  // High enough that every hop with it has rate 0, whatever the other carriers add.
  const double others = largest * model.n_carriers();
  double needed = 0;
  for (const auto& row : rows_) {
    for (const auto& hop : model.hops[static_cast<std::size_t>(row.basis)]) {
      const double static_part = std::abs(model.static_energy_change(row.species, row.basis, hop)) +
                                 model.largest_doping_change(row.species);
      const double barrier = certainly_zero_exponent * model.kT + std::abs(hop.coupling);
      needed = std::max(needed, static_part + hop.reorganization_energy +
                                    std::sqrt(4 * hop.reorganization_energy * barrier));
    }
  }
  forbidden_ = std::exp2(std::ceil(std::log2(2 * others + needed)));
  // Sums stay below 2^52 quanta, so that all of them are exact.
  const double quantum = std::exp2(std::ceil(std::log2(forbidden_ + 2 * others)) - 52);
  for (double& value : values_) value = std::nearbyint(value / quantum) * quantum;
}

void InteractionTable::forbid_double_occupancy(const energy::Model& model) {
  for (std::size_t a = 0; a < rows_.size(); ++a) {
    const auto& hops = model.hops[static_cast<std::size_t>(rows_[a].basis)];
    for (std::size_t b = 0; b < rows_.size(); ++b) {
      for (std::size_t h = 0; h < hops.size(); ++h) {
        if (hops[h].target != rows_[b].basis) continue;
        const auto cell =
            static_cast<std::size_t>(model.supercell.cell_index(model.supercell.folded(hops[h].offset)));
        values_[((a * rows_.size() + b) * n_cells_ + cell) * width_ + h] = forbidden_;
      }
    }
  }
}

}  // namespace hopmc::kmc
