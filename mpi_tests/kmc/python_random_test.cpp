#include "kmc/python_random.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <numeric>
#include <vector>

namespace {

using hopmc::kmc::python_hash;
using hopmc::kmc::PythonRandom;

std::vector<std::int64_t> range(std::int64_t first, std::int64_t last) {
  std::vector<std::int64_t> r(static_cast<std::size_t>(last - first));
  std::iota(r.begin(), r.end(), first);
  return r;
}

// Expected numbers of these tests were printed by CPython 3.11.

TEST(PythonRandom, IntegerSeeds) {
  PythonRandom two(std::int64_t{2});
  EXPECT_EQ(two.random(), 0x1.e97d52f73d2eep-1);
  EXPECT_EQ(two.random(), 0x1.e549a4f656ebfp-1);
  PythonRandom zero(std::int64_t{0});
  EXPECT_EQ(zero.random(), 0x1.b0580f98a7dbep-1);
  PythonRandom negative(std::int64_t{-7});
  EXPECT_EQ(negative.random(), 0x1.4b9ad0f953a6ep-2);
  PythonRandom large((std::int64_t{1} << 40) + 5);
  EXPECT_EQ(large.random(), 0x1.023e2261153dcp-1);
}

TEST(PythonRandom, FloatSeeds) {
  PythonRandom half(0.5);
  EXPECT_EQ(half.random(), 0x1.1e336efff4236p-2);
  EXPECT_EQ(half.random(), 0x1.9520731c5001ep-1);
  PythonRandom other(2.75);
  EXPECT_EQ(other.random(), 0x1.4ace48a125be0p-3);
  PythonRandom drawn(0.9560342718892494);
  EXPECT_EQ(drawn.random(), 0x1.6fcfc9e83a89cp-2);
  EXPECT_EQ(drawn.random(), 0x1.475083c7d7700p-1);
}

TEST(PythonRandom, HashOfFloats) {
  EXPECT_EQ(python_hash(0.5), 1152921504606846976u);
  EXPECT_EQ(python_hash(2.75), 1729382256910270466u);
  EXPECT_EQ(python_hash(0.9560342718892494), 2204464942404529664u);
  EXPECT_EQ(python_hash(-0.3), 17754991170945443456u);
  EXPECT_EQ(python_hash(1e300), 1224995262755759164u);
  EXPECT_EQ(python_hash(1e-300), 482449582752280463u);
  EXPECT_EQ(python_hash(-1.0), 18446744073709551614u);
  EXPECT_EQ(python_hash(0.0), 0u);
}

TEST(PythonRandom, SamplesByListAndBySet) {
  PythonRandom random(std::int64_t{5});
  EXPECT_EQ(random.sample(range(100, 148), 1), (std::vector<std::int64_t>{139}));
  EXPECT_EQ(random.sample(range(0, 12), 5), (std::vector<std::int64_t>{4, 5, 8, 0, 7}));
  EXPECT_EQ(random.sample(range(0, 1000), 8),
            (std::vector<std::int64_t>{794, 965, 255, 664, 53, 922, 160, 115}));
  EXPECT_EQ(random.sample(range(0, 60), 20),
            (std::vector<std::int64_t>{23, 30, 55, 15, 24, 34, 6,  36, 56, 0,
                                       46, 13, 26, 17, 11, 57, 10, 4,  8,  39}));
}

}  // namespace
