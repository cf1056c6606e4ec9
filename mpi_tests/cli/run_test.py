"""hopmc run: settings and where they come from, what is written, the same bytes on any number of ranks."""

import json
import subprocess
import sys
import unittest

import h5py
import numpy as np
from program import N_FRAMES, N_TRAJ, NPY_FILES, ROOT, ProgramTest, contents, launch, launch_at_once

CHECKPOINTS = ("checkpoint.json", "checkpoint.previous.json")
INTERRUPTED = 75


def datasets(file):
    found = {}
    with h5py.File(file, "r") as h5:
        h5["trajectories"].visititems(
            lambda name, item: found.__setitem__(name, item[()]) if isinstance(item, h5py.Dataset) else None)
    return found


class Help(ProgramTest):
    def test_help_and_version_everywhere(self):
        for arguments in (["--help"], ["run", "--help"], ["validate", "--help"], ["info", "--help"]):
            for ranks in (1, 3):
                with self.subTest(f"{arguments} on {ranks}"):
                    result = launch(*arguments, ranks=ranks)
                    self.assertEqual((result.status, result.err), (0, ""))
                    self.assertEqual(result.out.count("Usage:"), 1)
                    for status in ("  0 ", "  1 ", "  2 ", "  3 ", "  75"):
                        self.assertIn(status, result.out)

    def test_version(self):
        result = launch("--version")
        self.assertEqual(result.status, 0)
        for word in ("hopmc ", "commit", "compiler", "MPI", "HDF5"):
            self.assertIn(word, result.out)


class PrintConfig(ProgramTest):
    def shown(self, *options, **keywords):
        """Key -> (value, source)."""
        before = contents(self.folder)
        result = launch("run", self.case.directory, "--output", self.output, "--print-config", *options, **keywords)
        self.assertEqual(result.status, 0, result)
        self.assertEqual(contents(self.folder), before)
        keys = {}
        for line in result.out.splitlines():
            setting, hash_sign, source = line.partition("  # ")
            if hash_sign:
                key, _, value = setting.partition(": ")
                keys[key] = (value.strip(), source)
        return keys

    def test_origins(self):
        self.case.write()
        keys = self.shown("--n-traj", "5", "--set", "temp=400")
        self.assertEqual(keys["n_traj"], ("5", "--n-traj"))
        self.assertEqual(keys["temp"][0], "400")
        self.assertIn("--set", keys["temp"][1])
        line = next(i for i, text in enumerate(self.case.simulation_file.read_text().splitlines(), 1) if "t_final" in text)
        self.assertTrue(keys["t_final"][1].endswith(f"simulation_parameters.yml:{line}"), keys["t_final"])
        self.assertEqual(keys["output_config.hdf5_options.shuffle"][1], "default")

    def test_precedence(self):
        self.case.simulation["output_config"] = {"hdf5_options": {"compression": "gzip", "compression_opts": 3}}
        self.case.write()
        key = "output_config.hdf5_options.compression"
        environment = {"HOPMC_COMPRESSION": "none"}
        self.assertIn("simulation_parameters.yml", self.shown()[key][1])
        self.assertEqual(self.shown(environment=environment)[key], ("none", "HOPMC_COMPRESSION"))
        keys = self.shown("--compression", "gzip:4", environment=environment)
        self.assertEqual(keys[key], ("gzip", "--compression"))
        self.assertEqual(keys["output_config.hdf5_options.compression_opts"][0], "4")

    def test_formats(self):
        self.case.write()
        keys = self.shown(environment={"HOPMC_FORMATS": "npy"})
        self.assertEqual(keys["output_config.formats.hdf5"], ("false", "HOPMC_FORMATS"))
        keys = self.shown("--formats", "hdf5,npy", environment={"HOPMC_FORMATS": "npy"})
        self.assertEqual(keys["output_config.formats.hdf5"], ("true", "--formats"))

    def test_on_several_ranks_it_is_printed_once(self):
        self.case.write()
        self.assertEqual(self.shown(ranks=3), self.shown(ranks=1))


