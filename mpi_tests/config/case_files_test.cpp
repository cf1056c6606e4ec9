#include "hopmc/config/case_files.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <functional>

#include "config/case_texts.hpp"

namespace hopmc::config::testing {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

void write(const fs::path& path, const std::string& text) {
  fs::create_directories(path.parent_path());
  std::ofstream(path, std::ios::binary) << text;
}

/// A sound case directory of its own, removed afterwards.
class CaseFilesTest : public ::testing::Test {
 protected:
  CaseFilesTest() {
    std::string name = (fs::temp_directory_path() / "hopmc-case-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary directory");
    root_ = fs::canonical(name);
    case_ = root_ / "above" / "mycase";
    write(parameters(), short_simulation);
    write(inputs() / "sys_config.yml", material);
    write(inputs() / "POSCAR", "Fe O\r\n1.0\r\n");
  }
  ~CaseFilesTest() override {
    std::error_code ignored;
    fs::remove_all(root_, ignored);
  }

  [[nodiscard]] fs::path parameters() const { return case_ / "simulation_parameters.yml"; }
  [[nodiscard]] fs::path inputs() const { return case_ / "InputFiles"; }

  /// The one message of reading `directory`.
  static std::string message_of(const fs::path& directory, const std::vector<Override>& overrides = {}) {
    try {
      static_cast<void>(read_case_files(directory, overrides));
    } catch (const InputError& error) {
      EXPECT_EQ(error.problems().size(), 1U) << error.what();
      EXPECT_EQ(error.status(), ExitStatus::bad_input);
      return error.what();
    }
    ADD_FAILURE() << "nothing was thrown";
    return "";
  }

