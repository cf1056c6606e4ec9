"""scripts/plot_msd.py on made-up results of an analysis."""

import contextlib
import io
import json
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "scripts"))
import plot_msd  # noqa: E402

PNG = b"\x89PNG\r\n\x1a\n"


def run(*arguments):
    """Exit status and stderr of the command."""
    err = io.StringIO()
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(err):
        status = plot_msd.main([str(a) for a in arguments])
    return status, err.getvalue()


def write_analysis(directory, with_errors):
    msd = {"fit_window": [1.0, 9.0], "repr_time": "ns", "repr_dist": "angstrom", "display_error_bars": True}
    group = {
        "name": "electron",
        "carriers": 2,
        "msd_file": "msd_electron.csv",
        "fit": {"slope": 6.0, "intercept": 0.1, "r_squared": 0.999},
        "diffusivity": {"value": 1.234e-5, "standard_error": 1.3e-7 if with_errors else None},
    }
    run_facts = {"field": {"value": [0, 0, 0]}, "material": "Fe2O3", "temperature": {"value": 300}, "trajectories": 9}
    (directory / "analysis.json").write_text(json.dumps({"msd": msd, "species": [group], "run": run_facts}))
    error = 0.5 if with_errors else "nan"
    rows = ["time (ns),msd (angstrom^2),standard error"] + [f"{t / 10},{0.6 * t},{error}" for t in range(101)]
    (directory / "msd_electron.csv").write_text("\n".join(rows) + "\n")
    exact = {"msd": msd, "msd_file": "exact.csv", "diffusivity": {"value": 1.2e-5}}
    (directory / "exact.json").write_text(json.dumps(exact))
    (directory / "exact.csv").write_text("time,msd,xx\n0,0,0\n10,60,20\n")


class Plot(unittest.TestCase):
    def test_is_drawn_on_both_scales_with_and_without_errors(self):
        for with_errors in (True, False):
            with tempfile.TemporaryDirectory() as name:
                results = Path(name)
                (results / "analysis").mkdir()
                write_analysis(results / "analysis", with_errors)
                self.assertEqual(run(results, "--output", results / "picture.png"), (0, ""))
                for picture in ("picture.png", "picture_loglog.png"):
                    self.assertEqual((results / picture).read_bytes()[:8], PNG)

    def test_of_nothing_is_refused_in_one_line(self):
        with tempfile.TemporaryDirectory() as name:
            status, err = run(name)
        self.assertEqual(status, 3)
        self.assertEqual(err.count("\n"), 1)
        self.assertIn("analysis.json", err)

    def test_value_and_error_share_an_exponent(self):
        self.assertEqual(plot_msd.with_error_tex({"value": 1.2345e-5, "standard_error": 1.3e-7}),
                         r"(1.234 \pm 0.013) \times 10^{-5}")
        self.assertEqual(plot_msd.with_error_tex({"value": 2000.0}), r"2 \times 10^{3}")


if __name__ == "__main__":
    unittest.main()
