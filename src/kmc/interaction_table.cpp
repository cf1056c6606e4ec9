#include "interaction_table.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <string>

#include "hopmc/config/errors.hpp"

namespace hopmc::kmc {
namespace {

/// exp(-x) is zero for x above this, whatever the prefactor of the rate.
constexpr double certainly_zero_exponent = 2000;

}  // namespace

double reduced_hartree(const energy::Model& model, const lattice::Hop& hop) {
  return std::sqrt(std::numbers::log2e / (4 * hop.reorganization_energy * model.kT));
}

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

Place InteractionTable::place(std::size_t row, const Eigen::Vector3i& cell) const noexcept {
  return moved({0, 0, 0, 0, 0}, row, {cell[0] * stride_[0], cell[1] * stride_[1], cell[2] * stride_[2]});
}

Eigen::Vector3i InteractionTable::distance(const energy::Model& model, const Eigen::Vector3i& offset) const {
  const Eigen::Vector3i cells = model.supercell.folded(offset);
  return {cells[0] * stride_[0], cells[1] * stride_[1], cells[2] * stride_[2]};
}

void InteractionTable::set_energies(const energy::Model& model) {
  const std::size_t n = rows_.size() * rows_.size() * n_cells_ * width_;
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
          out[h] = charges * (model.pair(hops[h].target, rows_[b].basis, seen) - here) *
                   reduced_hartree(model, hops[h]);
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
      const double barrier = certainly_zero_exponent + std::abs(hop.coupling) / model.kT;
      needed = std::max(needed, (static_part + hop.reorganization_energy) * reduced_hartree(model, hop) +
                                    std::sqrt(std::numbers::log2e * barrier));
    }
  }
  forbidden_ = std::exp2(std::ceil(std::log2(2 * others + needed)));
  // No sum, with the forbidden energy in it at most twice, reaches 2^52 quanta: all of them are exact.
  quantum_ = 4 * forbidden_ * 0x1p-52;
  for (double& value : values_) value = exactly_summable(value);
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