class Run(ProgramTest):
    def test_what_is_written(self):
        result = self.run_case()
        names = {path.name for path in self.output.iterdir()}
        self.assertEqual(names, {"trajectory_data.h5", "validation.json", "run_metadata.json", *CHECKPOINTS, "traj1", "traj2", "traj3"})
        for number in range(1, N_TRAJ + 1):
            found = {path.name for path in (self.output / f"traj{number}").iterdir()}
            self.assertEqual(found, set(NPY_FILES.values()))
        report = json.loads((self.output / "validation.json").read_text())
        self.assertTrue(report["ok"])
        self.assertEqual(len(report["columns"]), N_TRAJ * len(NPY_FILES))
        for word in ("supercell", "carriers", "Ewald", "All hold", "simulate", "validate"):
            self.assertIn(word, result.out)

    def test_default_output_is_the_case(self):
        self.case.write()
        result = launch("run", self.case.directory, "--quiet")
        self.assertEqual((result.status, result.out, result.err), (0, "", ""))
        self.assertTrue((self.case.directory / "trajectory_data.h5").is_file())

    def test_two_at_once_in_a_directory_that_is_new(self):
        self.case.write()
        for n in range(3):
            output = self.folder / f"new{n}" / "out"
            results = launch_at_once(*(("run", self.case.directory, "--output", output, "--quiet", "--seed", seed)
                                       for seed in (1, 2)))
            self.assertEqual(sorted(result.status for result in results), [0, 2], "\n".join(map(str, results)))
            loser, winner = sorted((result.status == 0, seed) for seed, result in enumerate(results, 1))
            self.assertIn("holds results already", results[loser[1] - 1].err)
            checkpoint = json.loads((output / "checkpoint.json").read_text())
            self.assertIn(f'"random_seed": "{winner[1]}"', json.dumps(checkpoint))
            self.assertIn(f"--seed {winner[1]}", (output / "run_metadata.json").read_text())
            self.assertEqual(launch("validate", output).status, 0)

    def test_a_refused_run_makes_no_directory(self):
        self.case.write()
        for options in (("--set", "temp=-1"), ("--t-final", "2e-10", "--target-error", "0.1")):
            result = launch("run", self.case.directory, "--output", self.folder / "new" / "out", *options)
            self.assertEqual(result.status, 2, result)
            self.assertFalse((self.folder / "new").exists())

    def test_output_from_the_environment(self):
        self.case.write()
        elsewhere = self.folder / "else" / "where"
        result = launch("run", self.case.directory, "--quiet", environment={"HOPMC_OUTPUT": str(elsewhere)})
        self.assertEqual(result.status, 0, result)
        self.assertTrue((elsewhere / "trajectory_data.h5").is_file())

    def test_formats(self):
        for formats, expected in (("hdf5", {"trajectory_data.h5", "validation.json", *CHECKPOINTS}),
                                  ("npy", {"run_metadata.json", *CHECKPOINTS, "traj1", "traj2", "traj3", "validation.json"})):
            with self.subTest(formats):
                self.output = self.folder / formats
                self.run_case("--formats", formats)
                self.assertEqual({path.name for path in self.output.iterdir()}, expected)
                self.assertEqual(launch("validate", self.output).status, 0)

    def test_size_is_told_before(self):
        self.run_case("--quiet", "--formats", "npy")
        frames = sum(np.load(path).nbytes for path in self.output.glob("traj*/*.npy") if path.name != "time_data.npy")
        no_hops = ("--set", "output_data.time.write=0")
        for options, more in (((), " and 8 bytes a hop in npy, less in HDF5"),
                              (("--compression", "none"), " and 8 bytes a hop in npy, as much in HDF5"),
                              (("--formats", "hdf5", *no_hops), ", less when compressed"),
                              (("--formats", "npy", *no_hops), "")):
            with self.subTest(options):
                result = self.run_case("--overwrite", *options)
                self.assertIn(f"\n  size         {frames / 1e3:.3g} kB of frames{more}\n", result.out)
        result = self.run_case("--overwrite", "--set", "output_data.unwrapped_traj.write_every_step=1")
        self.assertNotIn("\n  size ", result.out)

    def test_frames_that_compression_may_not_save_are_warned_of(self):
        self.case.write()
        for options in ((), ("--resume",)):
            result = launch("run", self.case.directory, "--output", self.output, "--t-final", "1e3", "--formats", "hdf5",
                            "--time-limit", "0.1", *options)
            self.assertEqual(result.status, INTERRUPTED, result)
            self.assertRegex(result.err, rf"hopmc: warning: {self.output}: only \S+ [kMGT]B are free there for 4080 TB of frames")

    def test_npy_alone_is_warned_of_until_silenced(self):
        silence = ("--set", "output_config.npy_only_warning=0")
        for options, warned in ((("--formats", "npy"), True), (("--formats", "npy", *silence), False),
                                (("--formats", "npy", "--quiet"), False), (("--formats", "hdf5"), False), ((), False)):
            with self.subTest(options):
                result = self.run_case("--overwrite", "--progress", "off", *options)
                warnings = [line for line in result.err.splitlines() if line.startswith("hopmc: warning: ")]
                self.assertEqual(len(warnings), warned, result)
                self.assertEqual(result.err.count("\n"), warned, result)
                for word in ("only npy", "--formats", *silence[1:]) if warned else ():
                    self.assertIn(word, warnings[0])
        # Whatever made it the only format is named; silence is no difference to a run that is resumed.
        self.case.simulation["output_config"] = {"formats": {"hdf5": False}}
        result = self.run_case("--overwrite", "--progress", "off")
        self.assertIn("simulation_parameters.yml:", result.err)
        self.run_case("--resume", "--n-traj", "4", *silence)

    def test_overwrite_removes_what_was_made_of_the_results(self):
        self.run_case("--quiet")
        for command in (("analyze", self.output, "--msd-data"), ("unwrap", self.output)):
            result = launch(*command, ranks=1)
            self.assertEqual(result.status, 0, result)
        self.assertTrue((self.output / "analysis" / "analysis.json").exists())
        self.assertTrue((self.output / "unwrapped" / "traj3" / "unwrapped_traj.npy").exists())
        self.run_case("--quiet", "--overwrite")
        self.assertFalse((self.output / "analysis").exists())
        self.assertFalse((self.output / "unwrapped").exists())
        # Not what somebody else keeps there, nor the exact answer, which belongs to the case.
        launch("analyze", self.output, ranks=1)
        for path in (self.output / "analysis" / "exact.json", self.output / "analysis" / "notes.txt",
                     self.output / "unwrapped" / "traj1" / "mine.npy"):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("mine")
        self.run_case("--quiet", "--overwrite")
        self.assertEqual({path.name for path in (self.output / "analysis").iterdir()}, {"exact.json", "notes.txt"})
        self.assertTrue((self.output / "unwrapped" / "traj1" / "mine.npy").exists())
        (self.output / "analysis" / "msd_mine.csv").write_text("of another program")
        self.run_case("--quiet", "--overwrite")
        self.assertTrue((self.output / "analysis" / "msd_mine.csv").exists())

    def test_options_reach_the_file(self):
        self.run_case("--n-traj", "2", "--seed", "11", "--t-final", "2e-9", "--time-interval", "1e-9", "--set", "temp=350",
                      "--compression", "none")
        with h5py.File(self.output / "trajectory_data.h5", "r") as file:
            parameters = file["metadata/simulation_params"].attrs
            self.assertEqual(
                (parameters["n_traj"], parameters["random_seed"], parameters["t_final"], parameters["time_interval"]),
                (2, 11, 2e-9, 1e-9))
            self.assertEqual(file["metadata/system_info"].attrs["temperature"], 350)
            self.assertEqual(file["trajectories/traj_002/time"].shape, (3,))
            self.assertIsNone(file["trajectories/traj_001/time"].compression)

    def test_long_paths(self):
        """OpenMPI aborts at paths that its shared file pointers have no room for."""
        for ranks, options in ((1, ()), (2, ("--set", "io.ranks_per_file=1"))):
            self.output = self.folder / f"{ranks}" / ("a" * 250) / ("b" * 250) / ("c" * 250)
            self.run_case("--quiet", *options, ranks=ranks)
            self.assertEqual(launch("validate", self.output, ranks=1).status, 0)

    def test_overwrite_removes_results_and_nothing_else(self):
        self.run_case()
        foreign = self.output / "traj2" / "initial_rnd_state.dump"
        foreign.write_text("of another program")
        (self.output / "notes.txt").write_text("mine")
        self.run_case("--n-traj", "1", "--overwrite")
        self.assertEqual(
            {path.name for path in self.output.iterdir()},
            {"trajectory_data.h5", "validation.json", "run_metadata.json", *CHECKPOINTS, "traj1", "traj2", "notes.txt"})
        self.assertEqual(list((self.output / "traj2").iterdir()), [foreign])

    def test_quiet_and_progress(self):
        self.assertEqual(self.run_case("--quiet").out, "")
        result = self.run_case("--overwrite", "--progress", "off")
        self.assertEqual(result.err, "")

    def test_every_step(self):
        self.case.simulation["output_data"]["unwrapped_traj"]["write_every_step"] = 1
        self.run_case("--t-final", "2e-9")
        with h5py.File(self.output / "trajectory_data.h5", "r") as file:
            group = file["trajectories/traj_001"]
            self.assertEqual(group["time"].shape[0], group.attrs["hops"] + 1)

    def test_field_and_partial_periodicity(self):
        self.case.simulation["pbc"] = [1, 1, 0]
        self.case.simulation["external_field"] = {"electric": {"active": 1, "dir": [0, 1, 1], "ld": 1, "mag": 1e-4}}
        self.run_case()

    def test_occupancy_of_every_site(self):
        """Two species: the same run in both forms."""
        self.case.simulation["species_count"] = [2, 1]
        self.case.material.update(
            neighbor_cutoff_dist={"Cs:Cs": [[4.0]], "Cl:Cl": [[4.0]]},
            neighbor_cutoff_dist_tol={"Cs:Cs": [[0.01]], "Cl:Cl": [[0.01]]},
            lambda_values={"Cs:Cs": [[1.2]], "Cl:Cl": [[1.2]]}, v_ab={"Cs:Cs": [[0.1]], "Cl:Cl": [[0.1]]})
        self.run_case()
        carriers = datasets(self.output / "trajectory_data.h5")
        self.output = self.folder / "states"
        self.run_case("--set", "output_data.occupancy.every_site=1")
        states = datasets(self.output / "trajectory_data.h5")
        for name, values in carriers.items():
            if not name.endswith("/occupancy"):
                np.testing.assert_array_equal(states[name], values)
                continue
            expected = np.zeros((len(values), 3 * 3 * 2 * 2), dtype="<i4")
            for row, sites in enumerate(values):
                expected[row, sites] = (1, 1, 2)
            np.testing.assert_array_equal(states[name], expected)

    def test_replay(self):
        self.case.simulation["system_size"] = [4, 4, 4]
        self.case.material.update(alpha=0.3, r_cut=7.0, k_cut=3.0)
        self.run_case("--replay", "pycd")
        with h5py.File(self.output / "trajectory_data.h5", "r") as file:
            self.assertIn("pycd_version", file["metadata/simulation_info"].attrs)


