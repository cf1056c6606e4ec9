"""What h5py and numpy find in the results of a run: schema, shapes, types, units, chunks, content."""

import os
import shutil
import subprocess
import tempfile
import unittest
import zlib
from pathlib import Path

import h5py
import numpy as np

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = os.environ.get("HOPMC_PROGRAM", str(ROOT / "build" / "hopmc"))
CASE = ROOT / "examples" / "hematite_carriers"
N_TRAJ, N_FRAMES, N_CARRIERS = 3, 101, 5
TIME_INTERVAL, T_FINAL = 2e-9, 2e-7  # s
BOHR, HARTREE, ATOMIC_TIME = 5.2917721067e-11, 4.359744650e-18, 2.418884326509e-17  # CODATA 2014

# Dataset: shape, dtype, units, SI units, SI factor, npy file.
COLUMNS = {
    "coordinates/unwrapped": ((N_FRAMES, 15), "<f8", "bohr", "m", BOHR, "unwrapped_traj.npy"),
    "coordinates/wrapped": ((N_FRAMES, 15), "<f8", "bohr", "m", BOHR, "wrapped_traj.npy"),
    "time": ((N_FRAMES,), "<f8", "hbar/E_h", "s", ATOMIC_TIME, "time.npy"),
    "energy": ((N_FRAMES,), "<f8", "E_h", "J", HARTREE, "energy_traj.npy"),
    "delg_0": ((N_FRAMES,), "<f8", "E_h", "J", HARTREE, "delG0_traj.npy"),
    "potential": ((N_FRAMES,), "<f8", "E_h", "J", HARTREE, "potential_traj.npy"),
    "occupancy": ((N_FRAMES, N_CARRIERS), "<i4", "1", "1", 1.0, "occupancy.npy"),
    "time_data": (None, "<f8", "hbar/E_h", "s", ATOMIC_TIME, "time_data.npy"),
}


def simulate(output, *options, ranks=2):
    every = [f"--set=output_data.{name}.write=1" for name in ("time", "delg_0", "potential", "occupancy")]
    command = ["mpirun", "--oversubscribe", "-n", str(ranks), PROGRAM, "run", str(CASE), "--output", str(output)]
    command += ["--n-traj", str(N_TRAJ), "--t-final", str(T_FINAL), "--quiet", *every, *options]
    subprocess.run(command, check=True, timeout=300, stdout=subprocess.DEVNULL)


def visit_all(file):
    objects = {}
    file.visititems(objects.__setitem__)
    return objects


