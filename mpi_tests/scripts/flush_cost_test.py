"""scripts/flush_cost.py: counts of a short study, and the laws against costs made by them."""

import contextlib
import csv
import io
import os
import sys
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "mpi_tests" / "cli"), str(ROOT / "scripts")]
import flush_cost  # noqa: E402
from program import PROGRAM  # noqa: E402


def run(*arguments):
    """Exit status, stdout and stderr of the command."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        status = flush_cost.main([str(a) for a in arguments])
    return status, out.getvalue(), err.getvalue()


class TheLaws(unittest.TestCase):
    def test_are_found_in_costs_made_by_them(self):
        law = flush_cost.Laws(per_doubling=6.0, work=30e-6, message=1e-6, turn=2e-6)

        def cost(ranks):
            seconds = law.seconds(ranks, cores=2)
            return flush_cost.Cost("none", ranks, 6.0, law.messages(ranks), 100.0, seconds, seconds, seconds)
        self.assertAlmostEqual(cost(2).seconds, 30e-6 + 1e-6 * 6)
        self.assertAlmostEqual(cost(8).seconds, 4 * (30e-6 + 2e-6 * 18))
        self.assertEqual(law.path(6), law.path(8), "ranks wait as long as the next power of two")
        found = flush_cost.fit([cost(ranks) for ranks in (1, 2, 4)], cores=2)
        for name, value in vars(law).items():
            self.assertAlmostEqual(getattr(found, name) / value, 1, msg=name)
        # 1,000 ranks, a trajectory of 4 datasets of each, groups of 10; every rank has its core.
        line = flush_cost.cluster_table({"none": found}, 3e-6).splitlines()[3]
        seconds = 10 * 4 * (30e-6 + 3e-6 * 6.0 * 4)
        self.assertIn(f"{seconds:.2g} s", line)


class AStudy(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.place = self.folder / "place"
        self.place.mkdir()

    def study(self, *more):
        result = run("--output", self.folder / "out", "--directory", self.place, "--program", PROGRAM, "--ranks", "1,2",
                     "--fit", "1,2", "--trajectories", 4, "--repeat", 1, *more)
        self.assertEqual(os.listdir(self.place), [])
        return result

    def test_counts_collectives_and_messages(self):
        status, out, err = self.study()
        self.assertEqual(status, 0, err)
        with open(self.folder / "out" / "flush_cost.csv", encoding="utf-8") as file:
            rows = {(row["compression"], int(row["ranks"])): row for row in csv.DictReader(file)}
        self.assertEqual(set(rows), {(c, n) for c in ("none", "gzip:1") for n in (1, 2)})
        for (_, ranks), row in rows.items():
            self.assertGreater(float(row["collectives"]), 1)
            self.assertEqual(float(row["messages"]) > 0, ranks > 1, "one rank has nobody to write to")
            self.assertEqual(float(row["sent"]) > 0, ranks > 1)
            self.assertGreater(float(row["seconds"]), 0)
        self.assertGreater(float(rows["gzip:1", 2]["messages"]), float(rows["none", 2]["messages"]))
        self.assertIn("| gzip:1      | 100,000 |", out)
        self.assertEqual((self.folder / "out" / "flush_cost.md").read_text(encoding="utf-8").strip(), out.strip())
        self.assertEqual((self.folder / "out" / "flush_cost.png").read_bytes()[:8], b"\x89PNG\r\n\x1a\n")

    def test_tells_what_failed(self):
        status, out, err = self.study("--compression", "gzip:99")
        self.assertEqual((status, out), (3, ""))
        self.assertIn("gzip:99", err)

    def test_tells_where_nothing_was_counted(self):
        with self.assertRaisesRegex(flush_cost.ScriptError, "left no counts"):
            flush_cost.read_monitoring(self.folder / "counts")

    def test_refuses_what_cannot_be_fitted(self):
        for wrong in (["--fit", "1,4"], ["--fit", "2"], ["--trajectories", "1"]):
            with self.assertRaises(SystemExit):
                self.study(*wrong)


if __name__ == "__main__":
    unittest.main()
