#pragma once
/// Field-by-field comparison of two configurations, exact to the bit.

#include <gtest/gtest.h>

#include "hopmc/config/run_config.hpp"

namespace hopmc::config::testing {

inline void expect_same(const HopKind& a, const HopKind& b) {
  EXPECT_EQ(a.distance, b.distance);
  EXPECT_EQ(a.tolerance, b.tolerance);
  EXPECT_EQ(a.reorganization_energy, b.reorganization_energy);
  EXPECT_EQ(a.coupling, b.coupling);
}

inline void expect_same(const HopFamily& a, const HopFamily& b) {
  EXPECT_EQ(a.element, b.element);
  ASSERT_EQ(a.kinds_by_class.size(), b.kinds_by_class.size());
  for (std::size_t c = 0; c < a.kinds_by_class.size(); ++c) {
    ASSERT_EQ(a.kinds_by_class[c].size(), b.kinds_by_class[c].size());
    for (std::size_t k = 0; k < a.kinds_by_class[c].size(); ++k) {
      expect_same(a.kinds_by_class[c][k], b.kinds_by_class[c][k]);
    }
  }
}

inline void expect_same(const Species& a, const Species& b) {
  EXPECT_EQ(a.name, b.name);
  EXPECT_EQ(a.charge, b.charge);
  EXPECT_EQ(a.elements, b.elements);
  EXPECT_EQ(a.count, b.count);
  EXPECT_EQ(a.initial_sites, b.initial_sites);
}

inline void expect_same(const MaterialConfig& a, const MaterialConfig& b) {
  EXPECT_EQ(a.name, b.name);
  EXPECT_EQ(a.dielectric_constant, b.dielectric_constant);
  EXPECT_EQ(a.attempt_frequency, b.attempt_frequency);
  EXPECT_EQ(a.ion_charges, b.ion_charges);
  EXPECT_EQ(a.class_list, b.class_list);
  EXPECT_EQ(a.class_energy, b.class_energy);
  ASSERT_EQ(a.families.size(), b.families.size());
  for (std::size_t i = 0; i < a.families.size(); ++i) expect_same(a.families[i], b.families[i]);
  ASSERT_EQ(a.species.size(), b.species.size());
  for (std::size_t i = 0; i < a.species.size(); ++i) expect_same(a.species[i], b.species[i]);
  EXPECT_EQ(a.ewald.alpha, b.ewald.alpha);
  EXPECT_EQ(a.ewald.r_cut, b.ewald.r_cut);
  EXPECT_EQ(a.ewald.k_cut, b.ewald.k_cut);
  EXPECT_EQ(a.ewald.k_max.has_value(), b.ewald.k_max.has_value());
  if (a.ewald.k_max && b.ewald.k_max) {
    EXPECT_EQ(*a.ewald.k_max, *b.ewald.k_max);
  }
  EXPECT_EQ(a.ewald.r_cut_is_simulation_cell, b.ewald.r_cut_is_simulation_cell);
}

inline void expect_same(const OutputItem& a, const OutputItem& b) {
  EXPECT_EQ(a.write, b.write);
  EXPECT_EQ(a.file_name, b.file_name);
}

inline void expect_same(const OutputConfig& a, const OutputConfig& b) {
  EXPECT_EQ(a.hdf5, b.hdf5);
  EXPECT_EQ(a.npy, b.npy);
  expect_same(a.unwrapped, b.unwrapped);
  expect_same(a.wrapped, b.wrapped);
  expect_same(a.time, b.time);
  expect_same(a.energy, b.energy);
  expect_same(a.delg_0, b.delg_0);
  expect_same(a.potential, b.potential);
  expect_same(a.occupancy, b.occupancy);
  EXPECT_EQ(a.write_every_step, b.write_every_step);
  EXPECT_EQ(a.compression, b.compression);
  EXPECT_EQ(a.compression_level, b.compression_level);
  EXPECT_EQ(a.blosc_codec, b.blosc_codec);
  EXPECT_EQ(a.shuffle, b.shuffle);
  EXPECT_EQ(a.fletcher32, b.fletcher32);
  EXPECT_EQ(a.chunk_frames, b.chunk_frames);
  EXPECT_EQ(a.buffer_memory, b.buffer_memory);
  EXPECT_EQ(a.flush_interval, b.flush_interval);
  EXPECT_EQ(a.checkpoint_interval, b.checkpoint_interval);
  EXPECT_EQ(a.ranks_per_file, b.ranks_per_file);
  EXPECT_EQ(a.cross_format_check, b.cross_format_check);
  EXPECT_EQ(a.tolerance, b.tolerance);
}

inline void expect_same(const RunConfig& a, const RunConfig& b) {
  expect_same(a.material, b.material);
  EXPECT_EQ(a.temperature, b.temperature);
  EXPECT_EQ(a.system_size, b.system_size);
  EXPECT_EQ(a.periodic, b.periodic);
  EXPECT_EQ(a.n_traj, b.n_traj);
  EXPECT_EQ(a.random_seed, b.random_seed);
  EXPECT_EQ(a.random_seed_float, b.random_seed_float);
  EXPECT_EQ(a.t_final, b.t_final);
  EXPECT_EQ(a.time_interval, b.time_interval);
  EXPECT_EQ(a.field.magnitude, b.field.magnitude);
  EXPECT_EQ(a.field.direction, b.field.direction);
  EXPECT_EQ(a.field.in_lattice_vectors, b.field.in_lattice_vectors);
  EXPECT_EQ(a.replay_pycd, b.replay_pycd);
  expect_same(a.output, b.output);
}

}  // namespace hopmc::config::testing
