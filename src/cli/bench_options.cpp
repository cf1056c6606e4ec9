#include "bench_options.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <sstream>
#include <utility>

#include "hopmc/config/shorthand.hpp"

namespace hopmc::cli {
namespace {

namespace po = boost::program_options;

/// No product of such numbers that is formed before the room is checked overflows.
constexpr std::int64_t largest = 1'000'000'000'000;
constexpr const char* default_compressions = "none,gzip:1,lzf,blosc";

po::options_description shown_options() {
  const auto text = [](const char* name) { return po::value<std::string>()->value_name(name); };
  po::options_description options("Options (values of a LIST have commas between)");
  auto add = options.add_options();
  add("directory", text("DIR"), "where to write; what is written is gone afterwards (required)");
  add("ranks", text("LIST"), "ranks that write, the others wait (default: 1, 2, 4, ... and all)");
  add("ranks-per-file", text("LIST"), "0: one shared file; else as io.ranks_per_file (default: 0)");
  add("trajectories-per-rank", text("LIST"), "trajectories of each rank (default: 4)");
  add("frames", text("N"), "frames of a trajectory (default: 65536)");
  add("carriers", text("N"), "carriers of a trajectory (default: 3)");
  add("columns", text("wrapped_traj,energy"),
      "what is written besides time and unwrapped_traj, or none (default: both)");
  add("chunk-frames", text("LIST"), "frames of a chunk; auto: as a run chooses (default: auto)");
  add("chunks-per-flush", text("N"), "chunks of each trajectory that a flush brings (default: 8)");
  add("compression", text("none,gzip:1,lzf,blosc"), "as of hopmc run (default: these)");
  add("formats", text("mpi,write,npy,hdf5,both"),
      "what is measured, some of these (mpi: MPI_File_write_at_all, write: write(2) of each rank; default: "
      "all)");
  add("read", "also read trajectories, single frames and one carrier from npy and HDF5, and compare");
  add("repeat", text("N"), "rounds over all settings (default: 5)");
  add("csv", text("FILE"), "write the figures there, for scripts/plot_bench.py");
  add("markdown", text("FILE"), "write the tables there, too");
  add("quiet", "print nothing but errors");
  add("help,h", "this text");
  return options;
}

/// Reads values and notes what is wrong with them.
class Values {
 public:
  Values(const po::variables_map& values, Problems& problems) : values_(values), problems_(problems) {}

  [[nodiscard]] bool has(const std::string& name) const { return values_.count(name) > 0; }
  [[nodiscard]] std::string text(const std::string& name) const {
    return has(name) ? values_[name].as<std::string>() : std::string();
  }
  /// Words between commas; nothing where the option is not given.
  [[nodiscard]] std::vector<std::string> words(const std::string& name, const std::string& otherwise) const {
    std::vector<std::string> result;
    std::istringstream stream(has(name) ? text(name) : otherwise);
    for (std::string word; std::getline(stream, word, ',');) result.push_back(word);
    if (has(name) && result.empty()) complain(name, "needs a value");
    return result;
  }
  template <class Integer>
  Integer number(const std::string& name, const std::string& word, Integer least) const {
    constexpr auto most =
        static_cast<Integer>(std::min<std::int64_t>(std::numeric_limits<Integer>::max(), largest));
    Integer value = 0;
    const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), value);
    const bool is_number = error == std::errc() && end == word.data() + word.size();
    if (is_number && value >= least && value <= most) return value;
    complain(name, fmt::format("'{}' is no whole number from {} to {}", word, least, most));
    return least;
  }
  template <class Integer>
  void set(const std::string& name, Integer least, Integer& value) const {
    if (has(name)) value = number(name, text(name), least);
  }
  template <class Integer>
  void set_list(const std::string& name, Integer least, std::vector<Integer>& list) const {
    if (!has(name)) return;
    list.clear();
    for (const std::string& word : words(name, "")) {
      const auto value = number(name, word, least);
      if (std::find(list.begin(), list.end(), value) == list.end()) list.push_back(value);
    }
  }
  void complain(const std::string& name, const std::string& message) const {
    problems_.add("command line", 0, "--" + name, message);
  }
  [[nodiscard]] Problems& problems() const { return problems_; }

 private:
  const po::variables_map& values_;
  Problems& problems_;
};

