"""Doped runs: what is kept of the dopants, the same for any number of ranks and after a resumption."""

import json
import unittest

import h5py
import numpy as np

from program import RANKS, ProgramTest, launch

BAD_INPUT = 2
BOHR = 0.52917721067  # angstrom
DOPING = {
    "doping_element_map": ["Cs:Ba", "Cs:Ra"],
    "num_dopants": [2, 1],
    "insertion_type": ["random", "random"],
    "min_shell_separation": [0, 0],
    "charge": {"full": {"Ba": 1.2, "Ra": 1.1}},
    "site_charge_initiation": ["yes", "no"],
}


class Doping(ProgramTest):
    def setUp(self):
        super().setUp()
        self.case.simulation["doping"] = json.loads(json.dumps(DOPING))
        self.case.simulation["relative_energies"] = {"doping": {"Cs": [[0.05, 0.01], [0.02]]}}

    def files(self, output):
        return {str(path.relative_to(output)): path.read_bytes()
                for path in output.glob("traj*/*") if path.suffix in (".npy", ".json")}

    def test_dopants_are_kept_in_both_formats(self):
        result = self.run_case()
        self.assertIn("2 Ba on Cs sites (random, charge +1.2)", result.out)
        sets = set()
        with h5py.File(self.output / "trajectory_data.h5") as file:
            for number, trajectory in enumerate(file["trajectories"].values(), 1):
                attributes = trajectory["doping"].attrs
                beside = json.loads((self.output / f"traj{number}" / "doping.json").read_text())
                self.assertEqual(sorted(attributes), sorted(beside))
                for name, value in beside.items():
                    stored = attributes[name]
                    self.assertEqual(stored if isinstance(stored, str) else list(stored), value, name)
                self.assertEqual(list(attributes["kinds"]), [0, 0, 1])
                self.assertEqual(len(set(attributes["sites"])), 3)
                self.assertEqual(len(attributes["pair_distances"]), 3)
                sets.add(tuple(sorted(attributes["sites"])))
                # Both electrons start on Ba.
                start = trajectory["occupancy"][0]
                self.assertEqual(sorted(start), sorted(attributes["sites"][:2]))
        self.assertEqual(len(sets), 3)
        for path in (self.output, self.output / "trajectory_data.h5"):
            shown = launch("info", path, ranks=1)
            self.assertIn("trajectory 3: Cs:Ba on sites", shown.out)
        self.assertEqual(launch("validate", self.output, ranks=1).status, 0)
        (self.output / "traj2" / "doping.json").unlink()
        self.assertEqual(launch("validate", self.output, ranks=1).status, 1)

    def test_distances_are_those_of_the_nearest_images_across_periodic_faces(self):
        size = np.array([4, 4, 3])
        for pbc in ([1, 1, 1], [1, 0, 1], [0, 0, 0]):
            with self.subTest(pbc):
                self.run_case("--quiet", "--overwrite", "--formats", "hdf5", "--n-traj", 6, "--set",
                              f"system_size={size.tolist()}", "--set", f"pbc={pbc}")
                with h5py.File(self.output / "trajectory_data.h5") as file:
                    notes = [dict(trajectory["doping"].attrs) for trajectory in file["trajectories"].values()]
                for note in notes:
                    cells = np.array(np.unravel_index(note["sites"] // 2, size)).T
                    apart = np.array([cells[j] - cells[i] for i, j in ((0, 1), (0, 2), (1, 2))])
                    images = np.minimum(abs(apart), size - abs(apart))
                    expected = 4 / BOHR * np.linalg.norm(np.where(pbc, images, apart), axis=1)
                    np.testing.assert_allclose(note["pair_distances"], expected, rtol=1e-8)

    def test_ranks_and_resumption_change_nothing(self):
        self.run_case("--quiet", "--n-traj", "6", ranks=1)
        expected = self.files(self.output)
        self.output = self.folder / "resumed"
        self.run_case("--quiet", ranks=RANKS)
        self.run_case("--quiet", "--resume", "--n-traj", "6", ranks=RANKS)
        self.assertEqual(self.files(self.output), expected)
        refused = launch("run", self.case.directory, "--output", self.output, "--resume", "--n-traj", "6", "--set",
                         "doping.num_dopants=[1, 1]")
        self.assertEqual(refused.status, BAD_INPUT, refused)
        self.assertIn("doping.num_dopants", refused.errors[0])
        self.assertEqual(self.files(self.output), expected)

    def test_replay_with_more_trajectories_is_refused(self):
        # Dopants of PyCD's trajectories depend on their number.
        options = ["--quiet", "--replay", "pycd", "--set", "system_size=[3, 3, 3]"]
        self.run_case(*options)
        result = launch("run", self.case.directory, "--output", self.output, "--resume", "--n-traj", "6", *options)
        self.assertEqual(result.status, BAD_INPUT, result)
        self.assertIn("n_traj", result.errors[0])

    def test_dopants_without_room_are_an_error_before_anything_is_written(self):
        for doping, word in (({"num_dopants": [12, 1], "min_shell_separation": [1, 0]}, "no room"),
                             ({"insertion_type": ["manual", "random"], "dopant_site_indices": [[0, 1], []]}, "Cl site"),
                             ({"num_dopants": [20, 1]}, "21 dopants for 18 Cs sites")):
            with self.subTest(word):
                self.case.simulation["doping"] = {**DOPING, **doping}
                self.case.write()
                result = launch("run", self.case.directory, "--output", self.output)
                self.assertEqual((result.status, len(result.errors)), (BAD_INPUT, 1), result)
                self.assertIn(word, result.errors[0])
                self.assertFalse(self.output.exists())


if __name__ == "__main__":
    unittest.main()
