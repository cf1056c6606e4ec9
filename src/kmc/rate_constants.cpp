#include "rate_constants.hpp"

#include <cmath>
#include <cstdint>
#include <limits>
#include <numbers>

namespace hopmc::kmc {

RateConstants::RateConstants(const energy::Model& model, const InteractionTable& table,
                             const energy::DopantField& dopants) {
  const bool by_cell = !model.supercell.fully_periodic() || !dopants.empty();
  const std::size_t rows = table.rows().size();
  rows_a_cell_ = by_cell ? rows : 0;
  const std::size_t n = rows * table.width();
  c0_.assign(n, -std::numeric_limits<double>::infinity());
  reduced_hartree_.assign(n, 1.0);
  steps_.resize(n);
  const std::int64_t cells = by_cell ? model.supercell.n_cells() : 1;
  base_.assign(static_cast<std::size_t>(cells) * n, 0.0);
  static_part_.assign(base_.size(), 0.0);
  for (std::size_t row = 0; row < rows; ++row) {
    set_row(model, table, row);
    for (std::int64_t cell = 0; cell < cells; ++cell) {
      set_node(model, table, dopants, row, model.supercell.cell_at(cell));
    }
  }
}

void RateConstants::set_row(const energy::Model& model, const InteractionTable& table, std::size_t row) {
  const auto [species, basis] = table.rows()[row];
  const auto& hops = model.hops[static_cast<std::size_t>(basis)];
  for (std::size_t h = 0; h < hops.size(); ++h) {
    const std::size_t i = row * table.width() + h;
    c0_[i] = std::log2(model.attempt_frequency) + hops[h].coupling / model.kT * std::numbers::log2e;
    reduced_hartree_[i] = reduced_hartree(model, hops[h]);
    steps_[i] = {table.row_of(species, hops[h].target), table.distance(model, hops[h].offset), hops[h].offset,
                 hops[h].target};
  }
}

void RateConstants::set_node(const energy::Model& model, const InteractionTable& table,
                             const energy::DopantField& dopants, std::size_t row,
                             const Eigen::Vector3i& cell) {
  const auto [species, basis] = table.rows()[row];
  const auto& hops = model.hops[static_cast<std::size_t>(basis)];
  const std::int64_t site = model.supercell.site_index(basis, cell);
  const double charge = model.species[static_cast<std::size_t>(species)].charge;
  const Start node = start(row, table.place(row, cell), table.width());
  for (std::size_t h = 0; h < hops.size(); ++h) {
    const Eigen::Vector3i target = cell + hops[h].offset;
    const std::int64_t target_site =
        model.supercell.site_index(hops[h].target, model.supercell.folded(target));
    const double static_part = model.static_energy_change(species, basis, hops[h]) +
                               dopants.energy_change(charge, site, target_site);
    const bool possible = rows_a_cell_ == 0 || model.supercell.reachable(target);
    const double x = (hops[h].reorganization_energy + static_part) * reduced_hartree_[node.row + h];
    static_part_[node.node + h] = static_part;
    base_[node.node + h] = possible ? table.exactly_summable(x) : table.forbidden();
  }
}

}  // namespace hopmc::kmc
