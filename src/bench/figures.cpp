#include "figures.hpp"

#include <algorithm>
#include <functional>

namespace hopmc::bench {
namespace {

constexpr double megabyte = 1e6;

using PerRound = std::function<double(const Measurement&)>;
using OfRound = std::function<double(const IoResult&, const Measurement&)>;

double total_rate(const IoResult& result, const Measurement& m) {
  return static_cast<double>(result.raw_bytes) / m.total / megabyte;
}
double append_rate(const IoResult& result, const Measurement& m) {
  return static_cast<double>(result.raw_bytes) / (m.first_flush + m.later_flushes) / megabyte;
}
double total_time(const IoResult& /*result*/, const Measurement& m) {
  return m.total;
}

Spread over_rounds(const IoResult& result, const PerRound& value) {
  std::vector<double> values;
  for (const Measurement& m : result.rounds) values.push_back(value(m));
  return spread_of(values);
}

/// `value` of a result over that of another in the same round: what else the machine did hit both.
std::optional<Spread> ratio(const IoResult& result, const IoResult* other, const OfRound& value) {
  if (other == nullptr || other == &result) return std::nullopt;
  std::vector<double> values;
  for (std::size_t round = 0; round < result.rounds.size(); ++round) {
    values.push_back(value(result, result.rounds[round]) / value(*other, other->rounds[round]));
  }
  return spread_of(values);
}

bool same_data(const Setting& a, const Setting& b) {
  return a.trajectories == b.trajectories && a.chunk_frames == b.chunk_frames;
}

/// The raw or npy twin of a setting.
const IoResult* twin(const std::vector<IoResult>& results, const IoResult& of, Format format) {
  const auto found = std::find_if(results.begin(), results.end(), [&](const IoResult& r) {
    return r.setting.format == format && r.setting.ranks == of.setting.ranks &&
           same_data(r.setting, of.setting);
  });
  return found == results.end() ? nullptr : &*found;
}

/// The same setting on the fewest ranks.
const IoResult* on_fewest_ranks(const std::vector<IoResult>& results, const IoResult& of) {
  const IoResult* fewest = nullptr;
  for (const IoResult& r : results) {
    const bool same = r.setting.format == of.setting.format && same_data(r.setting, of.setting) &&
                      r.setting.compression == of.setting.compression &&
                      r.setting.options.ranks_per_file == of.setting.options.ranks_per_file;
    if (same && (fewest == nullptr || r.setting.ranks < fewest->setting.ranks)) fewest = &r;
  }
  return fewest;
}

void add_reading(const IoPlan& plan, const IoResult& result, Figures& figures) {
  if (result.rounds.empty() || result.rounds.front().read_trajectories <= 0) return;
  const ReadAmounts amounts = read_amounts(plan.shape, result.setting.trajectories);
  const auto rate = [](std::int64_t bytes, double seconds) {
    return static_cast<double>(bytes) / seconds / megabyte;
  };
  figures.read_trajectory = over_rounds(
      result, [&](const Measurement& m) { return rate(amounts.trajectory_bytes, m.read_trajectories); });
  figures.read_frame = over_rounds(
      result, [&](const Measurement& m) { return m.read_frames / static_cast<double>(amounts.frames); });
  figures.read_carrier =
      over_rounds(result, [&](const Measurement& m) { return rate(amounts.carrier_bytes, m.read_carrier); });
}

}  // namespace

Figures figures_of(const IoPlan& plan, const std::vector<IoResult>& results, std::size_t i) {
  const IoResult& result = results[i];
  const auto later = [&](const Measurement& m) { return m.later_flushes / std::max(result.flushes - 1, 1); };
  const IoResult* mpi = twin(results, result, Format::mpi);

  Figures figures;
  figures.rate = over_rounds(result, [&](const Measurement& m) { return total_rate(result, m); });
  figures.of_mpi = ratio(result, mpi, total_rate);
  figures.append_of_mpi = ratio(result, mpi, append_rate);
  figures.speedup = ratio(result, on_fewest_ranks(results, result), total_rate);
  figures.time_of_npy = ratio(result, twin(results, result, Format::npy), total_time);
  figures.create = over_rounds(result, [](const Measurement& m) { return m.create; });
  figures.first_flush = over_rounds(result, [](const Measurement& m) { return m.first_flush; });
  figures.later_flush = over_rounds(result, later);
  figures.dataset_write = over_rounds(
      result, [&](const Measurement& m) { return later(m) / static_cast<double>(result.n_datasets); });
  figures.close = over_rounds(result, [](const Measurement& m) { return m.close; });
  figures.total = over_rounds(result, [](const Measurement& m) { return m.total; });
  if (!result.rounds.empty()) figures.stored_bytes = result.rounds.back().stored_bytes;
  add_reading(plan, result, figures);
  return figures;
}

}  // namespace hopmc::bench
