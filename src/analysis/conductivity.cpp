#include "conductivity.hpp"

#include <Eigen/LU>
#include <cmath>

namespace hopmc::analysis {

Estimate conductivity(const Analysis& a, const AnalysedRun& run) {
  double sum_q2 = 0;
  for (const SpeciesResult& s : a.species) sum_q2 += static_cast<double>(s.count) * s.charge * s.charge;
  const double volume =
      std::abs(run.crystal.lattice.determinant()) * static_cast<double>(run.supercell.n_cells());
  // A lone carrier is all the charge there is.
  const Estimate& of_charge =
      a.collective ? a.collective->charge_diffusivity : a.species.front().diffusion.diffusivity;
  return of_charge.times(sum_q2 / (volume * run.kT));
}

}  // namespace hopmc::analysis