class SameBytes(ProgramTest):
    def test_any_number_of_ranks(self):
        self.case.simulation["n_traj"] = 5
        expected, expected_npy = None, None
        for ranks in (1, 2, 3, 4):
            with self.subTest(f"{ranks} ranks"):
                self.output = self.folder / f"out{ranks}"
                self.run_case("--quiet", ranks=ranks)
                found = datasets(self.output / "trajectory_data.h5")
                npy = {path.relative_to(self.output): digest for path, digest in contents(self.output).items()
                       if path.suffix == ".npy"}
                expected, expected_npy = expected or found, expected_npy or npy
                self.assertEqual(len(npy), 5 * len(NPY_FILES))
                self.assertEqual(npy, expected_npy)
                self.assertEqual(found.keys(), expected.keys())
                for name, values in found.items():
                    self.assertEqual(values.tobytes(), expected[name].tobytes(), name)

    def test_the_schema(self):
        self.run_case("--quiet")
        check = ROOT / "mpi_tests" / "trajectory" / "schema_check.py"
        result = subprocess.run(
            [sys.executable, "-B", check, self.output / "trajectory_data.h5", "--complete", "--require", *NPY_FILES],
            capture_output=True, check=False, timeout=300, text=True)
        self.assertEqual(result.returncode, 0, result.stdout + result.stderr)

    def test_both_formats_hold_the_same_bits(self):
        self.run_case("--quiet")
        for name, values in datasets(self.output / "trajectory_data.h5").items():
            group, _, column = name.partition("/")
            npy = np.load(self.output / f"traj{int(group[5:])}" / NPY_FILES[column])
            self.assertEqual((values.dtype, values.shape), (npy.dtype, npy.shape))
            self.assertEqual(values.tobytes(), npy.tobytes())
            if column == "time":
                self.assertEqual(len(values), N_FRAMES)


if __name__ == "__main__":
    unittest.main()
