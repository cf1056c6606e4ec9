"""Diffusivities found while a run goes on: against NumPy and theory, for any number of ranks, across interruptions;
runs that end once they know enough."""

import json
import re
import shutil
import unittest
import zlib

import h5py
import numpy as np
from interruption import ResumeTest
from program import ROOT, ProgramTest, contents, launch

CM2 = 1e-4  # m^2
LENGTHS = {"n_traj": 24, "t_final": 4e-7, "time_interval": 2e-9}


def online(output):
    """Attributes and datasets of /analysis/online."""
    with h5py.File(output / "trajectory_data.h5") as file:
        group = file["analysis/online"]
        return dict(group.attrs), {name: dataset[()] for name, dataset in group.items()}


def multiple_tau_lags(longest):
    lags, level = list(range(1, 9)), 1
    while lags[-1] < longest:
        lags += [k << level for k in range(5, 9)]
        level += 1
    return [lag for lag in lags if lag <= longest]


class Stored(ProgramTest):
    def setUp(self):
        super().setUp()
        self.case.simulation.update(LENGTHS, species_count=[2, 1])
        self.case.material["neighbor_cutoff_dist"]["Cl:Cl"] = [[4.0]]
        for key in ("neighbor_cutoff_dist_tol", "lambda_values", "v_ab"):
            self.case.material[key]["Cl:Cl"] = self.case.material[key]["Cs:Cs"]

    def test_numbers_are_those_of_numpy(self):
        self.run_case("--quiet", "--n-traj", 5)
        attributes, found = online(self.output)
        self.assertEqual(list(attributes["species"]), ["electron", "hole"])
        self.assertEqual(attributes["trajectories"], [5])
        stride = attributes["frames_between_samples"][0]
        self.assertEqual(stride, 4)
        with h5py.File(self.output / "trajectory_data.h5") as file:
            positions = [t["coordinates/unwrapped"][::stride] for t in file["trajectories"].values()]
            interval = stride * file["trajectories/traj_001/time"][1]
        lags = np.array(multiple_tau_lags(20 // stride))
        np.testing.assert_allclose(found["lag"], lags * interval, rtol=1e-12)
        for species, columns in enumerate((slice(0, 6), slice(6, 9))):
            msd = np.array([[((p[lag:, columns] - p[:-lag, columns])**2).sum(axis=1).mean() for lag in lags]
                            for p in positions]) / (2, 1)[species]
            np.testing.assert_allclose(found["msd"][species], msd.mean(axis=0), rtol=1e-12)
            np.testing.assert_allclose(found["msd_error"][species], msd.std(axis=0, ddof=1) / 5**0.5, rtol=1e-9)
            window = (lags * stride >= 2) & (lags * stride <= 18)
            slopes = np.array([np.polyfit(found["lag"][window], m[window], 1)[0] for m in msd]) / 6
            np.testing.assert_allclose(found["diffusivity"][species], slopes.mean(), rtol=1e-9)
            np.testing.assert_allclose(found["diffusivity_error"][species], slopes.std(ddof=1) / 5**0.5, rtol=1e-9)

    def test_frames_before_equilibrium_are_left_out(self):
        # 24 of 201 frames; flushes are not at sampled frames.
        self.run_case("--quiet", "--n-traj", 3, "--set", "equilibration_time=4.7e-8", "--set", "n_dim=2")
        attributes, found = online(self.output)
        self.assertEqual(attributes["frames_left_out"], [24])
        stride = attributes["frames_between_samples"][0]
        with h5py.File(self.output / "trajectory_data.h5") as file:
            positions = [t["coordinates/unwrapped"][24::stride, :6] for t in file["trajectories"].values()]
        lags = np.array(multiple_tau_lags(17 // stride))
        self.assertEqual(len(found["lag"]), len(lags))
        msd = np.array([[((p[lag:] - p[:-lag])**2).sum(axis=1).mean() for lag in lags] for p in positions]) / 2
        np.testing.assert_allclose(found["msd"][0], msd.mean(axis=0), rtol=1e-12)

    def test_description_and_where_it_is_shown(self):
        result = self.run_case("--progress", "on")
        with h5py.File(self.output / "trajectory_data.h5") as file:
            for name, dataset in file["analysis/online"].items():
                self.assertEqual(dataset.dtype, np.dtype("<f8"), name)
                self.assertEqual(set(dataset.attrs), {"units", "si_units", "si_factor", "description", "crc32"}, name)
            d = file["analysis/online/diffusivity"]
            self.assertEqual(d.attrs["si_units"], "m^2/s")
            value = d[0] * d.attrs["si_factor"] / CM2
        shown = re.search(r"D\(electron\) = \((\S+) ± (\S+)\)e([-+]\d+) cm\^2/s", result.out)
        self.assertTrue(shown, result)
        self.assertAlmostEqual(float(shown[1]) * 10**int(shown[3]) / value, 1, delta=0.1)
        info = launch("info", self.output, ranks=1)
        self.assertIn(shown[0], info.out)
        self.assertIn("D(hole)", info.out)
        validated = launch("validate", self.output, ranks=1)
        self.assertEqual(validated.status, 0, validated)

    def test_damage_is_found(self):
        self.run_case("--quiet", "--n-traj", 2, "--formats", "hdf5")
        path = self.output / "trajectory_data.h5"
        original = path.read_bytes()

        def nudge(group, name):
            values = group[name][()]
            values.flat[0] = np.nextafter(values.flat[0], np.inf)
            group[name][...] = values

        def shorten(group, name):
            values, attributes = group[name][()], dict(group[name].attrs)
            del group[name]
            group[name] = values[..., :1]
            group[name].attrs.update({**attributes, "crc32": np.uint32(zlib.crc32(values[..., :1].tobytes()))})

        names = ["diffusivity", "diffusivity_error", "lag", "msd", "msd_error"]
        damages = [(nudge, name, f"{name}: content has CRC-32") for name in names]
        damages += [(h5py.Group.__delitem__, name, f"{name}: missing") for name in names]
        damages += [(lambda group, name: group[name].attrs.__delitem__("crc32"), "msd", "msd: has no crc32"),
                    (shorten, "msd", "msd: has shape [2, 1]"),
                    (lambda group, name: group.attrs.__delitem__(name), "fit_window", "has no attribute fit_window"),
                    (lambda group, name: group[name].attrs.__setitem__("si_units", "cm^2/s"), "diffusivity",
                     "diffusivity: is in bohr^2*E_h/hbar of 0.0001157"),
                    (lambda group, name: group[name].attrs.__setitem__("si_factor", 1.0), "lag", "lag: is in hbar/E_h of 1 s"),
                    (lambda group, name: group[name].attrs.__setitem__("units", "pm^2"), "msd", "msd: is in pm^2"),
                    (lambda group, name: group.parent.__delitem__(name), "online", ": missing, though the run"),
                    (lambda group, name: group.file.__delitem__(name), "analysis", ": missing, though the run")]
        for damage, name, expected in damages:
            with self.subTest(expected):
                path.write_bytes(original)
                with h5py.File(path, "r+") as file:
                    damage(file["analysis/online"], name)
                result = launch("validate", self.output, ranks=1)
                self.assertEqual((result.status, result.err), (1, ""), result)
                self.assertRegex(result.out, rf"trajectory_data.h5:/analysis/online.*{re.escape(expected)}")
        path.write_bytes(original)
        self.assertEqual(launch("validate", self.output, ranks=1).status, 0)

    def test_damaged_numbers_are_not_shown(self):
        sweep = ["run", self.case.directory, "--output", self.output, "--n-traj", 2, "--sweep", "temp=290,300"]
        self.case.write()
        self.assertEqual(launch(*sweep, "--quiet").status, 0)
        point = self.output / "temp=300"
        with h5py.File(point / "trajectory_data.h5", "r+") as file:
            file["analysis/online/diffusivity"][0] *= 2
        info = launch("info", point, ranks=1)
        self.assertEqual((info.status, info.err), (0, ""), info)
        self.assertRegex(info.out, r"(?m)^ +online +not readable: .*/analysis/online/diffusivity: content has CRC-32")
        self.assertNotIn("D(electron)", info.out)
        resumed = launch(*sweep, "--resume")
        self.assertEqual((resumed.status, resumed.err.count("\n")), (0, 1), resumed)
        self.assertRegex(resumed.err, r"warning: .*/analysis/online/diffusivity: content has CRC-32 .*; left out")

    def test_one_trajectory_has_no_error(self):
        result = self.run_case("--n-traj", 1)
        self.assertTrue(np.isnan(online(self.output)[1]["diffusivity_error"]).all())
        self.assertRegex(result.out, r"D\(electron\) = [-+.e\d]+ cm\^2/s")

    def test_runs_that_cannot_be_observed(self):
        field = "external_field={electric: {active: 1, dir: [1, 0, 0], ld: 0, mag: 1e-3}}"
        for setting in ("output_data.unwrapped_traj.write_every_step=1", "output_data.unwrapped_traj.write=0", field):
            with self.subTest(setting):
                shutil.rmtree(self.output, ignore_errors=True)
                self.case.write()
                refused = launch("run", self.case.directory, "--output", self.output, "--set", setting, "--t-final",
                                 "1e-8", "--target-error", "0.1")
                self.assertEqual((refused.status, len(refused.errors)), (2, 1), refused)
                self.assertIn("--target-error", refused.err)
                self.assertFalse(self.output.exists())
                self.run_case("--quiet", "--set", setting, "--n-traj", 1, "--t-final", "1e-8")
                with h5py.File(self.output / "trajectory_data.h5") as file:
                    self.assertNotIn("analysis", file)

    def test_bad_targets(self):
        self.case.write()
        before = contents(self.folder)
        for value in ("0", "1", "-0.1", "5", "nan", "small", "0.1x", ""):
            with self.subTest(value):
                result = launch("run", self.case.directory, "--output", self.output, "--target-error", value)
                self.assertEqual((result.status, len(result.errors)), (2, 1), result)
                self.assertIn(f"--target-error: '{value}' is no relative error; expected", result.err)
                self.assertEqual(contents(self.folder), before)


class Theory(ProgramTest):
    def test_hematite(self):
        case = ROOT / "examples" / "hematite"
        run = launch("run", case, "--output", self.output, "--quiet", "--formats", "hdf5", "--n-traj", 64, "--t-final",
                     "2e-5", ranks=2)
        self.assertEqual(run.status, 0, run)
        _, found = online(self.output)
        for what in (["--exact", case], [self.output]):
            analysed = launch("analyze", *what, "--output", self.folder / "analysis", ranks=1)
            self.assertEqual(analysed.status, 0, analysed)
        theory = json.loads((self.folder / "analysis" / "exact.json").read_text())
        with h5py.File(self.output / "trajectory_data.h5") as file:
            factor = file["analysis/online/diffusivity"].attrs["si_factor"] / CM2
        value, error = (found[name][0] * factor for name in ("diffusivity", "diffusivity_error"))
        self.assertLess(error, 0.1 * value)
        self.assertLess(abs(value - theory["diffusivity"]["value"]), 3 * error)
        analysed = json.loads((self.folder / "analysis" / "analysis.json").read_text())["species"][0]["diffusivity"]
        self.assertLess(abs(value - analysed["value"]), error)
        self.assertLess(abs(error / analysed["standard_error"] - 1), 0.3)


class Interrupted(ResumeTest):
    """Sums over trajectories are added up in another order: equal but for rounding."""

    def assert_same_online(self, expected):
        attributes, datasets = online(self.output)
        self.assertEqual(attributes["trajectories"], expected[0]["trajectories"])
        for name, values in expected[1].items():
            np.testing.assert_allclose(datasets[name], values, rtol=1e-9 if name.endswith("error") else 1e-12, err_msg=name)

    def test_numbers_of_ranks(self):
        self.case.simulation.update(n_traj=7, t_final=4e-7)
        self.case.write()
        expected = None
        for ranks in (1, 2, 3, 4):
            shutil.rmtree(self.output, ignore_errors=True)
            more = ["--set", "io.ranks_per_file=2"] if ranks == 3 else []
            self.assertEqual(launch(*self.options(*more), ranks=ranks).status, 0)
            expected = expected or online(self.output)
            self.assert_same_online(expected)

    def test_stopped_and_resumed(self):
        undisturbed = online(self.undisturbed())
        self.stop_early()
        self.resume(ranks=3)
        self.assert_same_online(undisturbed)

    def test_enough(self):
        self.case.simulation.update(n_traj=400, t_final=4e-7)
        for name, column in self.case.simulation["output_data"].items():
            column["write"] = int(name == "unwrapped_traj")
        self.case.write()
        light = ["--formats", "hdf5", "--set", "io.checkpoint_interval=60"]
        undisturbed = self.undisturbed(*light)
        counted = 0
        for target, resumed in ((0.2, []), (0.02, ["--resume"])):
            result = launch(*self.options(*light, "--target-error", target, *resumed), ranks=2)
            self.assertEqual(result.status, 0, result)
            self.assertRegex(result.err, rf"hopmc: target error {target} reached after \d+ of 400 trajectories; more "
                                         r"with: hopmc run \S+ --resume --output \S+")
            attributes, found = online(self.output)
            self.assertLess(counted, attributes["trajectories"][0])
            counted = attributes["trajectories"][0]
            self.assertTrue(10 <= counted <= 400, counted)
            self.assertLess(found["diffusivity_error"][0], target * found["diffusivity"][0])
        self.resume(*light)
        self.assert_same(undisturbed)
        self.assert_same_online(online(undisturbed))

    def test_enough_of_npy_alone(self):
        self.case.simulation.update(n_traj=400, t_final=4e-7)
        self.case.write()
        result = launch(*self.options("--formats", "npy", "--target-error", 0.2), ranks=2)
        self.assertEqual(result.status, 0, result)
        self.assertIn("target error 0.2 reached after", result.err)
        self.assertIn("D(electron)", result.out)
        self.assertFalse((self.output / "trajectory_data.h5").exists())

    def test_never_enough(self):
        self.case.simulation.update(n_traj=4, t_final=4e-7)
        self.case.write()
        result = launch(*self.options("--target-error", "1e-6"), ranks=2)
        self.assertEqual((result.status, result.err), (0, ""), result)
        self.assertEqual(online(self.output)[0]["trajectories"], [4])


if __name__ == "__main__":
    unittest.main()
