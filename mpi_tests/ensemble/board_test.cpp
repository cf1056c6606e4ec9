#include "hopmc/ensemble/board.hpp"

#include <gtest/gtest.h>

#include <boost/mpi/collectives.hpp>
#include <functional>
#include <thread>
#include <vector>

namespace hopmc::ensemble {
namespace {

TEST(Board, EveryNumberIsClaimedOnce) {
  const boost::mpi::communicator world;
  constexpr std::int64_t numbers = 2000;
  std::vector<int> times(numbers, 0);
  {
    Board board(world);
    for (std::int64_t mine = board.claim(); mine < numbers; mine = board.claim()) {
      ++times.at(static_cast<std::size_t>(mine));
    }
  }
  std::vector<int> all(numbers, 0);
  boost::mpi::all_reduce(world, times.data(), static_cast<int>(numbers), all.data(), std::plus<int>());
  EXPECT_EQ(all, std::vector<int>(numbers, 1));
}

TEST(Board, AddsUpTheAmountsOfAllRanks) {
  const boost::mpi::communicator world;
  Board board(world);
  for (int i = 0; i < 100; ++i) {
    board.add(Counter::frames, 3);
    board.add(Counter::hops, world.rank());
    board.poll();
  }
  board.synchronize();
  world.barrier();
  board.synchronize();
  EXPECT_EQ(board.total(Counter::frames), 300 * world.size());
  EXPECT_EQ(board.total(Counter::hops), 100 * world.size() * (world.size() - 1) / 2);
  EXPECT_EQ(board.total(Counter::claimed), 0);
  EXPECT_EQ(board.total(Counter::failures), 0);
}

TEST(Board, PollingBringsNewsWithoutACall) {
  const boost::mpi::communicator world;
  Board board(world);
  if (world.rank() == world.size() - 1) {
    board.add(Counter::failures, 1);
    board.synchronize();
  }
  while (board.total(Counter::failures) == 0) {
    board.poll();
    std::this_thread::yield();
  }
  EXPECT_EQ(board.total(Counter::failures), 1);
  world.barrier();
}

TEST(Board, MayGoWithAnExchangeUnderWay) {
  const boost::mpi::communicator world;
  Board board(world);
  board.add(Counter::frames, 1);
  board.poll();
  SUCCEED();
}

}  // namespace
}  // namespace hopmc::ensemble
