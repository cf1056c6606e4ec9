#include "interaction_table.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace hopmc::kmc {
namespace {

/// Hops are padded to whole vectors of four doubles.
constexpr std::size_t lane_count = 4;
/// exp(-x) is zero for x above this, whatever the prefactor of the rate.
constexpr double certainly_zero_exponent = 2000;

}  // namespace

InteractionTable::InteractionTable(const energy::Model& model)
    : n_basis_(static_cast<std::size_t>(model.crystal.n_basis())),
      n_cells_(static_cast<std::size_t>(model.supercell.n_cells())),
      size_(model.supercell.size()) {
  set_rows(model);
  set_folding(model.supercell);
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
  width_ = (width_ + lane_count - 1) / lane_count * lane_count;
}

void InteractionTable::set_folding(const lattice::Supercell& supercell) {
  const std::array<std::size_t, 3> stride{
      static_cast<std::size_t>(size_[1]) * static_cast<std::size_t>(size_[2]),
      static_cast<std::size_t>(size_[2]), 1};
  for (int d = 0; d < 3; ++d) {
    const auto axis = static_cast<std::size_t>(d);
    for (int shift = -supercell.size()[d]; shift < supercell.size()[d]; ++shift) {
      const int folded = (shift + supercell.size()[d]) % supercell.size()[d];
      fold_[axis].push_back(static_cast<std::size_t>(folded) * stride[axis]);
    }
  }
}

void InteractionTable::set_energies(const energy::Model& model) {
  values_.assign(rows_.size() * rows_.size() * n_cells_ * width_, 0.0);
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
      const double static_part = std::abs(model.static_energy_change(row.species, row.basis, hop));
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