  fs::path root_;
  fs::path case_;
};

TEST_F(CaseFilesTest, ReadsBytesAsTheyAre) {
  const CaseFiles files = read_case_files(case_, {});
  EXPECT_EQ(files.directory, case_.string());
  EXPECT_EQ(files.simulation_parameters.text, short_simulation);
  EXPECT_EQ(files.simulation_parameters.path, parameters().string());
  EXPECT_EQ(files.sys_config.text, material);
  EXPECT_EQ(files.poscar.text, "Fe O\r\n1.0\r\n");
  EXPECT_EQ(files.poscar.path, (inputs() / "POSCAR").string());
}

TEST_F(CaseFilesTest, FindsInputsElsewhere) {
  fs::rename(inputs(), root_ / "Material");
  write(parameters(),
        short_simulation + std::string("work_dir_depth: 2\ninput_file_directory_name: Material\n"));
  EXPECT_EQ(read_case_files(case_, {}).poscar.path, (root_ / "Material" / "POSCAR").string());
  fs::rename(root_ / "Material", root_ / "above" / "Other");
  const auto files = read_case_files(
      case_, std::vector{set("work_dir_depth", "1"), set("input_file_directory_name", "Other")});
  EXPECT_EQ(files.sys_config.text, material);
}

TEST_F(CaseFilesTest, OtherProblemsOfKeysAreLeftToLoad) {
  write(parameters(), replaced(short_simulation, "temp: 300", "tmep: -1"));
  EXPECT_NO_THROW(static_cast<void>(read_case_files(case_, {})));
}

TEST_F(CaseFilesTest, MissingCaseDirectory) {
  EXPECT_THAT(message_of(root_ / "above" / "mycsae"),
              AllOf(HasSubstr("mycsae: there is no such directory"), HasSubstr("did you mean 'mycase'?")));
  EXPECT_THAT(message_of(root_ / "above" / "mycsae/"), HasSubstr("did you mean 'mycase'?"));
  EXPECT_THAT(message_of(root_ / "nothing" / "like" / "it"), HasSubstr("there is no such directory"));
  EXPECT_THAT(message_of(""), HasSubstr("there is no such directory"));
}

TEST_F(CaseFilesTest, CaseDirectoryThatIsAFile) {
  EXPECT_THAT(message_of(parameters()), HasSubstr("is not a directory; expected a case directory"));
}

TEST_F(CaseFilesTest, MissingParameters) {
  fs::rename(parameters(), case_ / "simulation_parameters.yaml");
  EXPECT_THAT(message_of(case_), AllOf(HasSubstr("simulation_parameters.yml: there is no such file"),
                                       HasSubstr("did you mean 'simulation_parameters.yaml'?")));
}

TEST_F(CaseFilesTest, MissingInputDirectory) {
  fs::rename(inputs(), case_ / "inputFiles");
  EXPECT_THAT(message_of(case_), AllOf(HasSubstr("InputFiles: there is no such directory"),
                                       HasSubstr("work_dir_depth"), HasSubstr("did you mean 'inputFiles'?")));
}

TEST_F(CaseFilesTest, DepthBeyondTheRoot) {
  write(parameters(), short_simulation + std::string("work_dir_depth: 99\n"));
  EXPECT_THAT(message_of(case_), HasSubstr("simulation_parameters.yml:6: work_dir_depth: is 99"));
}

TEST_F(CaseFilesTest, DepthThatIsNoNumber) {
  write(parameters(), short_simulation + std::string("work_dir_depth: up\n"));
  EXPECT_THAT(message_of(case_), HasSubstr("simulation_parameters.yml:6: work_dir_depth: is 'up'"));
}

TEST_F(CaseFilesTest, BrokenYamlIsNamedWithItsLine) {
  write(parameters(), replaced(short_simulation, "[2, 2, 1]", "[2, 2, 1"));
  EXPECT_THAT(message_of(case_), HasSubstr("simulation_parameters.yml:2: this is not valid YAML"));
}

TEST_F(CaseFilesTest, AllMissingFilesAreReportedTogether) {
  fs::remove(inputs() / "POSCAR");
  fs::remove(inputs() / "sys_config.yml");
  try {
    static_cast<void>(read_case_files(case_, {}));
    FAIL() << "nothing was thrown";
  } catch (const InputError& error) {
    EXPECT_EQ(error.problems().size(), 2U);
    EXPECT_THAT(error.what(), AllOf(HasSubstr("POSCAR: "), HasSubstr("sys_config.yml: ")));
  }
}

struct Spoiled {
  const char* what;
  std::function<void(const fs::path&)> spoil;
  const char* message;
};

TEST_F(CaseFilesTest, FilesThatCannotBeText) {
  const std::vector<Spoiled> list{
      {"empty", [](const fs::path& p) { write(p, ""); }, "the file is empty"},
      {"blank", [](const fs::path& p) { write(p, " \r\n\n"); }, "the file is empty"},
      {"nul", [](const fs::path& p) { write(p, std::string("temp: 300\n\0x", 12)); }, "is a binary file"},
      {"hdf5", [](const fs::path& p) { write(p, "\x89HDF\r\n\x1a\n"); }, "is a binary file"},
      {"directory", [](const fs::path& p) { fs::create_directory(p); }, "is a directory"},
      {"dangling", [](const fs::path& p) { fs::create_symlink("nowhere", p); },
       "is a link to a file that does not exist"},
      {"loop", [](const fs::path& p) { fs::create_symlink(p.filename(), p); }, "cannot be read"},
      {"io error", [](const fs::path& p) { fs::create_symlink("/proc/self/mem", p); },
       "cannot be read: Input/output error"},
      {"fifo", [](const fs::path& p) { mkfifo(p.c_str(), 0600); }, "is not a regular file"},
  };
  for (const fs::path& path : {parameters(), inputs() / "sys_config.yml", inputs() / "POSCAR"}) {
    fs::rename(path, root_ / "kept");
    for (const Spoiled& spoiled : list) {
      spoiled.spoil(path);
      EXPECT_THAT(message_of(case_),
                  AllOf(::testing::StartsWith(path.string() + ": "), HasSubstr(spoiled.message)))
          << spoiled.what;
      fs::remove(path);
    }
    fs::rename(root_ / "kept", path);
  }
}

TEST_F(CaseFilesTest, OtherEncodingsAreNamedWithTheirLine) {
  write(inputs() / "sys_config.yml", material + std::string("# in \xc5\n"));
  EXPECT_THAT(message_of(case_), HasSubstr("is not UTF-8 text"));
  write(inputs() / "sys_config.yml", material + std::string("# in \xc3\x85\n"));
  write(inputs() / "POSCAR", "Fe O in \xc5\n1.0\n");  // a comment line that only people read
  EXPECT_NO_THROW(static_cast<void>(read_case_files(case_, {})));
}

}  // namespace
}  // namespace hopmc::config::testing
