"""hopmc bench io: every setting has its row, nothing is left, and what is wrong is told."""

import csv
import os
import unittest

from program import RANKS, ProgramTest, contents, launch

BAD_INPUT, IO_FAILURE = 2, 3
SMALL = ("--frames", 200, "--carriers", 2, "--trajectories-per-rank", 2, "--repeat", 2)


class Bench(ProgramTest):
    def setUp(self):
        super().setUp()
        self.place = self.folder / "place"
        self.place.mkdir()
        (self.place / "mine").write_text("not to be touched")
        self.before = contents(self.place)

    def bench(self, *options):
        return launch("bench", "io", "--directory", self.place, *options)

    def assert_untouched(self):
        self.assertEqual(contents(self.place), self.before)

    def assert_one_error(self, result, status, *words):
        self.assertEqual((result.status, len(result.errors)), (status, 1), result)
        for word in words:
            self.assertIn(word, result.errors[0])
        self.assert_untouched()

    def test_measures_every_combination(self):
        table, markdown = self.folder / "io.csv", self.folder / "io.md"
        result = self.bench(*SMALL, "--compression", "none,gzip:1", "--chunk-frames", "64,100", "--ranks-per-file",
                            "0,1", "--read", "--csv", table, "--markdown", markdown)
        self.assertEqual((result.status, result.errors), (0, []), result)
        self.assert_untouched()
        self.assertEqual(result.out, markdown.read_text())
        with open(table, newline="", encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        ranks = sorted({1, *([2] if RANKS > 2 else []), RANKS})
        found = [(r["format"], int(r["ranks"]), int(r["chunk_frames"]), r["compression"], r["ranks_per_file"])
                 for r in rows]
        expected = []
        for n in ranks:
            for chunk in (64, 100):
                expected += [(name, n, chunk, "", "") for name in ("mpi", "write", "npy")]
                expected += [(name, n, chunk, how, k) for name in ("hdf5", "both") for how in ("none", "gzip:1")
                             for k in "01"]
        self.assertEqual(found, expected)
        for row in rows:
            raw = int(row["ranks"]) * 2 * 200 * 8 * (6 + 6 + 1 + 1)
            self.assertEqual(int(row["raw_bytes"]), raw)
            self.assertGreater(float(row["MB_per_s"]), 0)
            self.assertLessEqual(float(row["MB_per_s_min"]), float(row["MB_per_s_max"]))
            self.assertEqual(row["of_mpi"] == "", row["format"] == "mpi")
            self.assertEqual(row["speedup"] == "", int(row["ranks"]) == 1)
            self.assertEqual(row["read_frame_s"] != "", row["format"] in ("npy", "hdf5"))
            self.assertIn(f"| {row['format']} ", result.out)

    def test_quiet_prints_nothing(self):
        result = self.bench(*SMALL, "--formats", "npy,hdf5", "--compression", "lzf", "--columns", "none", "--quiet")
        self.assertEqual((result.status, result.out, result.err), (0, "", ""), result)
        self.assert_untouched()

    def test_refuses_what_does_not_fit(self):
        self.assert_one_error(self.bench("--frames", 10**12), IO_FAILURE, str(self.place), "not enough room")

    def test_refuses_places_that_cannot_be_written(self):
        table = self.folder / "absent" / "io.csv"
        self.assert_one_error(self.bench("--csv", table), IO_FAILURE, str(table))
        self.place = self.folder / "absent"
        result = self.bench(*SMALL)
        self.assertEqual((result.status, len(result.errors)), (IO_FAILURE, 1), result)
        self.assertIn("no such directory", result.errors[0])

    @unittest.skipIf(os.geteuid() == 0, "root may write everywhere")
    def test_refuses_a_read_only_directory(self):
        self.place.chmod(0o555)
        self.addCleanup(self.place.chmod, 0o755)
        self.assert_one_error(self.bench(*SMALL), IO_FAILURE, str(self.place), "cannot be written to")

    def test_an_error_leaves_no_file(self):
        table = self.folder / "io.csv"
        self.assert_one_error(self.bench("--frames", 10**12, "--csv", table), IO_FAILURE)
        self.assertFalse(table.exists())

    def test_tells_all_bad_options(self):
        result = self.bench("--ranks", "0", "--frames", "1e9", "--columns", "time", "--compression", "gzip:11",
                            "--formats", "npz", "--chunk-frames", "-1", "--repeat", "")
        self.assertEqual((result.status, len(result.errors)), (BAD_INPUT, 7), result)
        self.assert_untouched()
        self.assert_one_error(self.bench("--ranks", RANKS + 1), BAD_INPUT, "--ranks")
        self.assert_one_error(launch("bench"), BAD_INPUT, "no benchmark")
        self.assert_one_error(launch("bench", "oi"), BAD_INPUT, "'io'")
        self.assert_one_error(launch("bench", "io"), BAD_INPUT, "--directory")

    def test_help(self):
        for arguments in (["bench", "--help"], ["bench", "io", "--help"]):
            result = launch(*arguments)
            self.assertEqual((result.status, result.err), (0, ""), result)
            self.assertEqual(result.out.count("--directory DIR"), 1 if len(arguments) == 2 else 2, result)


if __name__ == "__main__":
    unittest.main()
