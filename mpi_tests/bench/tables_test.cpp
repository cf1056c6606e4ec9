// Figures and tables from made-up times.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <sstream>

#include "hopmc/bench/io_benchmark.hpp"

namespace hopmc::bench {
namespace {

std::vector<std::string> split(const std::string& line, char separator) {
  std::vector<std::string> words;
  std::istringstream stream(line);
  for (std::string word; std::getline(stream, word, separator);) words.push_back(word);
  if (line.ends_with(separator)) words.emplace_back();
  return words;
}

using Line = std::map<std::string, std::string>;

std::vector<Line> parse_csv(const std::string& text) {
  const auto lines = split(text.substr(0, text.find_last_not_of('\n') + 1), '\n');
  const auto names = split(lines.front(), ',');
  std::vector<Line> parsed;
  for (std::size_t i = 1; i < lines.size(); ++i) {
    const auto cells = split(lines[i], ',');
    EXPECT_EQ(cells.size(), names.size()) << lines[i];
    Line line;
    for (std::size_t c = 0; c < std::min(cells.size(), names.size()); ++c) line[names[c]] = cells[c];
    parsed.push_back(line);
  }
  return parsed;
}

/// Three rounds; `total` of each, of which the two flushes take all but 0.1 s each for creating and closing.
IoResult result(Format format, int ranks, const std::vector<double>& totals) {
  IoResult r;
  r.setting = {format, ranks, 2, 64, "", {}};
  if (r.setting.has_hdf5()) r.setting.compression = "gzip:1";
  r.raw_bytes = 10'000'000 * ranks;
  r.flushes = 2;
  r.n_datasets = 4 * ranks;
  for (const double total : totals) {
    Measurement m;
    m.create = m.close = 0.1;
    m.total = total;
    m.first_flush = m.later_flushes = (total - 0.2) / 2;
    m.stored_bytes = 5'000'000;
    r.rounds.push_back(m);
  }
  return r;
}

std::vector<IoResult> example() {
  return {result(Format::mpi, 1, {1, 2, 4}), result(Format::npy, 1, {1, 1, 1}),
          result(Format::hdf5, 1, {2, 2, 2}), result(Format::mpi, 2, {1, 1, 1}),
          result(Format::hdf5, 2, {2, 4, 1})};
}

TEST(Csv, HoldsMediansAndRatiosWithinRounds) {
  const auto lines = parse_csv(to_csv({}, example()));
  ASSERT_EQ(lines.size(), 5u);
  const Line& one = lines[2];
  EXPECT_EQ(one.at("format"), "hdf5");
  EXPECT_EQ(one.at("compression"), "gzip:1");
  EXPECT_EQ(one.at("ranks_per_file"), "0");
  EXPECT_EQ(one.at("MB_per_s"), "5");
  EXPECT_EQ(one.at("of_mpi"), "1") << "median of 1/2, 2/2, 4/2";
  EXPECT_EQ(one.at("of_mpi_min"), "0.5");
  EXPECT_EQ(one.at("of_mpi_max"), "2");
  EXPECT_EQ(one.at("append_of_mpi"), "1") << "median of 0.8/1.8, 1.8/1.8, 3.8/1.8";
  EXPECT_EQ(one.at("append_of_mpi_min").substr(0, 6), "0.4444");
  EXPECT_EQ(one.at("time_of_npy"), "2");
  EXPECT_EQ(one.at("speedup"), "") << "it is the one with the fewest ranks";
  EXPECT_EQ(one.at("later_flush_s"), "0.9");
  EXPECT_EQ(one.at("dataset_write_s"), "0.225") << "four datasets";
  EXPECT_EQ(one.at("read_frame_s"), "");
  const Line& two = lines[4];
  EXPECT_EQ(two.at("speedup"), "2") << "median of 2*2/2, 2*2/4, 2*2/1";
  EXPECT_EQ(two.at("speedup_min"), "1");
  EXPECT_EQ(two.at("speedup_max"), "4");
  EXPECT_EQ(two.at("time_of_npy"), "") << "npy was not measured on two ranks";
  EXPECT_EQ(lines[0].at("of_mpi"), "");
  EXPECT_EQ(lines[0].at("ranks_per_file"), "") << "means nothing here";
}

TEST(Csv, HasReadingWhereItWasMeasured) {
  IoPlan plan;
  plan.shape = {1000, 3, true, true};
  std::vector<IoResult> results{result(Format::npy, 1, {1, 1, 1})};
  for (Measurement& m : results[0].rounds) {
    m.read_trajectories = 0.1;
    m.read_frames = 1.28;
    m.read_carrier = 0.01;
  }
  const auto line = parse_csv(to_csv(plan, results)).front();
  EXPECT_EQ(line.at("read_trajectory_MB_per_s"), "3.2") << "2 trajectories of 1000 frames of 160 bytes";
  EXPECT_EQ(line.at("read_frame_s"), "0.01") << "64 frames of each";
  EXPECT_EQ(line.at("read_carrier_MB_per_s"), "4.8") << "24 bytes a frame";
}

TEST(Markdown, RowsHaveAsManyCellsAsTheirHeader) {
  const std::string text = to_markdown({}, example());
  std::size_t expected = 0;
  std::size_t rows = 0;
  for (const std::string& line : split(text, '\n')) {
    if (!line.starts_with("|")) {
      expected = 0;
      continue;
    }
    const auto cells = static_cast<std::size_t>(std::count(line.begin(), line.end(), '|'));
    if (expected == 0) expected = cells;
    EXPECT_EQ(cells, expected) << line;
    ++rows;
  }
  EXPECT_EQ(rows, 2 * (2 + 5u)) << "two tables, nothing was read";
  EXPECT_NE(text.find("5.00 (5.00 to 5.00)"), std::string::npos);
}

}  // namespace
}  // namespace hopmc::bench
