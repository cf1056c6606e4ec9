#include "metadata_checks.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <array>
#include <cctype>
#include <vector>

namespace hopmc::validate {
namespace {

std::string shown(const std::string& value) {
  return '"' + value + '"';
}
std::string shown(double value) {
  return fmt::format("{:.17g}", value);
}
std::string shown(std::int64_t value) {
  return fmt::format("{}", value);
}
template <class Range>
std::string shown(const Range& values) {
  return fmt::format("[{}]", fmt::join(values, ", "));
}

/// Compares entries of one stored description.
class Comparison {
 public:
  Comparison(std::string place, MismatchLog& log) : place_(std::move(place)), log_(&log) {}

  template <class T>
  void same(const char* entry, const T& stored, const T& expected) {
    if (stored == expected) return;
    report(entry, fmt::format("is {}, but the configuration says {}", shown(stored), shown(expected)));
  }
  void report(const char* entry, const std::string& message) {
    log_->add(std::string("metadata: ") + entry, place_ + "/" + entry, message);
  }

 private:
  std::string place_;
  MismatchLog* log_;
};

/// "2024-05-06T07:08:09Z", with or without fractions of a second and with Z or +00:00.
bool is_utc_time(const std::string& text) {
  static constexpr std::string_view pattern = "dddd-dd-ddTdd:dd:dd";
  if (text.size() <= pattern.size()) return false;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    const bool digit = std::isdigit(static_cast<unsigned char>(text[i])) != 0;
    if (pattern[i] == 'd' ? !digit : text[i] != pattern[i]) return false;
  }
  return text.ends_with("Z") || text.ends_with("+00:00");
}

std::vector<double> numbers_of(const Eigen::Matrix3d& m) {
  std::vector<double> numbers;
  for (int r = 0; r < 3; ++r) {
    for (int c = 0; c < 3; ++c) numbers.push_back(m(r, c));
  }
  return numbers;
}

}  // namespace

void check_metadata(const trajectory::RunMetadata& stored, const trajectory::RunMetadata& expected,
                    const std::string& place, MismatchLog& log) {
  Comparison info(place + "/simulation_info", log);
  if (stored.version.empty()) info.report("version", "is empty");
  if (!is_utc_time(stored.created_on)) {
    info.report("created_on",
                fmt::format("is {}, expected an ISO 8601 time in UTC", shown(stored.created_on)));
  }
  Comparison system(place + "/system_info", log);
  system.same("lattice_matrix", numbers_of(stored.lattice_matrix), numbers_of(expected.lattice_matrix));
  system.same("pbc", stored.pbc, expected.pbc);
  system.same("system_size", stored.system_size, expected.system_size);
  system.same("species_count", stored.species_count, expected.species_count);
  system.same("species_types", stored.species_types, expected.species_types);
  system.same("temperature", stored.temperature, expected.temperature);
  Comparison parameters(place + "/simulation_params", log);
  parameters.same("time_interval", stored.time_interval, expected.time_interval);
  parameters.same("t_final", stored.t_final, expected.t_final);
  parameters.same("n_traj", stored.n_traj, expected.n_traj);
  parameters.same("random_seed", stored.random_seed, expected.random_seed);
  parameters.same("n_frames", stored.n_frames, expected.n_frames);
}

void check_same_run(const trajectory::RunMetadata& hdf5, const trajectory::RunMetadata& record,
                    const std::string& place, MismatchLog& log) {
  if (hdf5.created_on == record.created_on) return;
  log.add("run record", place,
          fmt::format("describes a run of {}, but the HDF5 file beside it is of {}", record.created_on,
                      hdf5.created_on));
}

}  // namespace hopmc::validate
