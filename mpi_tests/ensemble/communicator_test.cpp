#include "hopmc/ensemble/communicator.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <new>
#include <stdexcept>

namespace hopmc::ensemble {
namespace {

/// What agree() throws on this rank when `action` runs there.
struct Thrown {
  bool any = false;
  bool io_error = false;
  ExitStatus status = ExitStatus::success;
  std::string message;
};

Thrown thrown_by_agree(const boost::mpi::communicator& comm, const std::function<void()>& action) {
  try {
    agree(comm, action);
  } catch (const IoError& error) {
    return {true, true, error.status(), error.what()};
  } catch (const Error& error) {
    return {true, false, error.status(), error.what()};
  }
  return {};
}

TEST(Duplicate, IsAnotherContext) {
  const boost::mpi::communicator world;
  const boost::mpi::communicator copy = duplicate(world);
  int result = MPI_UNEQUAL;
  MPI_Comm_compare(static_cast<MPI_Comm>(world), static_cast<MPI_Comm>(copy), &result);
  EXPECT_EQ(result, MPI_CONGRUENT);
}

TEST(Agree, IsSilentWithoutErrors) {
  const boost::mpi::communicator world;
  int calls = 0;
  EXPECT_FALSE(thrown_by_agree(world, [&] { ++calls; }).any);
  EXPECT_EQ(calls, 1);
}

TEST(Agree, OneRanksErrorIsEverybodys) {
  const boost::mpi::communicator world;
  for (int culprit = 0; culprit < world.size(); ++culprit) {
    const Thrown thrown = thrown_by_agree(world, [&] {
      if (world.rank() == culprit) throw IoError("disk of rank " + std::to_string(culprit) + " is full");
    });
    ASSERT_TRUE(thrown.any);
    EXPECT_TRUE(thrown.io_error);
    EXPECT_EQ(thrown.status, ExitStatus::io_failure);
    EXPECT_EQ(thrown.message, "disk of rank " + std::to_string(culprit) + " is full");
  }
}

TEST(Agree, TheLowestRankSpeaks) {
  const boost::mpi::communicator world;
  const int first = world.size() > 1 ? 1 : 0;
  const Thrown thrown = thrown_by_agree(world, [&] {
    if (world.rank() >= first) throw Error(ExitStatus::interrupted, "rank " + std::to_string(world.rank()));
  });
  EXPECT_EQ(thrown.status, ExitStatus::interrupted);
  EXPECT_EQ(thrown.message, "rank " + std::to_string(first));
}

TEST(Agree, KeepsStatusAndTextOfBadInput) {
  const boost::mpi::communicator world;
  const InputError error(Problem{"a.yml", 3, "temp", "is negative"});
  const Thrown thrown = thrown_by_agree(world, [&] {
    if (world.rank() == world.size() - 1) throw error;
  });
  EXPECT_EQ(thrown.status, ExitStatus::bad_input);
  EXPECT_EQ(thrown.message, error.what());
}

TEST(Agree, TakesForeignExceptions) {
  const boost::mpi::communicator world;
  const int last = world.size() - 1;
  const Thrown standard = thrown_by_agree(world, [&] {
    if (world.rank() == last) throw std::out_of_range("index 7");
  });
  EXPECT_THAT(standard.message, testing::HasSubstr("index 7"));
  const Thrown memory = thrown_by_agree(world, [&] {
    if (world.rank() == last) throw std::bad_alloc();
  });
  EXPECT_EQ(memory.message, "out of memory");
  const Thrown strange = thrown_by_agree(world, [&] {
    if (world.rank() == last) throw 42;
  });
  EXPECT_TRUE(strange.any);
}

TEST(Broadcast, GivesRankZerosFilesToAll) {
  const boost::mpi::communicator world;
  const std::string binary("line\r\n\0tail", 11);
  const config::CaseFiles expected{"case", {"case/p.yml", binary}, {"case/s.yml", ""}, {"case/POSCAR", "x"}};
  config::CaseFiles files;
  if (world.rank() == 0) files = expected;
  broadcast(world, files);
  EXPECT_EQ(files.directory, expected.directory);
  EXPECT_EQ(files.simulation_parameters.path, expected.simulation_parameters.path);
  EXPECT_EQ(files.simulation_parameters.text, expected.simulation_parameters.text);
  EXPECT_EQ(files.sys_config.path, expected.sys_config.path);
  EXPECT_EQ(files.sys_config.text, expected.sys_config.text);
  EXPECT_EQ(files.poscar.path, expected.poscar.path);
  EXPECT_EQ(files.poscar.text, expected.poscar.text);
}

}  // namespace
}  // namespace hopmc::ensemble