class SharedFile(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.output = Path(folder.name) / "results"
        simulate(cls.output)
        cls.file = h5py.File(cls.output / "trajectory_data.h5", "r")
        cls.addClassCleanup(cls.file.close)

    def trajectories(self):
        for number in range(1, N_TRAJ + 1):
            yield number, self.file[f"trajectories/traj_{number:03d}"]

    def test_holds_the_groups_and_datasets_of_the_format_and_no_others(self):
        expected = {"metadata", "trajectories"}
        expected |= {f"metadata/{g}" for g in ("simulation_info", "system_info", "simulation_params", "provenance")}
        texts = ("simulation_parameters.yml", "sys_config.yml", "POSCAR", "effective_config")
        expected |= {f"metadata/provenance/{name}" for name in texts}
        for number in range(1, N_TRAJ + 1):
            group = f"trajectories/traj_{number:03d}"
            expected |= {group, f"{group}/coordinates"} | {f"{group}/{column}" for column in COLUMNS}
        online = ("lag", "msd", "msd_error", "diffusivity", "diffusivity_error")
        expected |= {"analysis", "analysis/online"} | {f"analysis/online/{name}" for name in online}
        self.assertEqual(set(visit_all(self.file)), expected)

    def test_says_what_it_is(self):
        self.assertEqual(self.file.attrs["format"], "hopmc-trajectory")
        self.assertEqual(self.file.attrs["format_version"], "hdf5_v1")
        info = self.file["metadata/simulation_info"].attrs
        self.assertEqual(info["format_version"], "hdf5_v1")
        self.assertEqual(info["total_trajectories"], N_TRAJ)
        self.assertRegex(info["created_on"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|\+00:00)$")
        self.assertRegex(info["version"], r"^\d+\.\d+\.\d+")
        self.assertNotIn("pycd_version", info)

    def test_describes_the_system(self):
        info = self.file["metadata/system_info"].attrs
        np.testing.assert_array_equal(info["pbc"], [1, 1, 1])
        np.testing.assert_array_equal(info["system_size"], [3, 3, 1])
        self.assertEqual(list(info["species_types"]), ["electron", "hole"])
        np.testing.assert_array_equal(info["species_count"], [5, 0])
        self.assertEqual(info["temperature"], 300.0)
        a, c = 5.038e-10 / BOHR, 13.772e-10 / BOHR
        cell = [[a, 0, 0], [-a / 2, a * np.sqrt(3) / 2, 0], [0, 0, c]]
        np.testing.assert_allclose(info["lattice_matrix"], cell, rtol=1e-8, atol=1e-12)

    def test_describes_the_run(self):
        params = self.file["metadata/simulation_params"].attrs
        self.assertEqual(params["n_traj"], N_TRAJ)
        self.assertEqual(params["random_seed"], 2)
        self.assertEqual(params["time_interval"], TIME_INTERVAL)
        self.assertEqual(params["t_final"], T_FINAL)
        provenance = self.file["metadata/provenance"]
        for name in ("command_line", "git_commit", "build_type", "compiler", "mpi_version", "hdf5_version", "rng"):
            self.assertTrue(provenance.attrs[name], name)
        self.assertEqual(provenance.attrs["ranks"], 2)

    def test_keeps_the_input_files_byte_for_byte(self):
        provenance = self.file["metadata/provenance"]
        for name, path in (
            ("simulation_parameters.yml", CASE / "simulation_parameters.yml"),
            ("sys_config.yml", CASE / "InputFiles" / "sys_config.yml"),
            ("POSCAR", CASE / "InputFiles" / "POSCAR"),
        ):
            stored = provenance[name][()]
            stored = stored if isinstance(stored, bytes) else np.asarray(stored).tobytes()
            self.assertEqual(stored, path.read_bytes(), name)

    def test_datasets_have_their_shape_type_units_and_filters(self):
        for _, group in self.trajectories():
            for path, (shape, dtype, units, si_units, si_factor, _) in COLUMNS.items():
                data = group[path]
                self.assertEqual(data.shape, shape or (group.attrs["hops"] + 1,), path)
                self.assertEqual(data.dtype, np.dtype(dtype), path)
                self.assertEqual(data.maxshape, (None, *data.shape[1:]), path)
                self.assertIsNotNone(data.chunks, path)
                self.assertEqual((data.compression, data.compression_opts), ("gzip", 1), path)
                self.assertEqual(data.attrs["units"], units, path)
                self.assertEqual(data.attrs["si_units"], si_units, path)
                self.assertAlmostEqual(data.attrs["si_factor"] / si_factor, 1.0, places=8)

    def test_trajectories_are_complete(self):
        for number, group in self.trajectories():
            self.assertEqual(group.attrs["status"], "complete")
            self.assertEqual(group.attrs["trajectory"], number)
            self.assertEqual(group.attrs["frames"], N_FRAMES)
            self.assertGreater(group.attrs["hops"], 100)

    def test_npy_files_hold_the_same_bytes(self):
        for number, group in self.trajectories():
            for path, column in COLUMNS.items():
                stored, array = group[path][()], np.load(self.output / f"traj{number}" / column[-1])
                self.assertEqual(array.shape, stored.shape, path)
                self.assertEqual(array.dtype, stored.dtype, path)
                self.assertEqual(array.tobytes(), stored.tobytes(), path)

    def test_checksums_are_those_of_zlib(self):
        for _, group in self.trajectories():
            for path in COLUMNS:
                self.assertEqual(group[path].attrs["crc32"], zlib.crc32(group[path][()].tobytes()), path)

    def test_frames_are_evenly_spaced_from_zero(self):
        for _, group in self.trajectories():
            seconds = group["time"][()] * group["time"].attrs["si_factor"]
            np.testing.assert_allclose(seconds, np.arange(N_FRAMES) * TIME_INTERVAL, rtol=1e-12, atol=0)
            hops = group["time_data"][()]
            self.assertEqual(hops[0], 0.0)
            self.assertTrue((np.diff(hops) > 0).all())

    def test_positions_agree_with_each_other(self):
        info = self.file["metadata/system_info"].attrs
        cell = info["lattice_matrix"] * np.asarray(info["system_size"])[:, None]
        for _, group in self.trajectories():
            unwrapped = group["coordinates/unwrapped"][()].reshape(N_FRAMES, N_CARRIERS, 3)
            wrapped = group["coordinates/wrapped"][()].reshape(N_FRAMES, N_CARRIERS, 3)
            self.assertFalse(unwrapped[0].any())
            fractional = wrapped @ np.linalg.inv(cell)
            self.assertTrue(((fractional > -1e-9) & (fractional < 1 + 1e-9)).all())
            images = (wrapped - wrapped[0] - unwrapped) @ np.linalg.inv(cell)
            np.testing.assert_allclose(images, np.rint(images), atol=1e-9)
            # Two carriers are never on one site, and a site has one position.
            occupancy = group["occupancy"][()]
            self.assertTrue(all(len(set(row)) == N_CARRIERS for row in occupancy))
            for site in np.unique(occupancy):
                self.assertEqual(len(np.unique(wrapped[occupancy == site], axis=0)), 1)

    def test_is_told_by_h5dump(self):
        tool = shutil.which("h5dump")
        self.assertIsNotNone(tool, "h5dump (hdf5-tools) is missing")
        result = subprocess.run(
            [tool, "-d", "/trajectories/traj_001/time", self.output / "trajectory_data.h5"],
            capture_output=True, text=True, check=True,
        )
        self.assertIn("H5T_IEEE_F64LE", result.stdout)


class Options(unittest.TestCase):
    def test_the_bytes_do_not_depend_on_the_number_of_ranks(self):
        with tempfile.TemporaryDirectory() as folder:
            contents = []
            for ranks in (1, 3):
                output = Path(folder) / str(ranks)
                simulate(output, ranks=ranks)
                with h5py.File(output / "trajectory_data.h5", "r") as file:
                    data = {name: item[()].tobytes() for name, item in visit_all(file["trajectories"]).items()
                            if isinstance(item, h5py.Dataset)}
                data |= {str(f.relative_to(output)): f.read_bytes() for f in output.glob("traj*/*.npy")}
                self.assertEqual(len(data), N_TRAJ * 2 * len(COLUMNS))
                contents.append(data)
            self.assertEqual(contents[0].keys(), contents[1].keys())
            for name, content in contents[0].items():
                self.assertEqual(content, contents[1][name], name)

    def test_compression_shuffle_fletcher32_and_chunks_are_as_asked(self):
        with tempfile.TemporaryDirectory() as folder:
            options = "output_config.hdf5_options"
            simulate(folder + "/a", "--compression", "gzip:6", f"--set={options}.shuffle=true",
                     f"--set={options}.fletcher32=true", f"--set={options}.chunks=16")
            simulate(folder + "/b", "--compression", "none")
            with h5py.File(folder + "/a/trajectory_data.h5") as a, h5py.File(folder + "/b/trajectory_data.h5") as b:
                for path in COLUMNS:
                    first, second = a[f"trajectories/traj_001/{path}"], b[f"trajectories/traj_001/{path}"]
                    self.assertEqual((first.compression, first.compression_opts), ("gzip", 6))
                    self.assertTrue(first.shuffle and first.fletcher32)
                    if path != "time_data":
                        self.assertEqual(first.chunks[0], 16)
                    self.assertIsNone(second.compression)
                    self.assertFalse(second.shuffle or second.fletcher32)
                    self.assertEqual(first[()].tobytes(), second[()].tobytes())

    def test_part_files_are_read_through_the_shared_file(self):
        with tempfile.TemporaryDirectory() as folder:
            simulate(folder + "/one")
            simulate(folder + "/parts", "--set=io.ranks_per_file=1")
            shutil.move(folder + "/parts", folder + "/moved")
            subprocess.run([PROGRAM, "validate", folder + "/moved"], check=True, timeout=300,
                           stdout=subprocess.DEVNULL)
            parts = sorted(path.name for path in Path(folder, "moved", "trajectory_data.parts").iterdir())
            self.assertEqual(parts, ["part_001.h5", "part_002.h5"])
            with h5py.File(folder + "/one/trajectory_data.h5") as one, \
                    h5py.File(folder + "/moved/trajectory_data.h5") as moved:
                self.assertEqual(set(one["trajectories"]), set(moved["trajectories"]))
                for number in range(1, N_TRAJ + 1):
                    for path in COLUMNS:
                        name = f"trajectories/traj_{number:03d}/{path}"
                        self.assertEqual(one[name][()].tobytes(), moved[name][()].tobytes(), name)

    def test_lzf_and_blosc_hold_the_same(self):
        with tempfile.TemporaryDirectory() as folder:
            simulate(folder + "/gzip")
            plain = h5py.File(folder + "/gzip/trajectory_data.h5")
            self.addCleanup(plain.close)
            for how in ("lzf", "blosc:zstd:3", "blosc:lz4"):
                output = f"{folder}/{how}"
                simulate(output, "--compression", how)
                subprocess.run([PROGRAM, "validate", output], check=True, timeout=300, stdout=subprocess.DEVNULL)
                information = subprocess.run([PROGRAM, "info", output], check=True, timeout=300, text=True,
                                             stdout=subprocess.PIPE).stdout
                self.assertIn({"lzf": "lzf", "blosc:zstd:3": "blosc zstd 3"}.get(how, "blosc lz4 1"), information)
                with h5py.File(output + "/trajectory_data.h5") as file:
                    for path in COLUMNS:
                        dataset = file[f"trajectories/traj_001/{path}"]
                        expected = plain[f"trajectories/traj_001/{path}"][()].tobytes()
                        if how == "lzf":
                            self.assertEqual(dataset.compression, "lzf")
                            self.assertEqual(dataset[()].tobytes(), expected)
                        elif h5py.h5z.filter_avail(32001):
                            self.assertEqual(dataset[()].tobytes(), expected)
                        else:
                            self.assertEqual(list(dataset._filters), ["32001"])


if __name__ == "__main__":
    unittest.main()
