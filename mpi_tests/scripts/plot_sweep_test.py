"""scripts/plot_sweep.py on made-up results of the analysis of a sweep."""

import contextlib
import io
import json
import math
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "scripts"))
import plot_sweep  # noqa: E402

PNG = b"\x89PNG\r\n\x1a\n"


def run(*arguments):
    """Exit status and stderr of the command."""
    err = io.StringIO()
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(err):
        status = plot_sweep.main([str(a) for a in arguments])
    return status, err.getvalue()


def analysis_of(keys, values, error=0.1):
    """Results with D = 1e-3 exp(-0.2 eV / kT) where the first key is temp, else growing with it."""
    points = []
    for point in values:
        d = 1e-3 * math.exp(-0.2 / (plot_sweep.BOLTZMANN * point[0])) if keys[0][0] == "temp" else 1e-5 * (1 + point[0])
        d = {"value": d, "standard_error": None if error is None else error * d}
        points.append({"values": point, "species": [{"name": "electron", "diffusivity": d}]})
    law = {"species": "electron", "other_values": values[0][1:], "ln_prefactor": {"value": math.log(1e-3)},
           "activation_energy": {"value": 0.2, "standard_error": error}}
    return {"material": "Fe2O3", "axes": [{"key": key, "unit": unit} for key, unit in keys], "points": points,
            "arrhenius": [law] if keys[0][0] == "temp" else []}


class Plot(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        (self.folder / "analysis").mkdir()

    def write(self, document):
        (self.folder / "analysis" / "sweep_analysis.json").write_text(json.dumps(document))

    def pictures(self):
        names = sorted(path.name for path in self.folder.rglob("*.png"))
        for path in self.folder.rglob("*.png"):
            self.assertEqual(path.read_bytes()[:8], PNG)
            path.unlink()
        return names

    def test_temperature_gets_two_pictures_with_and_without_errors(self):
        for error in (0.1, None):
            self.write(analysis_of([("temp", "K")], [[250.0], [300.0], [350.0]], error))
            self.assertEqual(run(self.folder), (0, ""))
            self.assertEqual(self.pictures(), ["sweep.png", "sweep_arrhenius.png"])

    def test_other_keys_get_one(self):
        self.write(analysis_of([("external_field.electric.mag", "E_h/(e bohr)")], [[0.0], [1e-3]]))
        self.assertEqual(run(self.folder / "analysis", "--output", self.folder / "field.png"), (0, ""))
        self.assertEqual(self.pictures(), ["field.png"])

    def test_several_keys(self):
        self.write(analysis_of([("temp", "K"), ("n_traj", "")], [[t, n] for t in (250.0, 300.0) for n in (1.0, 2.0)]))
        self.assertEqual(run(self.folder), (0, ""))
        self.assertEqual(self.pictures(), ["sweep.png", "sweep_arrhenius.png"])
        self.assertEqual(run(self.folder, "--key", "n_traj"), (0, ""))
        self.assertEqual(self.pictures(), ["sweep.png"])

    def test_series_hold_the_points_of_equal_other_values(self):
        document = analysis_of([("temp", "K"), ("n_traj", "")], [[t, n] for t in (250.0, 300.0) for n in (1.0, 2.0)])
        series, others = plot_sweep.series_of(document, 0)
        self.assertEqual([(s.x, s.label(others)) for s in series],
                         [([250.0, 300.0], "electron, n_traj = 1"), ([250.0, 300.0], "electron, n_traj = 2")])

    def test_what_cannot_be_plotted_is_refused_in_one_line(self):
        status, err = run(self.folder)
        self.assertEqual((status, err.count("\n")), (3, 1))
        self.assertIn("sweep_analysis.json", err)
        self.write(analysis_of([("temp", "K")], [[250.0], [300.0]]))
        status, err = run(self.folder, "--key", "n_traj")
        self.assertEqual((status, err.count("\n")), (2, 1))
        self.assertIn("'n_traj' was not swept; there is temp", err)
        self.assertEqual(self.pictures(), [])

    def test_numbers_with_errors(self):
        self.assertEqual(plot_sweep.with_error({"value": 0.24921, "standard_error": 0.00391}), "0.2492 ± 0.0039")
        self.assertEqual(plot_sweep.with_error({"value": 0.24921, "standard_error": None}), "0.2492")


if __name__ == "__main__":
    unittest.main()
