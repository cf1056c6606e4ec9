#include <fmt/format.h>
#include <sys/statfs.h>
#include <unistd.h>

#include <array>
#include <boost/mpi/communicator.hpp>
#include <boost/mpi/environment.hpp>
#include <fstream>
#include <optional>
#include <string_view>
#include <system_error>
#include <utility>

#include "all_ranks.hpp"
#include "bench_options.hpp"
#include "build_info.hpp"
#include "commands.hpp"
#include "console.hpp"
#include "hopmc/ensemble/communicator.hpp"

namespace hopmc::cli {
namespace {

constexpr std::string_view io_name = "io";

std::string bench_help() {
  return "Usage: hopmc bench io --directory DIR [options]\n\n" +
         help_section("Benchmarks", {{std::string(io_name),
                                      "writing and reading of trajectories (hopmc bench io --help)"}}) +
         "\n" + exit_status_help();
}

/// 1, 2, 4, ... and all of them.
std::vector<int> doubling_ranks(int all) {
  std::vector<int> ranks;
  for (int n = 1; n < all; n *= 2) ranks.push_back(n);
  ranks.push_back(all);
  return ranks;
}

void complete(bench::IoPlan& plan, int ranks) {
  if (plan.ranks.empty()) plan.ranks = doubling_ranks(ranks);
  Problems problems;
  for (const int n : plan.ranks) {
    if (n > ranks) {
      problems.add("command line", 0, "--ranks", fmt::format("{} are asked for, {} are there", n, ranks));
    }
  }
  problems.throw_if_any();
  if (bench::settings_of(plan).empty()) {
    throw InputError(Problem{"command line", 0, "--ranks-per-file",
                             "nothing is left to measure: more ranks to a file than ranks"});
  }
}

std::string file_system_of(const std::filesystem::path& directory) {
  // From linux/magic.h and the file systems' own sources.
  constexpr std::array<std::pair<long, const char*>, 8> known{{{0x01021994, "tmpfs (in memory)"},
                                                               {0xEF53, "ext4"},
                                                               {0x58465342, "xfs"},
                                                               {0x9123683E, "btrfs"},
                                                               {0x6969, "NFS"},
                                                               {0x0BD00BD0, "Lustre"},
                                                               {0x47504653, "GPFS"},
                                                               {0x794C7630, "overlay"}}};
  struct statfs info {};
  if (::statfs(directory.c_str(), &info) != 0) return "unknown";
  for (const auto& [magic, name] : known) {
    if (info.f_type == magic) return name;
  }
  return fmt::format("type {:#x}", static_cast<unsigned long>(info.f_type));
}

/// What the numbers depend on.
std::string conditions(const bench::IoPlan& plan, int ranks) {
  std::string columns = "time, unwrapped";
  if (plan.shape.wrapped) columns += ", wrapped";
  if (plan.shape.energy) columns += ", energy";
  return fmt::format(
      "hopmc {} ({}, {}), HDF5 {}, {}; {} processes, {} processors on this node;\n"
      "file system: {}. Trajectories of {} frames, {} carriers ({});\n"
      "a flush brings {} chunks of each; medians of {} rounds over all settings.\n\n",
      program_version(), git_commit(), build_type(), hdf5_version(), mpi_version(), ranks,
      ::sysconf(_SC_NPROCESSORS_ONLN), file_system_of(plan.directory), plan.shape.frames,
      plan.shape.n_carriers, columns, plan.chunks_per_flush, plan.repetitions);
}

/// A file that is written at the end. Found out before anything is measured: whether it can be.
class TextFile {
 public:
  /// An empty path: none is wanted.
  explicit TextFile(std::filesystem::path path) : path_(std::move(path)) {
    if (path_.empty()) return;
    std::error_code error;
    is_new_ = !std::filesystem::exists(path_, error);
    if (!std::ofstream(path_, std::ios::app)) fail();
  }
  ~TextFile() {
    std::error_code ignored;
    if (is_new_) std::filesystem::remove(path_, ignored);
  }
  TextFile(const TextFile&) = delete;
  TextFile& operator=(const TextFile&) = delete;

  void write(const std::string& text) {
    if (path_.empty()) return;
    std::ofstream out(path_, std::ios::binary);
    out << text;
    out.close();
    if (!out) fail();
    is_new_ = false;
  }

 private:
  [[noreturn]] void fail() const { throw IoError(fmt::format("{}: cannot be written", path_.string())); }

  std::filesystem::path path_;
  bool is_new_ = false;  ///< and to be removed unless it is written
};

int measure(const boost::mpi::communicator& comm, BenchOptions options) {
  ensemble::agree(comm, [&] { complete(options.plan, comm.size()); });
  std::optional<TextFile> csv;
  std::optional<TextFile> markdown;
  on_first_rank(comm, [&] {
    csv.emplace(options.csv);
    markdown.emplace(options.markdown);
  });
  const auto tell = [&](int round) {
    if (!options.quiet) print_notice(fmt::format("round {} of {}", round + 1, options.plan.repetitions));
  };
  const auto results = bench::run_io_benchmark(comm, options.plan, tell);
  on_first_rank(comm, [&] {
    const std::string text =
        conditions(options.plan, comm.size()) + bench::to_markdown(options.plan, results);
    csv->write(bench::to_csv(options.plan, results));
    markdown->write(text);
    if (!options.quiet) print(text);
  });
  return to_int(ExitStatus::success);
}

int bench_io(Arguments arguments) {
  const BenchOptions options = parse_bench_options(arguments);
  if (options.help) {
    if (launcher_rank() == 0) print(bench_io_help());
    return to_int(ExitStatus::success);
  }
  const boost::mpi::environment environment(false);
  const boost::mpi::communicator world;
  return guarded(world, [&] { return measure(world, options); });
}

}  // namespace

int bench_command(Arguments arguments) {
  const std::string name = arguments.empty() ? std::string() : arguments.front();
  if (name == io_name) return bench_io(arguments.subspan(1));
  if (name == "--help" || name == "-h") {
    if (launcher_rank() == 0) print(bench_help());
    return to_int(ExitStatus::success);
  }
  if (name.empty()) {
    throw InputError(Problem{"command line", 0, "", "no benchmark given (see hopmc bench --help)"});
  }
  throw InputError(Problem{
      "command line", 0, "",
      unknown_name("benchmark", name, {std::string(io_name), "--help"}) + " (see hopmc bench --help)"});
}

}  // namespace hopmc::cli
