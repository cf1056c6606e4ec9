"""The programs printed in docs/file_format.md run as they stand there, and tell what h5py and NumPy find."""

import csv
import json
import os
import re
import shlex
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import h5py
import numpy as np

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "mpi_tests" / "cli"))
from program import Case, launch  # noqa: E402

PAGE = ROOT / "docs" / "file_format.md"
RESULTS = "demo_output/hematite"  # as the page calls them


def snippets(page, language):
    return re.findall(rf"^```{language}\n(.*?)^```$", page.read_text(), re.MULTILINE | re.DOTALL)


def snippet(language, word):
    """The only one with this word in it."""
    (found,) = [text for text in snippets(PAGE, language) if word in text]
    return found


class SnippetTest(unittest.TestCase):
    """With the results of a small run: two electrons and a hole, three trajectories."""

    OPTIONS = []
    RANKS = 1

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="hopmc_test_")
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.results = self.folder / RESULTS
        case = Case(self.folder / "case")
        case.simulation["species_count"] = [2, 1]
        case.material["neighbor_cutoff_dist"]["Cl:Cl"] = [[4.0]]
        for key in ("neighbor_cutoff_dist_tol", "lambda_values", "v_ab"):
            case.material[key]["Cl:Cl"] = case.material[key]["Cs:Cs"]
        case.write()
        self.hopmc("run", case.directory, "--output", self.results, *self.OPTIONS, ranks=self.RANKS)

    def hopmc(self, *arguments, **keywords):
        result = launch(*arguments, **keywords)
        self.assertEqual(result.status, 0, result)

    def output_of(self, *command):
        """Lines of what a command prints where the results lie."""
        process = subprocess.run(command, cwd=self.folder, capture_output=True, text=True, timeout=300, check=False)
        self.assertEqual(process.returncode, 0, process.stdout + process.stderr)
        self.assertEqual(process.stderr, "")
        return process.stdout.splitlines()

    def python(self, word):
        return self.output_of(sys.executable, "-c", snippet("python", word))


class SharedFile(SnippetTest):
    def assert_displacements(self, lines):
        with h5py.File(self.results / "trajectory_data.h5") as file:
            self.assertEqual(len(lines), len(file["trajectories"]))
            for line, (name, group) in zip(lines, file["trajectories"].items()):
                words = line.split()
                self.assertEqual(words[:4], [name, "complete", "101", "frames"])
                self.assertEqual([words[5], words[7]], ["s", "m^2"])
                self.assertAlmostEqual(float(words[4]), 1e-8, delta=1e-14)
                end = group["coordinates/unwrapped"][-1] * 0.529177210e-10
                self.assertGreater(end @ end, 0)
                self.assertLess(abs(float(words[6]) * 3 / (end @ end) - 1), 1e-6)

    def test_displacements_in_python(self):
        lines = self.python("came, in SI units")
        self.assertEqual(lines[:2], ["species electron: 2", "species hole: 1"])
        self.assert_displacements(lines[2:])

    def test_displacements_in_cpp(self):
        (self.folder / "displacements.cpp").write_text(snippet("cpp", "H5Fopen"))
        compiler = [*shlex.split(os.environ["HOPMC_COMPILE_HDF5"]), "-std=c++17", "-Wall", "-Wextra", "-Werror"]
        self.output_of(*compiler, "displacements.cpp", *shlex.split(os.environ["HOPMC_LINK_HDF5"]), "-o", "displacements")
        self.assert_displacements(self.output_of("./displacements"))

    def test_checksums_and_places(self):
        first, *places = self.python("where in the unit cell")
        self.assertEqual(first, "coordinates/wrapped sound")
        # Two electrons on Cs, one hole on Cl.
        self.assertEqual([line.split(":")[0] for line in places],
                         ["site 0.000000 0.000000 0.000000", "site 0.500000 0.500000 0.500000"])
        self.assertEqual([float(line.split(":")[1]) for line in places], [0.6667, 0.3333])

        with h5py.File(self.results / "trajectory_data.h5") as file:
            part = file["trajectories/traj_001"].file.filename
        with h5py.File(part, "r+") as file:
            file["trajectories/traj_001/coordinates/wrapped"][5, 0] += 1.0
        self.assertEqual(self.python("where in the unit cell")[0], "coordinates/wrapped damaged")


class PartFiles(SharedFile):
    OPTIONS = ["--set", "io.ranks_per_file=1"]
    RANKS = 2


class PlainFormats(SnippetTest):
    def test_npy_directories(self):
        damaged = self.results / "traj2" / "unwrapped_traj.npy"
        np.save(damaged, np.load(damaged) + 1.0)
        lines = self.python("without HDF5")
        self.assertEqual(lines, ["2 electron, 1 hole"] + [f"traj{n} {state} 101 9 1.000000e-08 s" for n, state in
                                                          ((1, "sound"), (2, "damaged"), (3, "sound"))])

    def test_analysis(self):
        self.hopmc("analyze", self.results)
        analysis = json.loads((self.results / "analysis" / "analysis.json").read_text())
        lines = self.python("Diffusivities with their errors")
        self.assertEqual(len(lines), 4)
        for species, found, last in zip(analysis["species"], lines[::2], lines[1::2]):
            expected = species["diffusivity"]
            self.assertEqual(found, f"D({species['name']}) = {expected['value']:.4e} +- "
                                    f"{expected['standard_error']:.1e} cm^2/s")
            with open(self.results / "analysis" / f"msd_{species['name']}.csv", newline="") as file:
                *_, row = csv.reader(file)
            self.assertEqual(last, f"11 lags; at the last, time (ns) {row[0]}: msd (angstrom^2) {row[1]}")


class OtherPages(unittest.TestCase):
    def test_their_python_compiles(self):
        pages = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
        for page in pages:
            for number, text in enumerate(snippets(page, "python")):
                with self.subTest(page.name, number=number):
                    compile(text, f"{page.name}, {number}", "exec")


if __name__ == "__main__":
    unittest.main()