trajectory::Hdf5Options hdf5_options_of(const std::vector<config::Override>& overrides) {
  using config::BloscCodec, config::Compression;
  constexpr std::array<std::pair<const char*, Compression>, 4> methods{{{"none", Compression::none},
                                                                        {"gzip", Compression::gzip},
                                                                        {"lzf", Compression::lzf},
                                                                        {"blosc", Compression::blosc}}};
  trajectory::Hdf5Options options;
  for (const config::Override& given : overrides) {
    if (given.key.ends_with("compression_opts")) options.level = std::stoi(given.value);
    if (given.key.ends_with("blosc_codec") && given.value == "lz4") options.blosc_codec = BloscCodec::lz4;
    for (const auto& [name, method] : methods) {
      if (given.key.ends_with("compression") && given.value == name) options.compression = method;
    }
  }
  return options;
}

void read_compressions(const Values& values, bench::IoPlan& plan) {
  for (const std::string& word : values.words("compression", default_compressions)) {
    const auto overrides =
        config::compression_override(word, config::Origin::command_line, "--compression", values.problems());
    if (!overrides.empty()) plan.compressions.push_back({word, hdf5_options_of(overrides)});
  }
}

void read_columns(const Values& values, bench::TrajectoryShape& shape) {
  if (!values.has("columns")) return;
  const auto words = values.words("columns", "");
  const auto named = [&](const char* name) {
    return std::find(words.begin(), words.end(), name) != words.end();
  };
  shape.wrapped = named("wrapped_traj");
  shape.energy = named("energy");
  for (const std::string& word : words) {
    const bool known = word == "wrapped_traj" || word == "energy" || (word == "none" && words.size() == 1);
    if (!known) values.complain("columns", fmt::format("'{}' is none of wrapped_traj, energy, none", word));
  }
}

void read_formats(const Values& values, bench::IoPlan& plan) {
  if (!values.has("formats")) return;
  plan.formats.clear();
  for (const std::string& word : values.words("formats", "")) {
    const auto found = std::find(bench::format_names.begin(), bench::format_names.end(), word);
    if (found == bench::format_names.end()) {
      values.complain("formats",
                      fmt::format("'{}' is none of {}", word, fmt::join(bench::format_names, ", ")));
      continue;
    }
    const auto format = static_cast<bench::Format>(found - bench::format_names.begin());
    if (std::find(plan.formats.begin(), plan.formats.end(), format) == plan.formats.end())
      plan.formats.push_back(format);
  }
}

void read_chunks(const Values& values, bench::IoPlan& plan) {
  if (!values.has("chunk-frames")) return;
  plan.chunk_frames.clear();
  for (const std::string& word : values.words("chunk-frames", "")) {
    plan.chunk_frames.push_back(word == "auto" ? 0 : values.number<std::int64_t>("chunk-frames", word, 1));
  }
}

}  // namespace

BenchOptions parse_bench_options(Arguments arguments) {
  const po::variables_map given = parse_options(arguments, shown_options(), {}, {});
  BenchOptions options;
  options.help = given.count("help") > 0;
  if (options.help) return options;
  Problems problems;
  const Values values(given, problems);
  bench::IoPlan& plan = options.plan;
  plan.directory = values.text("directory");
  if (plan.directory.empty()) values.complain("directory", "is missing: where to write");
  values.set_list("ranks", 1, plan.ranks);
  values.set_list("ranks-per-file", 0, plan.ranks_per_file);
  values.set_list<std::int64_t>("trajectories-per-rank", 1, plan.trajectories);
  values.set<std::int64_t>("frames", 1, plan.shape.frames);
  values.set<std::int64_t>("carriers", 1, plan.shape.n_carriers);
  values.set<std::int64_t>("chunks-per-flush", 1, plan.chunks_per_flush);
  values.set("repeat", 1, plan.repetitions);
  read_columns(values, plan.shape);
  read_chunks(values, plan);
  read_compressions(values, plan);
  read_formats(values, plan);
  plan.read = values.has("read");
  options.csv = values.text("csv");
  options.markdown = values.text("markdown");
  options.quiet = values.has("quiet");
  problems.throw_if_any();
  return options;
}

std::string bench_io_help() {
  std::ostringstream options;
  options << shown_options();
  return "Usage: mpirun -n N hopmc bench io --directory DIR [options]\n\n"
         "Writes made-up trajectories as npy, as HDF5 and as both, and the same bytes with\n"
         "MPI_File_write_at_all and with a plain write(2) of each rank; every combination of the lists, in\n"
         "turn, several times. Tells medians and ranges. Every rank keeps its trajectories in memory.\n"
         "A disk decides for itself when it writes: a directory in memory (/dev/shm) shows what the\n"
         "program costs.\n\n" +
         options.str() + "\n" +
         help_section("Files",
                      {{"DIR/hopmc_bench_*", "what is written; remove it where the program was killed"},
                       {"FILE", "figures and tables, of --csv and --markdown"}}) +
         "\n" + exit_status_help();
}

}  // namespace hopmc::cli
