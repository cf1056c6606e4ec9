"""Random walks of known diffusivity through scripts/plot_diffusivity.py."""

import contextlib
import importlib.util
import io
import json
import re
import tempfile
import unittest
from pathlib import Path

import h5py
import numpy as np

SCRIPT = Path(__file__).resolve().parents[2] / "scripts" / "plot_diffusivity.py"
SPEC = importlib.util.spec_from_file_location("plot_diffusivity", SCRIPT)
plot_diffusivity = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(plot_diffusivity)

INTERVAL = 1e-9  # s
TEMPERATURE = 300.0
DIFFUSIVITY = {"electron": 2.5e-9, "hole": 4.0e-10}  # m^2/s
COUNT = {"electron": 2, "hole": 1}


def random_walks(generator, n_frames):
    """[n_frames, 3 carriers * 3] in bohr: Gaussian steps of variance 2 D dt along each axis."""
    columns = []
    for name, count in COUNT.items():
        sigma = np.sqrt(2 * DIFFUSIVITY[name] * INTERVAL)
        steps = generator.normal(scale=sigma, size=(n_frames - 1, 3 * count))
        columns.append(np.concatenate((np.zeros((1, 3 * count)), np.cumsum(steps, axis=0))))
    return np.hstack(columns) / plot_diffusivity.BOHR


def write_run(directory, n_traj=24, n_frames=2001, seed=7):
    generator = np.random.default_rng(seed)
    about = {"species_types": list(COUNT), "species_count": list(COUNT.values()), "temperature": TEMPERATURE}
    (directory / "run_metadata.json").write_text(json.dumps({"system_info": about}))
    times = np.arange(n_frames) * INTERVAL / plot_diffusivity.ATOMIC_TIME
    with h5py.File(directory / "trajectory_data.h5", "w") as file:
        file.create_group("metadata/system_info").attrs.update(about)
        for number in range(1, n_traj + 1):
            walk = random_walks(generator, n_frames)
            group = file.create_group(f"trajectories/traj_{number:03d}")
            group["coordinates/unwrapped"] = walk
            group["coordinates/unwrapped"].attrs["si_factor"] = plot_diffusivity.BOHR
            group["time"] = times
            group["time"].attrs["si_factor"] = plot_diffusivity.ATOMIC_TIME
            folder = directory / f"traj{number}"
            folder.mkdir()
            np.save(folder / "unwrapped_traj.npy", walk)
            np.save(folder / "time.npy", times)


def run(*arguments):
    """Exit status, stdout and stderr of the command."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        status = plot_diffusivity.main([str(a) for a in arguments])
    return status, out.getvalue(), err.getvalue()


class MeanSquareDisplacement(unittest.TestCase):
    def test_equals_the_direct_sum_over_time_origins(self):
        positions = np.random.default_rng(1).normal(size=(50, 3, 3)).cumsum(axis=0)
        direct = [
            np.mean(np.sum((positions[lag:] - positions[: 50 - lag]) ** 2, axis=2)) for lag in range(50)
        ]
        np.testing.assert_allclose(
            plot_diffusivity.mean_square_displacement(positions), direct, rtol=1e-12, atol=1e-12
        )

    def test_of_steady_motion_is_quadratic(self):
        positions = np.arange(100.0)[:, None, None] * np.array([1.0, 2.0, 2.0])
        lags = np.arange(100)
        np.testing.assert_allclose(
            plot_diffusivity.mean_square_displacement(positions), 9.0 * lags**2, rtol=1e-9, atol=1e-9
        )


class Diffusivity(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.directory = Path(folder.name)
        write_run(cls.directory)
        cls.ensemble = plot_diffusivity.load_hdf5(cls.directory / "trajectory_data.h5")
        cls.results = plot_diffusivity.analyse(cls.ensemble)

    def test_of_a_random_walk_is_found_within_its_error(self):
        self.assertEqual([r.species.name for r in self.results], ["electron", "hole"])
        for result in self.results:
            expected = DIFFUSIVITY[result.species.name]
            self.assertLess(result.diffusivity_error, 0.08 * expected)
            self.assertLess(abs(result.diffusivity - expected), 4 * result.diffusivity_error)

    def test_is_the_same_from_npy(self):
        from_npy = plot_diffusivity.analyse(plot_diffusivity.load_npy(self.directory, None))
        for a, b in zip(from_npy, self.results):
            self.assertEqual(a.species, b.species)
            self.assertAlmostEqual(a.diffusivity / b.diffusivity, 1.0, places=12)

    def test_without_the_run_record_needs_a_temperature(self):
        with tempfile.TemporaryDirectory() as folder:
            (Path(folder) / "traj1").symlink_to(self.directory / "traj1")
            status, _, err = run(folder)
            self.assertEqual(status, 3)
            self.assertIn("--temperature", err)
            status, out, _ = run(folder, "--temperature", 300)
            self.assertEqual(status, 0)
            self.assertIn("carrier", out)

    def test_is_printed_with_the_mobility_and_plotted(self):
        picture = self.directory / "msd.png"
        status, out, _ = run(self.directory, "--output", picture)
        self.assertEqual(status, 0)
        rows = [line for line in out.splitlines() if line.startswith(("electron", "hole"))]
        self.assertEqual(len(rows), 2)
        printed = re.findall(r"\(([0-9.]+) ± [0-9.]+\)(e[-+]\d+)", rows[0])
        d, mobility = (float(mantissa + exponent) for mantissa, exponent in printed)
        expected = self.results[0].diffusivity * 1e4  # cm^2/s
        self.assertAlmostEqual(d / expected, 1.0, places=2)
        self.assertAlmostEqual(mobility / (expected / 0.0258520), 1.0, places=2)  # kT/e in V at 300 K
        self.assertEqual(picture.read_bytes()[:8], b"\x89PNG\r\n\x1a\n")


class BadInput(unittest.TestCase):
    def check(self, expected, *arguments):
        status, _, err = run(*arguments)
        self.assertEqual(status, 3)
        self.assertIn(expected, err)

    def test_is_told_in_one_line(self):
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            self.check("no such directory", folder / "absent")
            self.check("no traj*", folder)
            (folder / "trajectory_data.h5").write_bytes(b"no HDF5 file")
            self.check("trajectory_data.h5", folder)

    def test_frames_of_single_hops_are_refused(self):
        with self.assertRaisesRegex(plot_diffusivity.ResultError, "not evenly spaced"):
            plot_diffusivity.frame_interval(np.cumsum(np.random.default_rng(3).exponential(size=50)))

    def test_too_few_frames_are_refused(self):
        with self.assertRaisesRegex(plot_diffusivity.ResultError, "too few"):
            plot_diffusivity.frame_interval(np.arange(5.0))


class Numbers(unittest.TestCase):
    def test_value_and_error_share_an_exponent(self):
        self.assertEqual(plot_diffusivity.with_error(1.2345e-5, 1.3e-7), "(1.234 ± 0.013)e-05")
        self.assertEqual(plot_diffusivity.with_error(0.0, 0.0), "0")
        self.assertEqual(plot_diffusivity.with_error(2.0e3, float("nan")), "2.0000e+03")


if __name__ == "__main__":
    unittest.main()
