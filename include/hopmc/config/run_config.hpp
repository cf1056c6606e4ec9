#pragma once
/// Everything a run is told, in Hartree atomic units: the result of reading the two YAML files, the
/// environment and the command line.

#include <Eigen/Core>
#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "hopmc/config/doping_config.hpp"

namespace hopmc::config {

/// One listed hop distance of a family and class.
struct HopKind {
  double distance = 0;               ///< bohr
  double tolerance = 0;              ///< bohr
  double reorganization_energy = 0;  ///< lambda, hartree, > 0
  double coupling = 0;               ///< V_ab, hartree
};

/// Hops between sites of one element (`A:A`), listed per class of the origin site.
struct HopFamily {
  std::string element;
  std::vector<std::vector<HopKind>> kinds_by_class;
};

/// A kind of carrier (electron, hole) with the charge type that was chosen.
struct Species {
  std::string name;
  double charge = 0;                  ///< e
  std::vector<std::string> elements;  ///< elements whose sites it lives on
  int count = 0;                      ///< carriers of it in the cell
  std::vector<std::int64_t> initial_sites;
};

/// Splitting parameter and cutoffs of the Ewald sum; what is absent is chosen by the program.
struct EwaldInput {
  std::optional<double> alpha;            ///< bohr^-2 (the input number / 1.889726...)
  std::optional<double> r_cut;            ///< bohr
  std::optional<double> k_cut;            ///< 1/bohr
  std::optional<Eigen::Vector3i> k_max;   ///< given as a list: k_cut = 1.1 max(k_max_i |b_i|)
  bool r_cut_is_simulation_cell = false;  ///< half the shortest supercell vector
};

/// sys_config.yml.
struct MaterialConfig {
  std::string name;
  double dielectric_constant = 1;
  double attempt_frequency = 0;                             ///< vn, 1/atomic time
  std::map<std::string, double> ion_charges;                ///< e, of the chosen ion_charge_type
  std::map<std::string, std::vector<int>> class_list;       ///< 0-based class of each atom, POSCAR order
  std::map<std::string, std::vector<double>> class_energy;  ///< hartree, by class; empty: all zero
  std::vector<HopFamily> families;
  std::vector<Species> species;
  EwaldInput ewald;
};

/// external_field.electric; zero magnitude when inactive.
struct ElectricField {
  double magnitude = 0;                                  ///< atomic units of field (E_h / (e bohr))
  Eigen::Vector3d direction = Eigen::Vector3d::UnitX();  ///< any length > 0
  bool in_lattice_vectors = false;                       ///< `ld: 1`
};

/// One entry of output_data.
struct OutputItem {
  bool write = false;
  std::string file_name;  ///< of the npy file
};

enum class Compression { none, gzip, lzf, blosc };
enum class BloscCodec { zstd, lz4 };

/// output_config, output_data and io: what is written and how.
struct OutputConfig {
  bool hdf5 = true;
  bool npy = true;
  OutputItem unwrapped{true, "unwrapped_traj.npy"};
  OutputItem wrapped{false, "wrapped_traj.npy"};
  OutputItem time{true,
                  "time_data.npy"};  ///< time of every hop (PyCD's meaning); frame times are always kept
  OutputItem energy{false, "energy_traj.npy"};
  OutputItem delg_0{false, "delG0_traj.npy"};
  OutputItem potential{false, "potential_traj.npy"};
  OutputItem occupancy{false, "occupancy.npy"};
  bool occupancy_of_every_site = false;  ///< the state of each site instead of the site of each carrier
  bool write_every_step = false;
  Compression compression = Compression::gzip;
  int compression_level = 1;  ///< 0-9, of gzip and blosc
  BloscCodec blosc_codec = BloscCodec::zstd;
  bool shuffle = false;
  bool fletcher32 = false;
  std::optional<std::int64_t> chunk_frames;         ///< absent: chosen
  std::int64_t buffer_memory = 64LL * 1024 * 1024;  ///< bytes a rank may hold in frame buffers
  double flush_interval = 30;                       ///< seconds between flushes at the most
  double checkpoint_interval = 60;                  ///< seconds between checkpoints
  int ranks_per_file = 0;                           ///< 0: one shared file; else ranks to a part file
  bool cross_format_check = true;
  double tolerance = 1e-15;
};

/// What `hopmc analyze` is told of mean square displacements.
struct MsdConfig {
  std::optional<double> longest_lag;        ///< msd_t_final, atomic time; absent: a tenth of the trajectory
  std::optional<std::int64_t> trim_length;  ///< absent: a tenth of the lags
  double equilibration = 0;                 ///< equilibration_time, atomic time: frames before are left out
  int n_dim = 3;
  std::string time_unit = "ns";          ///< repr_time
  std::string length_unit = "angstrom";  ///< repr_dist
  bool error_bars = true;                ///< display_error_bars
};

/// simulation_parameters.yml with everything that overrides it.
struct RunConfig {
  MaterialConfig material;
  double temperature = 0;  ///< K
  Eigen::Vector3i system_size = Eigen::Vector3i::Ones();
  std::array<bool, 3> periodic{true, true, true};
  std::int64_t n_traj = 1;
  /// random_seed: an integer, or a float, which only the replay mode tells from one (it seeds by its hash).
  std::int64_t random_seed = 0;
  std::optional<double> random_seed_float;
  double t_final = 0;        ///< atomic time
  double time_interval = 0;  ///< atomic time
  ElectricField field;
  DopingConfig doping;
  bool replay_pycd = false;
  OutputConfig output;
  MsdConfig msd;
};

/// Keys that only the analysis of results reads: they decide on nothing in them.
inline constexpr std::array<std::string_view, 7> analysis_keys{
    "msd_t_final", "trim_length",       "n_dim", "equilibration_time", "repr_time",
    "repr_dist",   "display_error_bars"};
/// Seconds of a time unit of repr_time, metres of a length unit of repr_dist.
[[nodiscard]] double seconds_of(std::string_view time_unit);
[[nodiscard]] double metres_of(std::string_view length_unit);

}  // namespace hopmc::config
