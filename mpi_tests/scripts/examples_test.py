"""The examples: their crystals have the published neighbours, and every case runs, validates and diffuses."""

import collections
import itertools
import json
import os
import subprocess
import tempfile
import unittest
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "examples"
PROGRAM = os.environ.get("HOPMC_PROGRAM", str(ROOT / "build" / "hopmc"))

BOLTZMANN_EV = 8.6173303e-5  # eV/K


def analyze(*arguments):
    process = subprocess.run([PROGRAM, "analyze", *map(str, arguments)], capture_output=True, text=True)
    assert process.returncode == 0, process.stdout + process.stderr


def diffusivity_of(folder):
    """Of the only species in the results."""
    analyze(folder)
    (species,) = json.loads((Path(folder) / "analysis" / "analysis.json").read_text())["species"]
    return species["diffusivity"]


def exact_diffusivity(case, folder):
    analyze("--exact", case, "--output", folder)
    return json.loads((Path(folder) / "exact.json").read_text())["diffusivity"]["value"]


def read_poscar(path):
    """Lattice vectors in angstrom and the fractional coordinates of each element."""
    lines = path.read_text().splitlines()
    lattice = np.array([line.split() for line in lines[2:5]], dtype=float)
    counts = [int(n) for n in lines[6].split()]
    rows = np.array([line.split() for line in lines[8 : 8 + sum(counts)]], dtype=float)
    return lattice, dict(zip(lines[5].split(), np.split(rows, np.cumsum(counts)[:-1])))


def neighbour_shells(lattice, sites, cutoff):
    """For each site: {distance rounded to 0.001 angstrom: number of neighbours}."""
    images = np.array(list(itertools.product(range(-2, 3), repeat=3)))
    shells = []
    for site in sites:
        distances = np.linalg.norm((sites[:, None] + images - site).reshape(-1, 3) @ lattice, axis=1)
        near = distances[(distances > 0.1) & (distances < cutoff)]
        shells.append(dict(sorted(collections.Counter(np.round(near, 3)).items())))
    return shells


class Crystals(unittest.TestCase):
    def shells(self, example, element, cutoff):
        lattice, sites = read_poscar(EXAMPLES / example / "InputFiles" / "POSCAR")
        return neighbour_shells(lattice, sites[element], cutoff)

    def test_iron_has_three_neighbours_in_its_plane_and_one_across(self):
        for example in ("hematite", "hematite_carriers"):
            for shells in self.shells(example, "Fe", 3.2):
                self.assertEqual(shells, {2.900: 1, 2.971: 3})

    def test_vanadium_has_two_neighbours_at_each_of_four_distances(self):
        for example in ("bivo4", "bivo4_holes"):
            for shells in self.shells(example, "V", 5.5):
                self.assertEqual(shells, {3.847: 2, 3.945: 2, 5.094: 2, 5.196: 2})

    def test_oxygen_of_bismuth_vanadate_has_two_surroundings(self):
        shells = self.shells("bivo4_holes", "O", 2.8)
        self.assertEqual(shells, [{2.796: 2}] * 8 + [{2.745: 2}] * 8)


class Runs(unittest.TestCase):
    def run_example(self, name, output, *options):
        command = ["mpirun", "--oversubscribe", "-n", "2", PROGRAM, "run", str(EXAMPLES / name)]
        command += ["--output", str(output), "--quiet", *options]
        result = subprocess.run(command, capture_output=True, text=True, timeout=300)
        self.assertEqual(result.returncode, 0, result.stdout + result.stderr)

    def test_of_every_example_end_in_a_diffusivity(self):
        for case in sorted(EXAMPLES.iterdir()):
            with self.subTest(case.name), tempfile.TemporaryDirectory() as folder:
                interacting = case.name in ("hematite_carriers", "bivo4_doped")
                self.run_example(case.name, folder, "--n-traj", "4" if interacting else "12")
                validation = subprocess.run([PROGRAM, "validate", folder], capture_output=True, text=True)
                self.assertEqual(validation.returncode, 0, validation.stdout + validation.stderr)
                found = diffusivity_of(folder)
                self.assertGreater(found["value"], 5 * found["standard_error"])
                if interacting:
                    continue  # there is no exact answer
                exact = exact_diffusivity(case, folder)
                self.assertLess(abs(found["value"] - exact), 4 * found["standard_error"])

    def test_of_hematite_give_the_diffusivity_of_its_plane(self):
        # Three hops of rate k in the plane, uncorrelated: D = (2/3) (3/4) k a^2/3. Along c, next to nothing.
        activation = 1.74533 / 4 - 0.184
        rate = 1.85e13 * np.exp(-activation / (BOLTZMANN_EV * 300.0))
        expected = rate * (5.038e-8) ** 2 / 6  # cm^2/s
        with tempfile.TemporaryDirectory() as folder:
            self.run_example("hematite", folder)
            diffusivity = diffusivity_of(folder)
        self.assertLess(diffusivity["standard_error"], 0.1 * expected)
        self.assertLess(abs(diffusivity["value"] - expected), 4 * diffusivity["standard_error"])


if __name__ == "__main__":
    unittest.main()
