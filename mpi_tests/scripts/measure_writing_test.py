"""scripts/measure_writing.py: runs a tiny case in every format and tells sizes and ratios."""

import contextlib
import io
import os
import sys
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "mpi_tests" / "cli"), str(ROOT / "scripts")]
import measure_writing  # noqa: E402
from program import PROGRAM, Case  # noqa: E402


def run(*arguments):
    """Exit status, stdout and stderr of the command."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        status = measure_writing.main([str(a) for a in arguments])
    return status, out.getvalue(), err.getvalue()


def sample(wall, npy=0, hdf5=0):
    return measure_writing.Sample(wall=wall, run=wall / 2, cpu=1.0, peak=5_000_000, npy=npy, hdf5=hdf5)


def cells(line):
    return [cell.strip() for cell in line.strip("|").split("|")]


class Tables(unittest.TestCase):
    def test_compare_within_rounds(self):
        def setting(formats):
            return measure_writing.Setting(Path("examples/case"), 2, 0, formats)

        lines = measure_writing.table({
            setting("npy"): [sample(1, npy=1_000_000), sample(2, npy=1_000_000), sample(4, npy=1_000_000)],
            setting("hdf5"): [sample(2, hdf5=250_000), sample(3, hdf5=250_000), sample(2, hdf5=250_000)],
        }).splitlines()
        self.assertEqual(len({len(line) for line in lines}), 1, lines)
        self.assertEqual(cells(lines[2]), ["case", "2", "-", "npy", "2.00 (1.00 to 4.00)", "-", "1.00 (0.50 to 2.00)",
                                           "-", "1.00 (1.00 to 1.00)", "1.0", "-", "-", "5.0"])
        row = cells(lines[3])
        self.assertEqual(row[5], "1.500", "median of 2/1, 3/2, 2/4")
        self.assertEqual(row[9:12], ["-", "0.2", "75.0 %"])

    def test_the_run_time_is_read_from_the_summary(self):
        text = "96 trajectories, 480096 frames, 154 million hops in {} on 2 ranks: 73 million hops/s\n"
        for shown, seconds in (("2.10 s", 2.1), ("35.0 ms", 0.035), ("812 us", 812e-6)):
            self.assertAlmostEqual(measure_writing.run_time(text.format(shown)), seconds)
        with self.assertRaises(measure_writing.ScriptError):
            measure_writing.run_time("nothing")


class Runs(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.case = Case(Path(folder.name) / "case").write().directory
        self.place = Path(folder.name) / "place"
        self.place.mkdir()

    def run_case(self, *arguments):
        result = run("--program", PROGRAM, "--cases", self.case, "--directory", self.place, *arguments)
        self.assertEqual(os.listdir(self.place), [])
        return result

    def test_measures_every_format_and_leaves_nothing(self):
        status, out, err = self.run_case("--repeat", 1, "--ranks", "1,2", "--n-traj", "2,4", "--", "--seed", 5)
        self.assertEqual(status, 0, err)
        rows = [cells(line) for line in out.splitlines() if line.startswith("|")][2:]
        self.assertEqual([row[1:4] for row in rows],
                         [[n, trajectories, formats] for n in "12" for trajectories in "24"
                          for formats in ("npy", "hdf5", "hdf5,npy")])
        for row in rows:
            self.assertEqual(row[9] != "-", "npy" in row[3])
            self.assertEqual(row[10] != "-", "hdf5" in row[3])
            self.assertGreater(float(row[12]), 5, "MB of memory")

    def test_tells_what_failed(self):
        status, out, err = self.run_case("--", "--temperature", "300")
        self.assertEqual((status, out), (3, ""))
        self.assertIn("--temperature", err)


if __name__ == "__main__":
    unittest.main()
