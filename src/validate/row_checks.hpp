#pragma once
/// What the rows of a trajectory must fulfil by themselves, whatever the format.

#include <Eigen/Core>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "expectation.hpp"
#include "mismatch_log.hpp"

namespace hopmc::validate {

/// Violations of one rule in one trajectory: how many, and the first.
class Rule {
 public:
  explicit Rule(std::string topic) : topic_(std::move(topic)) {}
  [[nodiscard]] bool first() const noexcept { return count_ == 0; }
  void violated(std::string place, std::int64_t row, std::string message);
  void violated_again() noexcept { ++count_; }
  void report(MismatchLog& log) const;

 private:
  std::string topic_;
  std::string place_;
  std::string message_;
  std::int64_t row_ = 0;
  std::int64_t count_ = 0;
};

/// Rows [first, first + n) of the frame columns that are there; empty spans for the others.
struct FrameRows {
  std::int64_t first = 0;
  std::span<const double> time;
  std::span<const double> unwrapped;
  std::span<const double> wrapped;
  std::span<const std::int32_t> occupancy;
  std::string time_place;
  std::string unwrapped_place;
  std::string wrapped_place;
  std::string occupancy_place;
};

/// Rules on frames: times, positions, sites.
class FrameChecks {
 public:
  explicit FrameChecks(const Expectation& expectation);
  void rows(const FrameRows& rows);
  void report(MismatchLog& log) const;

 private:
  void check_times(const FrameRows& rows);
  void check_start(const FrameRows& rows);
  void check_positions(const FrameRows& rows);
  void check_sites(const FrameRows& rows);
  void check_states(const FrameRows& rows);
  [[nodiscard]] bool allowed(int species, std::int64_t site) const;
  bool check_site(const FrameRows& rows, std::int64_t row, std::size_t carrier, std::int64_t site);
  void check_site_positions(const FrameRows& rows);

  const Expectation* e_;
  std::size_t n_carriers_ = 0;
  double last_time_ = -1;
  std::vector<double> first_wrapped_;
  Eigen::Matrix<bool, 1, 3> fold_;  ///< directions along which positions may differ by supercell vectors
  Rule times_{"time: sequence"};
  Rule start_{"coordinates/unwrapped: start"};
  Rule positions_{"coordinates/wrapped: wrapped = unwrapped modulo the lattice"};
  Rule sites_{"occupancy: sites"};
  Rule shared_sites_{"occupancy: two carriers on one site"};
  Rule site_positions_{"coordinates/wrapped: position of the site"};
};

/// Rule on hop times: from 0, never decreasing.
class HopChecks {
 public:
  void rows(std::int64_t first, std::span<const double> time, const std::string& place);
  void report(MismatchLog& log) const { times_.report(log); }

 private:
  double last_ = -1;
  Rule times_{"time_data: sequence"};
};

}  // namespace hopmc::validate
