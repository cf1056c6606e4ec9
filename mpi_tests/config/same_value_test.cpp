// Texts that mean the same to a key, and texts that do not.
#include "hopmc/config/same_value.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace hopmc::config {
namespace {

struct Pair {
  const char* key;
  const char* a;
  const char* b;
  bool same;
};

const std::vector<Pair> pairs{
    // Numbers.
    {"temp", "300", "3e2", true},
    {"temp", "300", "+300.0", true},
    {"temp", "300", "301", false},
    {"temp", "300", "'300'", true},  // the text is the same
    {"temp", "3e2", "'300'", false},
    {"temp", "300", "[300]", false},
    {"temp", "300", "", false},
    {"n_traj", "3", "3.0", true},
    {"n_traj", "9007199254740993", "9007199254740992", false},  // one double
    {"k_cut", "[1, 2, 3]", "[1.0, 2, 3]", true},
    {"k_cut", "[1, 2, 3]", "[3, 2, 1]", false},
    {"k_cut", "[1, 2, 3]", "[1, 2]", false},
    // Flags.
    {"external_field.electric.active", "1", "yes", true},
    {"external_field.electric.active", "0", "off", true},
    {"external_field.electric.active", "1", "no", false},
    {"pbc", "[1, 1, 0]", "[yes, TRUE, 0.0]", true},
    {"pbc", "[1, 1, 0]", "[1, 0, 0]", false},
    // Bytes.
    {"io.buffer_memory", "1GiB", "1024 MiB", true},
    {"io.buffer_memory", "1 GB", "1GiB", false},
    // An integer and a float are two seeds.
    {"random_seed", "2", "+2", true},
    {"random_seed", "2", "2.0", false},
    {"random_seed", "2.0", "2e0", true},
    {"random_seed", "0.3", "0.4", false},
    // 1 is a length and true a choice.
    {"output_config.hdf5_options.chunks", "true", "yes", true},
    {"output_config.hdf5_options.chunks", "1", "true", false},
    {"output_config.hdf5_options.chunks", "100", "1e2", true},
    // Texts and words are what they are.
    {"name", "1", "1.0", false},
    {"name", "ab", "'ab'", true},
    {"ion_charge_type", "full", "Full", false},
    {"species_types", "[electron, hole]", "[electron,hole]", true},
    // Tables, and families by the names that a file gives.
    {"neighbor_cutoff_dist.V:V", "[[3.9, 5.1]]", "[[3.90, 5.10]]", true},
    {"neighbor_cutoff_dist.V:V", "[[3.9, 5.1]]", "[[3.9], [5.1]]", false},
    // The order in a section does not matter, what is in it does.
    {"doping.gradient", "[{ld: 0, step_length_ratio: [1, 1]}]", "[{step_length_ratio: [1, 1.0], ld: 0}]",
     true},
    {"doping.gradient", "[{ld: 0}]", "[{ld: 0, step_length_ratio: [1]}]", false},
    {"doping.gradient", "[{}]", "[{ld: 0}]", false},
    // What is no key and what is no YAML is compared as text.
    {"no.such.key", "1", "1.0", false},
    {"temp", "[300", "[300", true},
    {"temp", "[300", "[3e2", false},
};

TEST(SameValue, FollowsTheTypeOfTheKeyInBothDirections) {
  for (const Pair& pair : pairs) {
    EXPECT_EQ(same_value(pair.key, pair.a, pair.b), pair.same)
        << pair.key << ": " << pair.a << " | " << pair.b;
    EXPECT_EQ(same_value(pair.key, pair.b, pair.a), pair.same)
        << pair.key << ": " << pair.b << " | " << pair.a;
  }
}

}  // namespace
}  // namespace hopmc::config
