#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <optional>

#include "figures.hpp"
#include "hopmc/bench/io_benchmark.hpp"
#include "hopmc/ensemble/progress.hpp"

namespace hopmc::bench {
namespace {

using Row = std::vector<std::string>;

/// Cells of one line of a CSV file.
class CsvLine {
 public:
  template <class T>
  void add(const T& value) {
    text_ += fmt::format("{}{}", text_.empty() ? "" : ",", value);
  }
  void add(const std::optional<Spread>& spread) {
    if (spread) {
      text_ += fmt::format(",{:.6g},{:.6g},{:.6g}", spread->median, spread->least, spread->most);
    } else {
      text_ += ",,,";
    }
  }
  [[nodiscard]] std::string text() const { return text_ + "\n"; }

 private:
  std::string text_;
};

constexpr std::array<const char*, 14> setting_columns{"format",
                                                      "ranks",
                                                      "trajectories_per_rank",
                                                      "frames",
                                                      "carriers",
                                                      "chunk_frames",
                                                      "chunk_bytes",
                                                      "chunks_per_flush",
                                                      "compression",
                                                      "ranks_per_file",
                                                      "raw_bytes",
                                                      "stored_bytes",
                                                      "flushes",
                                                      "repetitions"};
/// Each with its least and most.
constexpr std::array<const char*, 14> figure_columns{"MB_per_s",      "of_mpi",
                                                     "append_of_mpi", "speedup",
                                                     "time_of_npy",   "total_s",
                                                     "create_s",      "first_flush_s",
                                                     "later_flush_s", "dataset_write_s",
                                                     "close_s",       "read_trajectory_MB_per_s",
                                                     "read_frame_s",  "read_carrier_MB_per_s"};

std::string csv_header() {
  std::string text = fmt::format("{}", fmt::join(setting_columns, ","));
  for (const char* name : figure_columns) text += fmt::format(",{0},{0}_min,{0}_max", name);
  return text + "\n";
}

std::string csv_line(const IoPlan& plan, const IoResult& result, const Figures& figures) {
  const Setting& s = result.setting;
  CsvLine line;
  line.add(name_of(s.format));
  line.add(s.ranks);
  line.add(s.trajectories);
  line.add(plan.shape.frames);
  line.add(plan.shape.n_carriers);
  line.add(s.chunk_frames);
  line.add(result.chunk_bytes);
  line.add(plan.chunks_per_flush);
  line.add(s.compression);
  line.add(s.has_hdf5() ? fmt::format("{}", s.options.ranks_per_file) : "");
  line.add(result.raw_bytes);
  line.add(figures.stored_bytes);
  line.add(result.flushes);
  line.add(result.rounds.size());
  const auto later = [&](const Spread& spread) {
    return result.flushes > 1 ? std::optional(spread) : std::nullopt;
  };
  for (const std::optional<Spread>& spread :
       {std::optional(figures.rate), figures.of_mpi, figures.append_of_mpi, figures.speedup,
        figures.time_of_npy, std::optional(figures.total), std::optional(figures.create),
        std::optional(figures.first_flush), later(figures.later_flush), later(figures.dataset_write),
        std::optional(figures.close), figures.read_trajectory, figures.read_frame, figures.read_carrier}) {
    line.add(spread);
  }
  return line.text();
}

/// Columns as wide as their longest cell; numbers stand at the right.
std::string markdown_table(const std::vector<Row>& rows, std::size_t text_columns) {
  std::vector<std::size_t> widths(rows.front().size(), 3);
  for (const Row& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
  }
  std::string text;
  for (std::size_t r = 0; r < rows.size(); ++r) {
    for (std::size_t i = 0; i < widths.size(); ++i) {
      text += i < text_columns ? fmt::format("| {:<{}} ", rows[r][i], widths[i])
                               : fmt::format("| {:>{}} ", rows[r][i], widths[i]);
    }
    text += "|\n";
    if (r > 0) continue;
    for (std::size_t i = 0; i < widths.size(); ++i) {
      const std::string dashes(widths[i] + 1, '-');
      text += i < text_columns ? fmt::format("|:{}", dashes) : fmt::format("|{}:", dashes);
    }
    text += "|\n";
  }
  return text;
}

std::string number(double value) {
  return value < 9.95 ? fmt::format("{:.2f}", value) : fmt::format("{:.0f}", value);
}
std::string range(const Spread& spread) {
  return fmt::format("{} ({} to {})", number(spread.median), number(spread.least), number(spread.most));
}
std::string or_dash(const std::optional<Spread>& spread) {
  return spread ? fmt::format("{:.2f}", spread->median) : "-";
}
std::string seconds(const Spread& spread) {
  return ensemble::short_time(spread.median);
}

constexpr std::size_t n_names = 6;
Row names_header() {
  return {"format", "compression", "ranks a file", "ranks", "trajectories a rank", "chunk, frames"};
}
Row names_of(const IoResult& result) {
  const Setting& s = result.setting;
  std::string per_file = "-";
  if (s.has_hdf5())
    per_file = s.options.ranks_per_file > 0 ? fmt::format("{}", s.options.ranks_per_file) : "all";
  return {std::string(name_of(s.format)),
          s.compression.empty() ? "-" : s.compression,
          per_file,
          fmt::format("{}", s.ranks),
          fmt::format("{}", s.trajectories),
          fmt::format("{}", s.chunk_frames)};
}

Row extended(Row row, const Row& more) {
  row.insert(row.end(), more.begin(), more.end());
  return row;
}

}  // namespace

std::string to_csv(const IoPlan& plan, const std::vector<IoResult>& results) {
  std::string text = csv_header();
  for (std::size_t i = 0; i < results.size(); ++i) {
    text += csv_line(plan, results[i], figures_of(plan, results, i));
  }
  return text;
}

std::string to_markdown(const IoPlan& plan, const std::vector<IoResult>& results) {
  std::vector<Row> rates{extended(
      names_header(), {"MB/s (range)", "of mpi", "flushes, of mpi", "speed-up", "time of npy", "stored"})};
  std::vector<Row> times{
      extended(names_header(), {"create", "first flush", "later flush", "a dataset", "close", "all"})};
  std::vector<Row> reads{
      extended(names_header(), {"trajectories, MB/s (range)", "a frame", "one carrier, MB/s (range)"})};
  for (std::size_t i = 0; i < results.size(); ++i) {
    const IoResult& result = results[i];
    const Figures f = figures_of(plan, results, i);
    const bool later = result.flushes > 1;
    const double stored = static_cast<double>(f.stored_bytes) / static_cast<double>(result.raw_bytes);
    rates.push_back(extended(names_of(result),
                             {range(f.rate), or_dash(f.of_mpi), or_dash(f.append_of_mpi), or_dash(f.speedup),
                              or_dash(f.time_of_npy), fmt::format("{:.1f} %", 100 * stored)}));
    times.push_back(extended(names_of(result),
                             {seconds(f.create), seconds(f.first_flush), later ? seconds(f.later_flush) : "-",
                              later ? seconds(f.dataset_write) : "-", seconds(f.close), seconds(f.total)}));
    if (!f.read_trajectory) continue;
    reads.push_back(extended(names_of(result),
                             {range(*f.read_trajectory), seconds(*f.read_frame), range(*f.read_carrier)}));
  }
  std::string text =
      "Writing. of mpi: rate over that of MPI_File_write_at_all with the same ranks, data and chunks; "
      "speed-up:\n"
      "rate over that of the fewest ranks; time of npy: time over that of npy alone; stored: of the raw "
      "bytes.\n"
      "Ratios are taken in each round.\n\n" +
      markdown_table(rates, n_names);
  text +=
      "\nWhere the time goes. The first flush creates groups, datasets or npy files; a later one is shown by "
      "itself\n"
      "and divided by the number of datasets it brings rows of.\n\n" +
      markdown_table(times, n_names);
  if (reads.size() > 1)
    text += "\nReading by one rank of what is in the page cache; one carrier's own bytes count.\n\n" +
            markdown_table(reads, n_names);
  return text;
}

}  // namespace hopmc::bench
