"""hopmc validate must find every kind of damage, and name its place."""

import json
import os
import shutil
import unittest
import zlib

import h5py
import numpy as np
from program import N_TRAJ, NPY_FILES, ProgramTest, launch

MISMATCH = 1


def flip_bit(path, offset_from_end, bit=0):
    content = bytearray(path.read_bytes())
    content[-1 - offset_from_end] ^= 1 << bit
    path.write_bytes(content)


class Damage(ProgramTest):
    """One run for all tests; each damages a copy."""

    @classmethod
    def setUpClass(cls):
        maker = cls()
        ProgramTest.setUp(maker)
        cls.addClassCleanup(maker.doCleanups)
        maker.run_case("--quiet")
        cls.good = maker.output

    def setUp(self):
        super().setUp()
        shutil.copytree(self.good, self.output)
        self.file = self.output / "trajectory_data.h5"

    def npy(self, number, column):
        return self.output / f"traj{number}" / NPY_FILES[column]

    def check(self, *named, path=None):
        result = launch("validate", path or self.output, ranks=1)
        self.assertEqual(result.status, MISMATCH, result)
        self.assertEqual(result.err, "")
        found = result.out.partition("What does not hold:")[2]
        for name in named:
            self.assertIn(name, found, result)
        report = json.loads((self.output / "validation.json").read_text())
        self.assertFalse(report["ok"])
        return result

    def edit(self):
        return h5py.File(self.file, "r+")

    def rewrite(self, group, column, values, keep_checksum=True):
        """Replaces a dataset by one of another shape or type, attributes kept."""
        with self.edit() as file:
            parent = file[f"trajectories/{group}"]
            attributes = dict(parent[column].attrs)
            del parent[column]
            new = parent.create_dataset(column, data=values, maxshape=(None, *values.shape[1:]), chunks=True)
            for name, value in attributes.items():
                if keep_checksum or name != "crc32":
                    new.attrs[name] = value

    def test_good_results(self):
        for path in (self.output, self.file):
            result = launch("validate", path, ranks=1)
            self.assertEqual((result.status, result.err), (0, ""), result)
            self.assertIn("All hold", result.out)

    def test_formats_that_are_not_to_be_compared(self):
        """As the run was asked; the formats are then checked each for itself."""
        self.output = self.folder / "not_compared"
        self.run_case("--quiet", "--set", "output_config.validation.cross_format_check=false")
        result = launch("validate", self.output, ranks=1)
        self.assertEqual((result.status, result.err), (0, ""), result)
        self.assertIn("formats were not compared with each other", result.out)
        self.assertRegex(result.out, r"(?m)^All hold\.$")

    def reports_of_ranks(self, numbers):
        """Status, text and report of a validation on each of these numbers of ranks."""
        found = []
        for ranks in numbers:
            result = launch("validate", self.output, ranks=ranks)
            self.assertEqual(result.errors, [], result)
            report = self.output / "validation.json"
            found.append((result.status, result.out, report.read_text()))
            report.unlink()
        return found

    def test_good_results_on_several_ranks(self):
        alone, *together = self.reports_of_ranks([1, 2, 3, 4])
        self.assertEqual(alone[0], 0)
        for found in together:
            self.assertEqual(found, alone)

    def test_damage_is_told_alike_on_several_ranks(self):
        """Of many findings of a kind the first are listed, whichever rank comes upon them."""
        self.output = self.folder / "damaged"
        self.run_case("--quiet", "--n-traj", "9")
        for number in range(1, 10):
            flip_bit(self.npy(number, "time"), 7)
        self.npy(2, "energy").unlink()
        shutil.rmtree(self.output / "traj5")
        with h5py.File(self.output / "trajectory_data.h5", "r+") as file:
            file["trajectories/traj_001/time"].attrs["units"] = "s"
            file["trajectories/traj_004/energy"][3] = np.nan
            del file["trajectories/traj_008/coordinates/wrapped"]
            del file["trajectories/traj_009"]
        alone, *together = self.reports_of_ranks([1, 2, 3, 4])
        self.assertEqual(alone[0], MISMATCH)
        for part in ("traj_001/time/units", "traj2/energy_traj.npy: missing", "traj5: missing", "not finite",
                     "traj_008/coordinates/wrapped: missing", "traj_009: missing", "time: checksum: 2 more of this kind"):
            self.assertIn(part, alone[1])
        for found in together:
            self.assertEqual(found, alone)

    def test_no_results_on_several_ranks(self):
        result = launch("validate", self.folder / "nowhere", ranks=3)
        self.assertEqual(result.status, 3, result)
        self.assertEqual(len(result.errors), 1, result)

    def test_bit_flipped_in_npy(self):
        for column in NPY_FILES:
            for place in ("first", "last"):
                with self.subTest(f"{column} {place}"):
                    path = self.npy(2, column)
                    original = path.read_bytes()
                    size = np.load(path).nbytes
                    flip_bit(path, size - 1 if place == "first" else 7 if column != "occupancy" else 3)
                    self.check(f"traj2/{NPY_FILES[column]}", "CRC-32")
                    path.write_bytes(original)

    def test_bit_flipped_in_hdf5(self):
        for column in NPY_FILES:
            for index in (0, -1):
                with self.subTest(f"{column} {index}"):
                    original = self.file.read_bytes()
                    with self.edit() as file:
                        dataset = file[f"trajectories/traj_003/{column}"]
                        values = dataset[()]
                        flat = values.reshape(-1).view(np.uint8)
                        flat[0 if index == 0 else len(flat) - values.itemsize] ^= 1
                        dataset[...] = values
                    self.check(f"traj_003/{column}", "CRC-32", "in HDF5")
                    self.file.write_bytes(original)

    def test_bit_flipped_in_hdf5_alone(self):
        for number in range(1, N_TRAJ + 1):
            shutil.rmtree(self.output / f"traj{number}")
        with self.edit() as file:
            dataset = file["trajectories/traj_001/energy"]
            dataset[5] = np.nextafter(dataset[5], 1)
        self.check("traj_001/energy", "CRC-32", path=self.file)

    def test_bit_flipped_in_npy_alone(self):
        self.file.unlink()
        flip_bit(self.npy(1, "energy"), 7)
        self.check("traj1/energy_traj.npy", "trajectory_data.h5: missing")

    def drop_checksums(self, *names):
        path = self.output / "run_metadata.json"
        record = json.loads(path.read_text())
        for name in names or list(record["checksums"]):
            del record["checksums"][name]
        path.write_text(json.dumps(record))

    def npy_run(self):
        self.output = self.folder / "npy_alone"
        result = self.run_case("--formats", "npy")
        self.assertNotIn("Note:", result.out)
        self.assertIn("checksums of the npy contents", result.out)

    def test_checksums_missing_in_the_record_come_from_the_checkpoint(self):
        self.npy_run()
        for names in ((), ("traj2/energy_traj.npy",)):
            with self.subTest(names):
                before = (self.output / "run_metadata.json").read_bytes()
                self.drop_checksums(*names)
                result = launch("validate", self.output, ranks=1)
                self.assertEqual(result.status, 0, result)
                self.assertNotIn("Note:", result.out)
                flip_bit(self.npy(2, "energy"), 0)
                self.check("traj2/energy_traj.npy", "CRC-32")
                flip_bit(self.npy(2, "energy"), 0)
                (self.output / "run_metadata.json").write_bytes(before)

    def test_checksums_that_are_nowhere_are_told(self):
        self.npy_run()
        self.drop_checksums("traj2/energy_traj.npy", "traj3/occupancy.npy")
        for damage in ("no checkpoint", "damaged checkpoint", "checkpoint of another run"):
            with self.subTest(damage):
                (self.output / "checkpoint.previous.json").unlink(missing_ok=True)
                if damage == "no checkpoint":
                    (self.output / "checkpoint.json").unlink()
                elif damage == "damaged checkpoint":
                    (self.output / "checkpoint.json").write_text("{}")
                else:
                    other = json.loads((self.good / "checkpoint.json").read_text())
                    other["body"]["created_on"] = "2001-01-01T00:00:00Z"
                    body = json.dumps(other["body"], sort_keys=True, separators=(",", ":"), ensure_ascii=False)
                    other["crc32"] = zlib.crc32(body.encode())
                    (self.output / "checkpoint.json").write_text(json.dumps(other))
                result = launch("validate", self.output, ranks=1)
                self.assertEqual(result.status, 0, result)
                self.assertIn("Note: 2 npy files have no recorded checksum", result.out)
                self.assertEqual("checkpoint.json: damaged" in result.out, damage == "damaged checkpoint", result)
                report = json.loads((self.output / "validation.json").read_text())
                self.assertIn("2 npy files have no recorded checksum", report["notes"][-1])

    def test_the_report_of_a_copy_is_its_own(self):
        copy = self.output / "backup.h5"
        shutil.copy(self.file, copy)
        with h5py.File(copy, "r+") as file:
            del file["trajectories/traj_002"]
        self.case.write()
        of_run = (self.output / "validation.json").read_bytes()
        in_case = self.case.directory / "mine.h5"
        shutil.copy(self.file, in_case)
        for path, status in ((copy, MISMATCH), (in_case, 0)):
            for named, cwd in ((path, None), (path.name, path.parent)):
                with self.subTest(named):
                    report = path.with_name(path.name + ".validation.json")
                    result = launch("validate", named, ranks=1, cwd=cwd)
                    self.assertEqual((result.status, result.err), (status, ""), result)
                    self.assertEqual(json.loads(report.read_text())["ok"], status == 0)
                    report.unlink()
                    self.assertFalse((self.case.directory / "validation.json").exists())
        self.assertEqual((self.output / "validation.json").read_bytes(), of_run)
        launch("validate", in_case, ranks=1)
        result = launch("run", self.case.directory, "--quiet", "--n-traj", 1)
        self.assertEqual((result.status, result.err), (0, ""), result)

    def test_missing_frame(self):
        for column in ("time", "coordinates/unwrapped"):
            with self.subTest(f"npy {column}"):
                np.save(self.npy(1, column), np.load(self.npy(1, column))[:-1])
                self.check(f"traj1/{NPY_FILES[column]}", "shape")
            with self.subTest(f"hdf5 {column}"):
                with self.edit() as file:
                    dataset = file[f"trajectories/traj_001/{column}"]
                    dataset.resize(len(dataset) - 1, axis=0)
                self.check(f"traj_001/{column}", "shape")

    def test_extra_frame(self):
        with self.subTest("npy"):
            values = np.load(self.npy(1, "energy"))
            np.save(self.npy(1, "energy"), np.append(values, values[-1]))
            self.check("traj1/energy_traj.npy", "shape")
        with self.subTest("hdf5"):
            with self.edit() as file:
                dataset = file["trajectories/traj_001/energy"]
                dataset.resize(len(dataset) + 1, axis=0)
            self.check("traj_001/energy", "shape")

    def test_extra_hop(self):
        with self.edit() as file:
            dataset = file["trajectories/traj_001/time_data"]
            dataset.resize(len(dataset) + 1, axis=0)
            dataset[-1] = 2 * dataset[-2]
        values = np.load(self.npy(1, "time_data"))
        np.save(self.npy(1, "time_data"), np.append(values, 2 * values[-1]))
        self.check("traj_001/time_data", "shape")

    def test_missing_trajectory(self):
        with self.edit() as file:
            del file["trajectories/traj_002"]
        self.check("/trajectories/traj_002: missing")
        shutil.rmtree(self.output / "traj2")
        self.check("/trajectories/traj_002: missing", "traj2: missing")

    def test_missing_npy_directory(self):
        shutil.rmtree(self.output / "traj3")
        self.check("traj3: missing")

    def test_extra_trajectory(self):
        with self.edit() as file:
            file.copy("trajectories/traj_001", "trajectories/traj_004")
        shutil.copytree(self.output / "traj1", self.output / "traj4")
        self.check("traj_004", "traj4")

    def test_unknown_group(self):
        with self.edit() as file:
            file.create_group("trajectories/other")
        self.check("other")

    def test_missing_column(self):
        with self.edit() as file:
            del file["trajectories/traj_001/delg_0"]
        self.npy(2, "delg_0").unlink()
        self.check("traj_001/delg_0: missing", "traj2/delG0_traj.npy: missing")

    def test_unexpected_column(self):
        directory = self.folder / "less"
        self.case.simulation["output_data"]["energy"]["write"] = 0
        self.case.write()
        self.assertEqual(launch("run", self.case.directory, "--output", directory, "--quiet").status, 0)
        with h5py.File(directory / "trajectory_data.h5", "r+") as file, h5py.File(self.file) as other:
            other.copy("trajectories/traj_001/energy", file["trajectories/traj_001"])
        self.output = directory
        self.check("traj_001/energy")

    def test_wrong_type(self):
        with self.subTest("npy"):
            np.save(self.npy(1, "energy"), np.load(self.npy(1, "energy")).astype("<f4"))
            self.check("traj1/energy_traj.npy", "<f4")
        with self.subTest("hdf5"):
            with h5py.File(self.file) as file:
                values = file["trajectories/traj_002/energy"][()]
            self.rewrite("traj_002", "energy", values.astype(">f8"))
            self.check("traj_002/energy", ">f8")

    def test_wrong_shape(self):
        with self.subTest("npy"):
            np.save(self.npy(1, "coordinates/unwrapped"), np.load(self.npy(1, "coordinates/unwrapped"))[:, :3])
            self.check("traj1/unwrapped_traj.npy", "shape")
        with self.subTest("hdf5"):
            with h5py.File(self.file) as file:
                values = file["trajectories/traj_002/occupancy"][()]
            self.rewrite("traj_002", "occupancy", values.T.copy())
            self.check("traj_002/occupancy", "shape")

    def test_swapped_trajectories(self):
        with self.subTest("npy"):
            os.rename(self.output / "traj1", self.output / "t")
            os.rename(self.output / "traj2", self.output / "traj1")
            os.rename(self.output / "t", self.output / "traj2")
            self.check("traj1/unwrapped_traj.npy", "traj2/unwrapped_traj.npy")
        with self.subTest("both"):
            with self.edit() as file:
                group = file["trajectories"]
                group.move("traj_001", "t")
                group.move("traj_002", "traj_001")
                group.move("t", "traj_002")
            self.check("is trajectory 2 by its attribute, but 1 by its name")

    def test_swapped_datasets_of_two_trajectories(self):
        """Their checksums go with them; nothing but their own attribute tells."""
        self.output = self.folder / "hdf5"
        self.run_case("--quiet", "--formats", "hdf5")
        with h5py.File(self.output / "trajectory_data.h5", "r+") as file:
            file.move("trajectories/traj_001/energy", "trajectories/energy")
            file.move("trajectories/traj_002/energy", "trajectories/traj_001/energy")
            file.move("trajectories/energy", "trajectories/traj_002/energy")
        self.check("traj_001/energy: was written for trajectory 2", "traj_002/energy: was written for trajectory 1")

    def test_swapped_trajectories_without_hdf5(self):
        directory = self.folder / "npy"
        self.case.write()
        self.assertEqual(launch("run", self.case.directory, "--output", directory, "--formats", "npy").status, 0)
        os.rename(directory / "traj1", directory / "t")
        os.rename(directory / "traj2", directory / "traj1")
        os.rename(directory / "t", directory / "traj2")
        self.output = directory
        self.check("CRC-32")

    def test_metadata(self):
        changes = {
            "simulation_info": {"version": "", "created_on": "yesterday", "total_trajectories": 4,
                                "format_version": "hdf5_v9"},
            "system_info": {"lattice_matrix": np.eye(3), "pbc": [1, 1, 0], "system_size": [3, 3, 3],
                            "species_count": [1, 1], "species_types": ["hole", "electron"], "total_species": 3,
                            "temperature": 301.0},
            "simulation_params": {"time_interval": 1.1e-10, "t_final": 2e-8, "n_traj": 4, "random_seed": 8},
        }
        for group, attributes in changes.items():
            for name, value in attributes.items():
                with self.subTest(f"{group}/{name}"):
                    original = self.file.read_bytes()
                    with self.edit() as file:
                        attrs = file["metadata"][group].attrs
                        self.assertIn(name, attrs)
                        if isinstance(value, list) and isinstance(value[0], str):
                            attrs[name] = np.array(value, dtype=attrs[name].dtype)
                        else:
                            attrs[name] = value
                    self.check(name)
                    self.file.write_bytes(original)

    def test_missing_attribute(self):
        for group in ("metadata/system_info", "trajectories/traj_001", "trajectories/traj_001/energy"):
            with h5py.File(self.file) as file:
                names = set(file[group].attrs) - {"description"}
            if group.endswith("/energy"):
                names.remove("trajectory")  # datasets of earlier versions lack it
            for name in names:
                with self.subTest(f"{group} {name}"):
                    original = self.file.read_bytes()
                    with self.edit() as file:
                        del file[group].attrs[name]
                    self.check(name)
                    self.file.write_bytes(original)

    def test_units(self):
        for name, value in (("units", "angstrom"), ("si_units", "cm"), ("si_factor", 1.0)):
            with self.subTest(name):
                original = self.file.read_bytes()
                with self.edit() as file:
                    file["trajectories/traj_002/coordinates/wrapped"].attrs[name] = value
                self.check("wrapped", name)
                self.file.write_bytes(original)

    def test_attributes_of_a_trajectory(self):
        for name, value in (("status", "partial"), ("frames", 7), ("hops", 7), ("trajectory", 3), ("stream", "x")):
            with self.subTest(name):
                original = self.file.read_bytes()
                with self.edit() as file:
                    file["trajectories/traj_001"].attrs[name] = value
                self.check("traj_001")
                self.file.write_bytes(original)

    def test_provenance(self):
        with self.edit() as file:
            dataset = file["metadata/provenance/POSCAR"]
            value = dataset[()]
            if isinstance(value, bytes):
                dataset[()] = value.replace(b"4.0", b"4.1")
            else:
                value = value.copy()
                value.reshape(-1).view(np.uint8)[30] ^= 1
                dataset[...] = value
        self.check("POSCAR")

    def replace_everywhere(self, number, column, change):
        """The same wrong numbers in both formats, checksums included: only the rules of the data can tell."""
        values = np.load(self.npy(number, column))
        change(values)
        np.save(self.npy(number, column), values)
        with self.edit() as file:
            dataset = file[f"trajectories/traj_{number:03d}/{column}"]
            dataset[...] = values
            kind = dataset.attrs["crc32"].dtype
            dataset.attrs["crc32"] = np.array(zlib.crc32(values.tobytes())).astype(kind)
        record = json.loads((self.output / "run_metadata.json").read_text())
        record["checksums"][f"traj{number}/{NPY_FILES[column]}"] = zlib.crc32(values.tobytes())
        (self.output / "run_metadata.json").write_text(json.dumps(record))

    def test_rules_of_the_data(self):
        def swap(values):
            values[[3, 4]] = values[[4, 3]]

        def assign(index, value):
            return lambda values: values.__setitem__(index, value)

        for column, change, message in (
            ("time", swap, "time_interval"),
            ("time_data", swap, "does not follow"),
            ("time_data", assign(0, 1.0), "does not follow"),
            ("energy", assign(9, np.nan), "not finite"),
            ("delg_0", assign(9, np.inf), "not finite"),
            ("coordinates/unwrapped", assign((5, 0), 1e-3), "modulo the supercell"),
            ("coordinates/unwrapped", assign(0, 1.0), "do not start at 0"),
            ("coordinates/wrapped", assign((5, 1), 0.5), "away from its site"),
            ("occupancy", assign((5, 0), 36), "0 to 35"),
            ("occupancy", assign((5, 0), -1), "0 to 35"),
            ("occupancy", assign((5, 0), 1), "not of its elements"),
            ("occupancy", assign(5, 2), "two carriers"),
        ):
            with self.subTest(f"{column}: {message}"):
                saved = {path: path.read_bytes() for path in
                         (self.file, self.npy(2, column), self.output / "run_metadata.json")}
                self.replace_everywhere(2, column, change)
                result = self.check(message)
                self.assertNotIn("CRC-32", result.out)
                for path, content in saved.items():
                    path.write_bytes(content)

    def test_truncated_files(self):
        for path in (self.npy(1, "energy"), self.npy(1, "occupancy"), self.file):
            for keep in (0, 10, path.stat().st_size // 2, path.stat().st_size - 1):
                with self.subTest(f"{path.name} {keep}"):
                    original = path.read_bytes()
                    path.write_bytes(original[:keep])
                    self.check(path.name)
                    path.write_bytes(original)

    def test_bytes_after_the_array(self):
        with self.npy(1, "time").open("ab") as file:
            file.write(b"\0" * 8)
        self.check("traj1/time.npy")

    def test_another_run_beside(self):
        directory = self.folder / "other"
        self.case.write()
        self.assertEqual(
            launch("run", self.case.directory, "--output", directory, "--seed", "8", "--formats", "hdf5").status, 0)
        shutil.copy(directory / "trajectory_data.h5", self.file)
        self.check("traj1/unwrapped_traj.npy")

    def test_results_are_not_needed_to_be_writable(self):
        report = self.folder / "report.json"
        result = launch("validate", self.output, "--json", report, "--quiet", ranks=1)
        self.assertEqual((result.status, result.out, result.err), (0, "", ""))
        self.assertTrue(json.loads(report.read_text())["ok"])

    def test_many_mismatches_stay_readable(self):
        with self.edit() as file:
            for group in file["trajectories"].values():
                group["energy"][...] = 0
        result = self.check("traj_001/energy", "traj_003/energy")
        self.assertLess(len(result.out.splitlines()), 80)

    def test_the_file_alone(self):
        alone = self.folder / "elsewhere" / "trajectory_data.h5"
        alone.parent.mkdir()
        shutil.copy(self.file, alone)
        result = launch("validate", alone, ranks=1)
        self.assertEqual(result.status, 0, result)
        self.assertIn("not beside the file", result.out)


if __name__ == "__main__":
    unittest.main()
