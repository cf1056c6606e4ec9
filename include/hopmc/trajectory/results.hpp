#pragma once
/// Results of a run as a whole, whatever they mean, kept in the shared file beside its trajectories.

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "hopmc/trajectory/note.hpp"

namespace hopmc::trajectory {

/// An array of real numbers: a dataset.
struct Quantity {
  std::string name;
  std::vector<std::int64_t> shape;
  std::vector<double> values;  ///< row-major
  std::string units;
  std::string si_units;
  double si_factor = 1;  ///< stored number * si_factor = value in si_units
  std::string about;
};

/// Contents of the group /analysis/GROUP: attributes and datasets.
struct Results {
  Note note;  ///< gives the group its name and its attributes
  std::vector<Quantity> quantities;

  /// Null where there is none of this name.
  [[nodiscard]] const Quantity* find(const std::string& name) const;
};

/// A group or dataset of results that cannot be used.
struct ResultsDamage {
  std::string place;    ///< "trajectory_data.h5:/analysis/GROUP/NAME"
  std::string message;  ///< begins with the place
};

/// Adds results to a shared file that nobody has open. Local; for one rank. Throws IoError.
void append_results(const std::filesystem::path& shared_file, const Results& results);

}  // namespace hopmc::trajectory
