#include <fmt/format.h>

#include <filesystem>
#include <sstream>

#include "commands.hpp"
#include "console.hpp"
#include "doping_note.hpp"
#include "hopmc/trajectory/columns.hpp"
#include "hopmc/trajectory/reader.hpp"
#include "hopmc/validate/run_record.hpp"
#include "hopmc/validate/sweep_record.hpp"
#include "info_text.hpp"
#include "keys_text.hpp"

namespace hopmc::cli {
namespace {

namespace fs = std::filesystem;
namespace po = boost::program_options;

po::options_description shown_options() {
  po::options_description options("Options");
  options.add_options()("keys", "print every key of the input files instead (docs/input_reference.md)")(
      "help,h", "this text");
  return options;
}

std::string help_text() {
  std::ostringstream options;
  options << shown_options();
  return "Usage: hopmc info DIR\n"
         "       hopmc info FILE.h5\n"
         "       hopmc info --keys\n\n"
         "Tells what results hold: trajectories, frames, hops, sizes, parameters, where they come from.\n\n" +
         options.str() + "\n" +
         help_section("Files", {{"DIR/trajectory_data.h5", "every trajectory"},
                                {"DIR/traj<N>/*.npy, DIR/run_metadata.json",
                                 "the same numbers, and what they belong to"}}) +
         "\n" + exit_status_help();
}

std::string hdf5_text(const fs::path& file) {
  const auto reader = trajectory::Hdf5Reader::open(file);
  return metadata_text(reader->metadata()) + contents_text(file.string(), *reader, reader.get()) +
         dopings_text(*reader, [&](std::int64_t t) { return reader->note(t, doping_group); });
}

/// npy directories: names of columns come from the run record, or are the usual ones.
std::string npy_text(const fs::path& directory, bool with_metadata) {
  const fs::path record_file = directory / validate::run_record_name;
  std::string text;
  if (with_metadata && fs::exists(record_file))
    text += metadata_text(validate::read_run_record(record_file).metadata);
  const auto reader = trajectory::open_npy(directory, validate::npy_columns_of(directory));
  if (reader->trajectories().empty()) return "";
  text += contents_text((directory / "traj<N>").string(), *reader, nullptr);
  return text + dopings_text(*reader, [&](std::int64_t t) {
           return trajectory::read_json_note(directory / trajectory::directory_name(t), doping_group);
         });
}

std::string info_of(const fs::path& path) {
  std::error_code error;
  const fs::file_status status = fs::status(path, error);
  if (!fs::exists(status)) throw IoError(fmt::format("{}: no such file or directory", path.string()));
  if (!fs::is_directory(status)) return hdf5_text(path);
  const fs::path file = path / trajectory::shared_file_name;
  const bool has_file = fs::exists(fs::symlink_status(file, error));
  std::string text;
  if (has_file) text += hdf5_text(file);
  text += npy_text(path, !has_file);
  if (text.empty()) throw IoError(validate::no_results_message(path));
  return text;
}

}  // namespace

int info_command(Arguments arguments) {
  if (arguments.size() == 1 && arguments.front() == "--keys") {
    return on_one_process([] {
      print(keys_text());
      return to_int(ExitStatus::success);
    });
  }
  const po::variables_map values = parse_path_and_options(arguments, "info", shown_options());
  return on_one_process([&] {
    print(values.count("help") > 0 ? help_text() : info_of(values["path"].as<std::string>()));
    return to_int(ExitStatus::success);
  });
}

}  // namespace hopmc::cli
