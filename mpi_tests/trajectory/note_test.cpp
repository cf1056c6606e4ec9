// What is noted with a trajectory comes back from both formats; damaged or doubled notes are errors.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>

#include "faults.hpp"
#include "hopmc/trajectory/hdf5_writer.hpp"
#include "hopmc/trajectory/npy_writer.hpp"
#include "hopmc/trajectory/reader.hpp"

namespace {

using namespace made_up;
namespace fs = std::filesystem;
using testing::HasSubstr;

constexpr Length length{20, 0};

/// Facts of every type, in the order in which HDF5 lists attributes.
tr::Note note_of(std::int64_t trajectory) {
  return {"told",
          {{"energies", std::vector<double>{-0.5, 1.0 / 3.0, 1e300}, "hartree"},
           {"names", std::vector<std::string>{"W", "h\xc3\xb6le", ""}, ""},
           {"sites", std::vector<std::int64_t>{trajectory, -7, std::int64_t{1} << 60}, ""}}};
}

/// Trajectory 0, written by each rank for itself, in both formats.
class Notes : public testing::Test {
 protected:
  void SetUp() override { fs::create_directory(path()); }
  [[nodiscard]] fs::path path() const { return directory_.path() / std::to_string(rank_of()); }
  [[nodiscard]] fs::path file() const { return path() / tr::shared_file_name; }
  [[nodiscard]] fs::path json() const { return path() / tr::directory_name(0) / "told.json"; }
  void write_hdf5(const tr::NoteSource& source) const {
    tr::RunMetadata data = metadata(1);
    data.note = source;
    tr::Hdf5Writer writer(MPI_COMM_SELF, file(), data, layout_, 1, {});
    for (const auto& block : blocks(layout_, 0, length)) {
      const tr::FrameBlock* const pointer = block.get();
      writer.append({&pointer, 1});
    }
    writer.close();
  }
  void write_npy() const {
    tr::NpyWriter writer(path(), layout_, note_of);
    for (const auto& block : blocks(layout_, 0, length)) writer.append(*block);
  }
  SharedDirectory directory_;
  tr::Layout layout_ = full_layout();
};

TEST_F(Notes, ComeBackFromBothFormats) {
  write_hdf5(note_of);
  write_npy();
  const auto reader = tr::Hdf5Reader::open(file());
  EXPECT_EQ(reader->note(0, "told"), note_of(0));
  EXPECT_FALSE(reader->note(0, "untold").has_value());
  EXPECT_EQ(tr::read_json_note(json().parent_path(), "told"), note_of(0));
  EXPECT_FALSE(tr::read_json_note(json().parent_path(), "untold").has_value());
}

TEST_F(Notes, DamagedOrForeignJsonIsNamed) {
  write_npy();
  const auto size = fs::file_size(json());
  const auto error = [&] {
    return error_of([&] { (void)tr::read_json_note(json().parent_path(), "told"); });
  };
  for (const auto kept : {std::uintmax_t{0}, size / 2, size - 2}) {
    fs::resize_file(json(), kept);
    EXPECT_THAT(error(), HasSubstr(json().string() + ": damaged")) << kept;
  }
  for (const char* text : {"[]]", "{\"sites\": 3}", "{\"sites\": []}", "{\"names\": [\"a\", 1]}", "\xff"}) {
    std::ofstream(json(), std::ios::trunc) << text;
    EXPECT_THAT(error(), HasSubstr("damaged, or not a description")) << text;
  }
}

TEST_F(Notes, AFactToldTwiceIsAnError) {
  const std::string message = error_of([&] {
    write_hdf5([](std::int64_t trajectory) {
      tr::Note note = note_of(trajectory);
      note.facts.push_back(note.facts.front());
      return note;
    });
  });
  EXPECT_THAT(message,
              HasSubstr("/trajectories/traj_001/told, attribute energies: cannot create the attribute"));
}

TEST_F(Notes, ThatCannotBeWrittenAreNamed) {
  fs::create_directories(json());  // in the way
  EXPECT_THAT(error_of([&] { write_npy(); }), HasSubstr(json().string() + ": cannot create"));
}

}  // namespace
