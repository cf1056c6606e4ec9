#include "conductivity.hpp"

#include <Eigen/LU>
#include <cmath>

#include "hopmc/analysis/report.hpp"

namespace hopmc::analysis {

double supercell_volume(const lattice::Crystal& crystal, const lattice::Supercell& supercell) {
  return std::abs(crystal.lattice.determinant()) * static_cast<double>(supercell.n_cells());
}

double exact_conductivity(const ExactResult& exact, const config::MsdConfig& msd) {
  return exact.charge * exact.charge * exact_diffusivity(exact, msd) / (exact.volume * exact.kT);
}

Estimate conductivity(const Analysis& a, const AnalysedRun& run) {
  double sum_q2 = 0;
  for (const SpeciesResult& s : a.species) sum_q2 += static_cast<double>(s.count) * s.charge * s.charge;
  const double volume = supercell_volume(run.crystal, run.supercell);
  // A lone carrier is all the charge there is.
  const Estimate& of_charge =
      a.collective ? a.collective->charge_diffusivity : a.species.front().diffusion.diffusivity;
  return of_charge.times(sum_q2 / (volume * run.kT));
}

}  // namespace hopmc::analysis
