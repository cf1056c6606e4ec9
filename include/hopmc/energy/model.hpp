#pragma once
/// The immutable physical model of a run, the same on every rank: crystal, hops, energies.

#include <Eigen/Core>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "hopmc/config/errors.hpp"
#include "hopmc/config/load.hpp"
#include "hopmc/energy/doping.hpp"
#include "hopmc/energy/ewald.hpp"
#include "hopmc/lattice/crystal.hpp"
#include "hopmc/lattice/hop_table.hpp"
#include "hopmc/lattice/shell_map.hpp"
#include "hopmc/lattice/supercell.hpp"

namespace hopmc::energy {

/// A kind of carrier and the basis sites it lives on.
struct Species {
  std::string name;
  double charge = 0;       ///< e
  int count = 0;           ///< carriers in the cell
  std::vector<int> basis;  ///< basis indices, ascending
  std::vector<std::int64_t>
      initial_sites;  ///< given initial occupancy; the remaining carriers are placed at random
};

/// The landscape that carriers see; that of the undoped crystal, to which a DopantField adds.
///
/// Rate of a hop, k = attempt_frequency * exp(-((lambda + dG0)^2 / (4 lambda) - V_ab) / kT): adiabatic Marcus
/// theory, R. A. Marcus and N. Sutin, Biochim. Biophys. Acta 811, 265 (1985).
/// Where the supercell is not periodic, hops across its faces are removed; electrostatics stays that of the
/// supercell repeated in all three directions.
struct Model {
  lattice::Crystal crystal;
  lattice::Supercell supercell{Eigen::Vector3i::Ones(), {true, true, true}, 1};
  lattice::HopTable hops;
  std::vector<Species> species;       ///< all of sys_config, also those with count 0
  std::vector<int> carrier_species;   ///< species of carrier c; carriers of a species are contiguous
  std::vector<double> ion_charge;     ///< e, by basis site
  std::vector<double> ion_potential;  ///< hartree/e, by basis site
  std::vector<double> site_energy;    ///< relative site energy by basis site, hartree
  EwaldParameters ewald;
  PairMatrix pair;            ///< among the basis sites of species with carriers and of charged dopants
  double lattice_energy = 0;  ///< energy of the ions alone and of the background, hartree
  double total_charge = 0;    ///< that the background neutralises, e
  std::vector<DopantKind> dopant_kinds;     ///< of doping_element_map; empty: nothing is doped
  std::map<int, lattice::ShellMap> shells;  ///< by host element of the dopants
  double dielectric = 1;
  double attempt_frequency = 0;                     ///< 1/atomic time
  double kT = 0;                                    ///< hartree
  Eigen::Vector3d field = Eigen::Vector3d::Zero();  ///< atomic units
  double t_final = 0;                               ///< atomic time
  double time_interval = 0;                         ///< atomic time
  std::int64_t n_frames = 0;                        ///< floor(t_final / time_interval) + 1
  bool replay_pycd = false;

  [[nodiscard]] bool doped() const noexcept { return !dopant_kinds.empty(); }
  [[nodiscard]] int n_carriers() const noexcept { return static_cast<int>(carrier_species.size()); }
  [[nodiscard]] double charge_of(int carrier) const {
    return species[static_cast<std::size_t>(carrier_species[static_cast<std::size_t>(carrier)])].charge;
  }
  /// dG0 of a hop of a lone carrier: ions, site energies and, outside the replay mode, the field. hartree.
  [[nodiscard]] double static_energy_change(int species_index, int basis, const lattice::Hop& hop) const;
  /// Marcus rate for dG0 (replay mode: with PyCD's field term for this hop vector), 1/atomic time.
  [[nodiscard]] double rate(const lattice::Hop& hop, double delta_g0) const;
  /// P between two sites of the supercell, hartree per e^2.
  [[nodiscard]] double pair_energy(std::int64_t site_a, std::int64_t site_b) const;
  /// Electrostatic energy of the state (ions, dopants, carriers, background), hartree. `sites`: one per
  /// carrier.
  [[nodiscard]] double electrostatic_energy(std::span<const std::int64_t> sites,
                                            const DopantField& dopants = {}) const;
  /// Sum of relative site energies of the carriers, hartree.
  [[nodiscard]] double total_site_energy(std::span<const std::int64_t> sites,
                                         const DopantField& dopants = {}) const;
  /// No DopantField of this model changes dG0 of a hop of the species by more, hartree.
  [[nodiscard]] double largest_doping_change(int species_index) const;
  /// Cartesian position of a site inside the supercell, bohr, each supercell-fractional coordinate in [0, 1).
  [[nodiscard]] Eigen::Vector3d wrapped_position(std::int64_t site) const;
};

/// Target error of hop energies where the program chooses the Ewald cutoffs: 1e-6 eV, in hartree.
[[nodiscard]] double default_ewald_error() noexcept;

/// The electric field as a Cartesian vector, atomic units. `lattice`: rows are the vectors of the unit cell.
[[nodiscard]] Eigen::Vector3d field_vector(const config::ElectricField& field,
                                           const Eigen::Matrix3d& lattice);

/// Builds the model from the configuration (local, deterministic). Every problem found goes to `problems`:
/// more carriers than sites, initial sites out of range or doubly used, species without hops, hops whose
/// distance matches nothing, replay of what cannot be replayed.
[[nodiscard]] Model build_model(const config::CaseFiles& files, const config::LoadedConfig& config,
                                Problems& problems);

}  // namespace hopmc::energy
