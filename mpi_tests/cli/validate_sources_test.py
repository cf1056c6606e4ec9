"""hopmc validate where results tell less, or more, than a usual run: no configuration, dopants, every site's state."""

import json
import shutil
import unittest

import h5py
import numpy as np
from doping_test import DOPING
from program import NPY_FILES, ProgramTest, launch

MISMATCH = 1


class ValidateTest(ProgramTest):
    def check(self, status, *named, path=None):
        result = launch("validate", path or self.output, ranks=1)
        self.assertEqual((result.status, result.err), (status, ""), result)
        for text in named:
            self.assertIn(text, result.out, result)
        return result

    def change_hdf5(self, change):
        with h5py.File(self.output / "trajectory_data.h5", "r+") as file:
            change(file)


class Configuration(ValidateTest):
    def test_arrays_alone(self):
        self.run_case("--quiet", "--formats", "npy")
        for path in self.output.glob("*.json"):
            path.unlink()
        unknown = "the configuration of the run is not known: only what the files say of themselves was checked"
        self.check(0, unknown, "unwrapped", "occupancy")
        energy = self.output / "traj2" / NPY_FILES["energy"]
        values = np.load(energy)
        for changed, message in ((values.astype("<f4"), "type <f4, expected <f8"), (values[:, None], "shape [101, 1]"),
                                 (np.where(np.arange(101) == 7, np.nan, values), "first in row 7")):
            with self.subTest(message):
                np.save(energy, changed)
                self.check(MISMATCH, unknown, "traj2/energy_traj.npy", message)

    def test_sections_that_were_replaced(self):
        for table in ("neighbor_cutoff_dist", "neighbor_cutoff_dist_tol", "lambda_values", "v_ab"):
            self.case.material[table]["Cl:Cl"] = self.case.material[table]["Cs:Cs"]
        self.case.simulation.update(species_count=[0, 1], initial_occupancy={"hole": [5]})
        self.run_case("--quiet", "--set", "species_count=[1, 0]", "--set", "initial_occupancy={}")
        self.check(0, "metadata equal the parameters of the run")
        self.assertEqual(launch("analyze", self.output, "--quiet", ranks=1).status, 0)

    def test_input_beside_the_arrays(self):
        self.case.simulation["output_config"] = {"formats": {"hdf5": False, "npy": True}}
        self.case.write()
        self.output = self.case.directory
        self.assertEqual(launch("run", self.output, "--quiet", ranks=1).status, 0)
        self.check(0, "metadata equal the parameters of the run")
        (self.output / "run_metadata.json").unlink()
        result = self.check(MISMATCH, "run_metadata.json: is not there", "1 mismatch.")
        self.assertNotIn("is not known", result.out)
        shutil.rmtree(self.output / "traj3")
        self.check(MISMATCH, "traj3: missing")  # n_traj is that of the input

    def test_stored_input_that_is_none(self):
        self.run_case("--quiet", "--formats", "hdf5")

        def change(file):
            dataset = file["metadata/provenance/simulation_parameters.yml"]
            dataset[()] = dataset[()].replace(b'"temp"', b'"tamp"')
        self.change_hdf5(change)
        self.check(MISMATCH, "the stored input is not usable", "tamp", "does not fit the checksum")

    def test_damaged_record(self):
        self.run_case("--quiet")
        record = self.output / "run_metadata.json"
        content = record.read_text()
        for text in ("", content[:-20], content.replace('"format_version": 1', '"format_version": 9'), "[]"):
            with self.subTest(text[:20]):
                record.write_text(text)
                self.check(MISMATCH, "run_metadata.json: ")


class Dopants(ValidateTest):
    def setUp(self):
        super().setUp()
        self.case.simulation["doping"] = DOPING
        self.case.simulation["relative_energies"] = {"doping": {"Cs": [[0.05, 0.01], [0.02]]}}
        self.run_case("--quiet")

    def test_in_both_formats(self):
        beside = self.output / "traj1" / "doping.json"
        good = json.loads(beside.read_text())
        sites, kinds = good["sites"], good["kinds"]
        other_cs = next(site for site in range(0, 36) if site not in sites and (site - sites[0]) % 2 == 0)
        cl = sites[0] + 1 if sites[0] % 2 == 0 else sites[0] - 1
        for changed, message in (
            ({"sites": sites[:-1]}, "sites and kinds are missing or differ in length"),
            ({"kinds": [0, 0, 2]}, "is of kind 2 on site"),
            ({"sites": [*sites[:2], 36]}, "on site 36, which there is not"),
            ({"sites": [cl, *sites[1:]]}, f"Ba is on site {cl}, which is no Cs site"),
            ({"sites": [sites[0], sites[0], sites[2]]}, "two dopants are on one site"),
            ({"kinds": [0, 1, 1]}, "there are 1 Ba, expected 2"),
            ({"sites": [*sites[:2], other_cs]}, "the dopants in HDF5 and in doping.json differ"),
        ):
            with self.subTest(message):
                beside.write_text(json.dumps({**good, **changed}))
                self.check(MISMATCH, message)
        beside.write_text("{")
        self.check(MISMATCH, "doping.json: damaged")
        beside.write_text(json.dumps(good))
        self.assertEqual(len(kinds), 3)
        self.check(0)

        def drop(file):
            del file["trajectories/traj_002/doping"].attrs["kinds"]
        self.change_hdf5(drop)
        self.check(MISMATCH, "HDF5, trajectory 2: doping: sites and kinds are missing")

    def test_that_nobody_asked_for(self):
        doped = self.output / "traj1" / "doping.json"
        text = doped.read_text()
        for name in ("doping", "relative_energies"):
            del self.case.simulation[name]
        self.output = self.folder / "pure"
        self.run_case("--quiet")
        (self.output / "traj1" / "doping.json").write_text(text)
        self.check(MISMATCH, "doping.json: the run is not doped")


class Rows(ValidateTest):
    def test_carriers_are_missed_from_the_states_of_sites(self):
        self.case.simulation["output_data"]["occupancy"]["every_site"] = 1
        self.run_case("--quiet", "--formats", "npy")
        path = self.output / "traj1" / NPY_FILES["occupancy"]
        good = np.load(path)
        self.assertEqual(good.shape, (101, 36))
        carriers, empty = np.flatnonzero(good[5]), np.flatnonzero(good[5] == 0)
        for site, state, message in ((carriers[0], 0, "[1, 0] carriers of the species, expected [2, 0]"),
                                     (empty[0], 7, f"site {empty[0]} cannot have state 7"),
                                     (empty[0], -1, f"site {empty[0]} cannot have state -1")):
            with self.subTest(message):
                values = good.copy()
                values[5, site] = state
                np.save(path, values)
                self.check(MISMATCH, message)


if __name__ == "__main__":
    unittest.main()
