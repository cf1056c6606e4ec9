"""scripts/plot_bench.py: what it reads of a CSV file, and that it plots."""

import contextlib
import io
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "scripts"))
import plot_bench  # noqa: E402

HEADER = (
    "format,ranks,trajectories_per_rank,frames,carriers,chunk_frames,compression,ranks_per_file,repetitions,"
    "MB_per_s,MB_per_s_min,MB_per_s_max,"
    "read_trajectory_MB_per_s,read_trajectory_MB_per_s_min,read_trajectory_MB_per_s_max\n"
)
ROWS = [
    "mpi,1,4,100,3,64,,,5,1000,900,1100,,,",
    "npy,1,4,100,3,64,,,5,2000,1900,2100,3000,2900,3100",
    "hdf5,1,4,100,3,64,gzip:1,0,5,100,90,110,300,290,310",
    "hdf5,2,4,100,3,64,gzip:1,0,5,190,180,200,300,290,310",
    "hdf5,2,4,100,3,64,gzip:1,1,5,195,180,200,300,290,310",
]


def run(*arguments):
    """Exit status and stderr of the command."""
    err = io.StringIO()
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(err):
        return plot_bench.main([str(a) for a in arguments]), err.getvalue()


class PlotBench(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.csv = self.folder / "io.csv"
        self.csv.write_text(HEADER + "\n".join(ROWS) + "\n")

    def test_reads_medians_and_ranges_by_ranks(self):
        bench = plot_bench.load(self.csv, "write")
        rates = {kind.label(bench.varying()): by_ranks for kind, by_ranks in bench.rates.items()}
        self.assertEqual(rates, {
            "mpi": {1: (1000, 900, 1100)},
            "npy": {1: (2000, 1900, 2100)},
            "hdf5, gzip:1, one file": {1: (100, 90, 110), 2: (190, 180, 200)},
            "hdf5, gzip:1, 1 a file": {2: (195, 180, 200)},
        })
        self.assertEqual(bench.ranks, [1, 2])

    def test_leaves_out_what_was_not_read(self):
        bench = plot_bench.load(self.csv, "read")
        self.assertEqual({kind.format for kind in bench.rates}, {"npy", "hdf5"})

    def test_plots(self):
        for quantity in ("write", "read"):
            image = self.folder / f"{quantity}.png"
            self.assertEqual(run(self.csv, "--output", image, "--quantity", quantity), (0, ""))
            self.assertEqual(image.read_bytes()[:4], b"\x89PNG")

    def test_tells_what_is_no_such_file(self):
        for text in ("", "a,b\n1,2\n", HEADER, HEADER + ROWS[0].replace("1000", "much") + "\n"):
            self.csv.write_text(text)
            status, err = run(self.csv, "--output", self.folder / "x.png")
            self.assertEqual(status, 3)
            self.assertIn(str(self.csv), err)
        status, err = run(self.folder / "absent", "--output", self.folder / "x.png")
        self.assertEqual(status, 3)
        self.assertIn("absent", err)


if __name__ == "__main__":
    unittest.main()
