"""Sweeps: points as single runs would be, problems told before anything is written, stopping and going on, analysis."""

import contextlib
import csv
import fcntl
import json
import os
import re
import shlex
import shutil
import signal
import subprocess
import time
import unittest
from pathlib import Path

import numpy as np
from interruption import BUSY, HeldRun, ResumeTest, arrays, command
from program import ProgramTest, contents, launch, launch_at_once

BAD_INPUT, IO_FAILURE = 2, 3
BOLTZMANN = 8.617333262e-5  # eV/K
CHARGE = 1.6021766208e-19  # C
TWO_AXES = ["--sweep", "temp=250:300:50", "--sweep", "n_traj=1,2"]
TWO_AXES_POINTS = [f"temp={t},n_traj={n}" for t in (250, 300) for n in (1, 2)]


def names_below(directory):
    return sorted(path.name for path in directory.iterdir())


def open_files(pid):
    """What a process has open; nothing of one that has ended."""
    found = set()
    with contextlib.suppress(OSError):  # closed meanwhile: asked again
        for link in Path(f"/proc/{pid}/fd").iterdir():
            found.add(os.readlink(link))
    return found


class Run(ProgramTest):
    def sweep(self, *options, **keywords):
        return launch("run", self.case.directory, "--output", self.output, *options, **keywords)

    def assert_refused(self, result, *messages):
        self.assertEqual((result.status, result.out), (BAD_INPUT, ""), result)
        self.assertEqual(len(result.errors), len(messages), result)
        for message, line in zip(messages, result.errors):
            self.assertIn(message, line)

    def test_points_are_the_runs_that_set_makes(self):
        result = self.run_case(*TWO_AXES)
        self.assertEqual(names_below(self.output), sorted([*TWO_AXES_POINTS, "sweep.json"]))
        for temperature in (250, 300):
            for n in (1, 2):
                single = self.folder / f"single_{temperature}_{n}"
                run = launch("run", self.case.directory, "--output", single, "--quiet", "--set",
                             f"temp={temperature}", "--set", f"n_traj={n}", ranks=1)
                self.assertEqual(run.status, 0, run)
                point = self.output / f"temp={temperature},n_traj={n}"
                self.assertEqual(arrays(point), arrays(single))
                self.assertEqual(launch("validate", point, ranks=1).status, 0)
        self.assertRegex(result.out, r"== temp=250,n_traj=2 \(2 of 4\)")
        table = result.out[result.out.index("  temp, K"):].splitlines()
        self.assertRegex(table[0], r"temp, K +n_traj +status +hops +D\(electron\), cm\^2/s$")
        self.assertEqual([line.split()[:3] for line in table[1:]],
                         [[str(t), str(n), "complete"] for t in (250, 300) for n in (1, 2)])

    def test_the_record(self):
        self.run_case(*TWO_AXES, "--quiet")
        record = json.loads((self.output / "sweep.json").read_text())
        self.assertEqual(record["axes"], [{"key": "temp", "unit": "K", "values": [250, 300]},
                                          {"key": "n_traj", "unit": "", "values": [1, 2]}])
        self.assertEqual([point["directory"] for point in record["points"]], TWO_AXES_POINTS)
        self.assertEqual(record["points"][1]["values"], [250, 2])
        self.assertEqual(shlex.split(record["command_line"])[:6],
                         ["hopmc", "run", str(self.case.directory), "--output", str(self.output), "--sweep"])

    def test_problems_of_all_points_come_at_once_and_before_anything(self):
        self.case.write()
        before = contents(self.folder)
        result = self.sweep("--sweep", "temp=-50:100:50", "--sweep", "n_traj=0,1", "--set", "t_finale=1")
        self.assert_refused(
            result,
            "t_finale: there is no such key; did you mean 't_final'? (given by --set t_finale=1) (at every point)",
            "temp: is '-50'; expected a number > 0 (K) (given by --sweep temp=-50) "
            "(at temp=-50,n_traj=0; temp=-50,n_traj=1)",
            "n_traj: is '0'; expected an integer >= 1 (given by --sweep n_traj=0) (at temp=-50,n_traj=0; "
            "temp=0,n_traj=0; temp=50,n_traj=0; and 1 more)",
            "temp: is '0'; expected")
        # Of later stages: the model, the observer.
        result = self.sweep("--sweep", "time_interval=1e-30,1e-10")
        self.assert_refused(result, "time_interval: 1e-30 s divides t_final into too many frames")
        self.assertIn("(at time_interval=1e-30)", result.err)
        result = self.sweep("--sweep", "t_final=2e-10,1e-8", "--target-error", "0.1")
        self.assert_refused(result, "--target-error: needs the diffusivity of the run")
        self.assertIn("(at t_final=2e-10)", result.err)
        self.assertEqual(contents(self.folder), before)

    def test_bad_sweeps(self):
        self.case.write()
        before = contents(self.folder)
        self.assert_refused(self.sweep("--sweep", "temp=300:200:10", "--sweep", "tmp=2"),
                            "--sweep temp=300:200:10: no value lies between",
                            "--sweep tmp=2: there is no key 'tmp'; did you mean 'temp'?")
        self.assert_refused(self.sweep("--sweep", "temp=200,300", "--set", "temp=250"),
                            "--set temp=250: 'temp' is swept")
        self.assert_refused(self.sweep("--sweep", "t_final=1e-8,2e-8", "--t-final", "1e-9"),
                            "--t-final: 't_final' is swept")
        self.assert_refused(self.sweep("--sweep", "n_dim=1,2"),
                            "--sweep n_dim=1,2: changes only the analysis of a run: hopmc analyze DIR --set n_dim=NUMBER")
        self.assertEqual(contents(self.folder), before)

    def test_a_field_that_is_switched_off_is_warned_of(self):
        key = "external_field.electric.mag"
        told = f"hopmc: warning: command line: {key}: has no effect while external_field.electric.active is 0"
        for options, warnings in ((("--set", f"{key}=1e-4"), [told]),
                                  (("--sweep", f"{key}=1e-4,2e-4"), [told + " (at every point)"]),
                                  (("--set", f"{key}=1e-4", "--set", "external_field.electric.active=1"), [])):
            with self.subTest(options):
                self.case.write()
                result = launch("run", self.case.directory, "--output", self.folder / options[0], "--progress", "off",
                                "--overwrite", "--n-traj", 1, *options)
                self.assertEqual((result.status, result.err.splitlines()[:1]), (0, warnings), result)

    def test_results_that_are_there(self):
        self.run_case("--sweep", "temp=250,300", "--quiet")
        before = contents(self.folder)
        for command in ("info", "validate"):
            result = launch(command, self.output, ranks=1)
            self.assertEqual((result.status, len(result.errors)), (IO_FAILURE, 1), result)
            self.assertIn(f"holds a sweep; name one of its points, e.g. {self.output}/temp=250", result.err)
        self.assert_refused(self.sweep("--sweep", "temp=250,350"), "out: holds a sweep already; --resume")
        self.assert_refused(self.sweep(), "out: holds a sweep (sweep.json)")
        self.assert_refused(self.sweep("--sweep", "n_traj=1,2", "--resume"), "holds a sweep of temp, not of n_traj")
        self.assert_refused(self.sweep("--sweep", "temp=250,300", "--resume", "--seed", "8"), "random_seed")
        self.assertEqual(contents(self.folder), before)
        (self.output / "sweep.json").unlink()
        self.assert_refused(self.sweep("--sweep", "temp=200:300:50"), "out: holds results of the sweep already")
        self.run_case("--sweep", "temp=250", "--seed", "8", "--overwrite", "--quiet")
        self.assertNotEqual(arrays(self.output / "temp=250"), arrays(self.output / "temp=300"))
        self.assertEqual(len(json.loads((self.output / "sweep.json").read_text())["points"]), 1)
        single = self.folder / "single"
        self.assertEqual(launch("run", self.case.directory, "--output", single, "--quiet").status, 0)
        result = launch("run", self.case.directory, "--output", single, "--sweep", "temp=250,300", "--overwrite")
        self.assert_refused(result, "holds results of a single run")

    def test_resuming_adds_points(self):
        self.run_case("--sweep", "temp=250,350", "--quiet")
        before = contents(self.output)
        result = self.run_case("--sweep", "temp=250,300", "--resume")
        self.assertIn("temp=250: complete; nothing to resume", result.out)
        self.assertRegex(result.out, r"\n  250 +complete before +\S.* \(?[\d.]+.*\n  300 +complete ")
        after = contents(self.output)
        for path in before.keys() - {self.output / "sweep.json"}:
            self.assertEqual(after[path], before[path], path)
        points = json.loads((self.output / "sweep.json").read_text())["points"]
        self.assertEqual([point["values"] for point in points], [[250], [300], [350]])
        again = contents(self.output)
        self.run_case("--sweep", "temp=250:350:50", "--resume", "--quiet")
        self.assertEqual(contents(self.output), again)

    def sweeps_at_once(self, *options):
        """Of two temperatures: their exit statuses in order, and the points of the record."""
        results = launch_at_once(*(("run", self.case.directory, "--output", self.output, "--quiet", "--sweep", f"temp={t}",
                                    *options) for t in (300, 350)))
        record = json.loads((self.output / "sweep.json").read_text())
        return sorted(result.status for result in results), [point["values"] for point in record["points"]]

    def test_two_at_once(self):
        self.run_case("--sweep", "temp=250", "--quiet")
        self.assertEqual(self.sweeps_at_once("--resume"), ([0, 0], [[250], [300], [350]]))
        shutil.rmtree(self.output)
        self.assertEqual(self.sweeps_at_once("--resume"), ([0, 0], [[300], [350]]))
        shutil.rmtree(self.output)
        statuses, points = self.sweeps_at_once()  # one of them finds the other's sweep
        self.assertEqual(statuses, [0, BAD_INPUT])
        self.assertEqual(names_below(self.output), ["sweep.json", f"temp={points[0][0]:g}"])
        self.assertEqual(len(points), 1)

    def test_points_that_another_sweep_adds_meanwhile(self):
        self.run_case("--sweep", "temp=250", "--quiet")
        file = self.output / "sweep.json"
        before = file.read_text()
        self.run_case("--sweep", "temp=300", "--resume", "--quiet")
        after = file.read_text()
        file.write_text(before)
        directory = os.open(self.output, os.O_RDONLY)
        self.addCleanup(os.close, directory)
        fcntl.flock(directory, fcntl.LOCK_SH)
        process = subprocess.Popen(command(1, "run", self.case.directory, "--output", self.output, "--quiet", "--resume",
                                           "--sweep", "temp=350"), stdin=subprocess.DEVNULL)
        # It has the directory open for good when it waits for the lock; for a moment, when it lists the directory.
        looks = 0
        while process.poll() is None and looks < 10:
            looks = looks + 1 if str(self.output) in open_files(process.pid) else 0
            time.sleep(0.01)
        beside = self.folder / "sweep.json"
        beside.write_text(after)
        beside.replace(file)
        fcntl.flock(directory, fcntl.LOCK_UN)
        self.assertEqual(process.wait(60), 0)
        points = json.loads(file.read_text())["points"]
        self.assertEqual([point["values"] for point in points], [[250], [300], [350]])

    def test_quiet_and_print_config(self):
        self.case.write()
        result = self.sweep("--sweep", "temp=250,300", "--print-config")
        self.assertEqual(result.status, 0, result)
        self.assertFalse(self.output.exists())
        self.assertEqual(re.findall(r"^# point: (\S+)\n# output: (\S+)", result.out, re.MULTILINE),
                         [(f"temp={t}", str(self.output / f"temp={t}")) for t in (250, 300)])
        self.assertRegex(result.out, r"temp: 250 +# --sweep temp=250\n")
        result = self.run_case("--sweep", "temp=250,300", "--quiet")
        self.assertEqual((result.out, result.err), ("", ""))

    def test_warnings_are_told_once(self):
        result = self.run_case("--sweep", "temp=250,300", "--set", "over_write=1")
        self.assertEqual(result.err.count("has no effect"), 1, result)
        self.assertIn("(at every point)", result.err)

    def test_target_error(self):
        self.case.simulation.update(n_traj=60, t_final=4e-7, time_interval=2e-9)
        result = self.run_case("--sweep", "temp=250,300", "--target-error", "0.2", *BUSY)
        self.assertEqual(len(re.findall(r"temp=\d+: target error 0.2 reached after \d+ of 60", result.err)), 2, result)
        self.assertRegex(result.err, r"more with: hopmc run \S+ --resume --output \S+ --sweep temp=250,300 --set")
        self.assertEqual(len(re.findall(r"\n  \d+ +target error reached", result.out)), 2, result)


class Interrupted(ResumeTest):
    """The second point of three is under way when the sweep is told to stop."""

    sweep = ["--sweep", "temp=260:300:20"]

    def assert_same_points(self, undisturbed):
        self.assertEqual(names_below(self.output), names_below(undisturbed))
        for point in undisturbed.glob("temp=*"):
            self.assertEqual(arrays(self.output / point.name), arrays(point), point.name)
            self.assertEqual(names_below(self.output / point.name), names_below(point))

    def stop_in_second_point(self, number):
        run = HeldRun(command(2, *self.options(*self.sweep)), self.output / "temp=280")
        run.signal(number)
        return self.finish(run.process)

    def test_stopped_by_a_signal(self):
        undisturbed = self.undisturbed(*self.sweep)
        status, err = self.stop_in_second_point(signal.SIGUSR1)
        self.assertEqual(status, 75, err)
        self.assertFalse((self.output / "temp=300").exists())
        told = re.search(r"hopmc: stopped after 1 of 3 points, and \d of 4 trajectories of temp=280; go on with: "
                         r"(hopmc run .*)", err)
        self.assertTrue(told, err)
        # Analysed meanwhile: the first point alone.
        analysed = launch("analyze", self.output, "--output", self.folder / "analysis", ranks=1)
        self.assertEqual(analysed.status, 0, analysed)
        self.assertIn("1 of 3 points", analysed.out)
        self.assertIn("temp=280: left out: ", analysed.err)
        self.assertIn("temp=300: left out: not begun", analysed.err)
        # The line as it was told.
        command = shlex.split(told[1])
        self.assertEqual(command[:3], ["hopmc", "run", str(self.case.directory)])
        self.assertIn("temp=260:300:20", command)
        result = launch(*command[1:], ranks=3)
        self.assertEqual(result.status, 0, result)
        self.assertIn("temp=260: complete; nothing to resume", result.out)
        self.assert_same_points(undisturbed)

    def test_killed(self):
        undisturbed = self.undisturbed(*self.sweep)
        self.stop_in_second_point(signal.SIGKILL)
        self.resume(*self.sweep, ranks=1)
        self.assert_same_points(undisturbed)

    def test_time_limit(self):
        undisturbed = self.undisturbed(*self.sweep)
        status, err = self.finish(self.start(2, *self.sweep, "--time-limit", "0"))
        self.assertEqual(status, 75, err)
        self.assertIn("stopped after 0 of 3 points; go on with: ", err)
        self.assertEqual(names_below(self.output), ["sweep.json"])
        self.resume(*self.sweep)
        self.assert_same_points(undisturbed)


class Analysis(ProgramTest):
    """A lone electron on a cubic lattice: D = k a^2 with k = vn exp(-0.2 eV / kT)."""

    def setUp(self):
        super().setUp()
        self.case.simulation.update(species_count=[1, 0], n_traj=40, t_final=2e-7, time_interval=1e-9)
        for name, column in self.case.simulation["output_data"].items():
            column["write"] = int(name == "unwrapped_traj")

    def exact(self, temperature):
        return 1e13 * np.exp(-0.2 / (BOLTZMANN * temperature)) * 4e-8**2

    def test_temperatures(self):
        self.run_case("--sweep", "temp=260:340:20", "--quiet", "--formats", "hdf5")
        result = launch("analyze", self.output)
        self.assertEqual((result.status, result.err), (0, ""), result)
        analysis = self.output / "analysis"
        document = json.loads((analysis / "sweep_analysis.json").read_text())
        points = document["points"]
        self.assertEqual([point["values"] for point in points], [[260], [280], [300], [320], [340]])
        d = [point["species"][0]["diffusivity"] for point in points]
        for point, found in zip(points, d):
            exact = self.exact(point["values"][0])
            self.assertLess(found["standard_error"], 0.1 * exact)
            self.assertLess(abs(found["value"] - exact), 4 * found["standard_error"], point)
            # The same as of the point alone.
            single = json.loads((analysis / point["directory"] / "analysis.json").read_text())["species"][0]
            self.assertEqual(found, single["diffusivity"])
            sigma = found["value"] * 1e-4 * CHARGE / (BOLTZMANN * point["values"][0] * 18 * 64e-30) / 100
            np.testing.assert_allclose(point["conductivity"]["value"], sigma, rtol=1e-5)
        law = document["arrhenius"][0]
        energy, prefactor = law["activation_energy"], law["prefactor"]
        self.assertLess(energy["standard_error"], 0.02)
        self.assertLess(abs(energy["value"] - 0.2), 4 * energy["standard_error"])
        self.assertLess(abs(law["ln_prefactor"]["value"] - np.log(1e13 * 4e-8**2)),
                        4 * law["ln_prefactor"]["standard_error"])
        value, error = (np.array([x[key] for x in d]) for key in ("value", "standard_error"))
        inverse = 1 / (BOLTZMANN * np.arange(260, 350, 20))
        slope, intercept = np.polyfit(inverse, np.log(value), 1, w=value / error)
        np.testing.assert_allclose([energy["value"], prefactor["value"]], [-slope, np.exp(intercept)], rtol=1e-6)
        self.assertRegex(result.out, r"Ea = 0\.\d+ ± 0\.\d+ eV, D0 = 0\.\d+ ± 0\.\d+ cm\^2/s; chi\^2 = \S+ for 3 degrees")
        with (analysis / "sweep.csv").open(newline="") as file:
            rows = list(csv.DictReader(file))
        self.assertEqual([float(row["temp (K)"]) for row in rows], [260, 280, 300, 320, 340])
        np.testing.assert_allclose([float(row["D (cm^2/s)"]) for row in rows], value, rtol=1e-7)
        np.testing.assert_allclose([float(row["standard error of D"]) for row in rows], error, rtol=1e-3)
        self.assertEqual({row["drift mobility (cm^2/(V s))"] for row in rows}, {"nan"})
        for point, row in zip(points, rows):
            sigma = point["conductivity"]
            self.assertEqual(sigma["unit"], "S/cm")
            np.testing.assert_allclose([float(row["conductivity (S/cm)"]), float(row["lower bound of conductivity"])],
                                       [sigma["value"], sigma["interval"][0]], rtol=1e-7)
        self.assertRegex(result.out, r"\nall carriers together\n  temp, K  conductivity, S/cm  .*\n  260 +0\.01\d* ± ")
        again = launch("analyze", self.output, ranks=1)
        self.assertEqual((again.status, len(again.errors)), (BAD_INPUT, 1), again)
        self.assertIn("sweep_analysis.json: is there already; --overwrite", again.err)
        other = launch("analyze", self.output, "--output", self.folder / "one", ranks=1)
        self.assertEqual(other.status, 0, other)
        for path in analysis.rglob("*.*"):
            if path.is_file():
                copy = self.folder / "one" / path.relative_to(analysis)
                self.assertEqual(path.read_bytes(), copy.read_bytes(), path)

    def test_two_temperatures_have_no_error_and_other_keys_no_arrhenius_law(self):
        self.run_case("--sweep", "temp=280,320", "--sweep", "n_traj=4,5", "--quiet", "--formats", "npy")
        result = launch("analyze", self.output, ranks=1)
        self.assertEqual(result.status, 0, result)
        for n in (4, 5):
            self.assertRegex(result.out, rf"n_traj = {n}: Ea = 0\.\d+ eV, D0 = \S+ cm\^2/s; two points have no error")
        document = json.loads((self.output / "analysis" / "sweep_analysis.json").read_text())
        self.assertEqual([law["other_values"] for law in document["arrhenius"]], [[4], [5]])
        self.assertIsNone(document["arrhenius"][0]["activation_energy"]["standard_error"])
        shutil.rmtree(self.output)
        self.run_case("--sweep", "n_traj=2:4:1", "--quiet", "--formats", "hdf5")
        result = launch("analyze", self.output, ranks=1)
        self.assertNotIn("Arrhenius", result.out)
        self.assertRegex(result.out, r"\n  n_traj  D, cm\^2/s .*\n  2  ")

    def test_field(self):
        field = "external_field.electric"
        self.run_case("--sweep", f"{field}.mag=0,2e-4", "--set", f"{field}.active=1", "--quiet", "--formats", "hdf5")
        result = launch("analyze", self.output, ranks=1)
        self.assertEqual(result.status, 0, result)
        self.assertIn("drift mobility, cm^2/(V s)", result.out)
        document = json.loads((self.output / "analysis" / "sweep_analysis.json").read_text())
        without, drifting = (point["species"][0] for point in document["points"])
        self.assertNotIn("drift_mobility", without)
        alone = json.loads((self.output / "analysis" / f"{field}.mag=0.0002" / "analysis.json").read_text())
        self.assertEqual(drifting["drift_mobility"], alone["species"][0]["drift_mobility"])

    def test_points_that_are_too_short_do_not_keep_the_others_from_analysis(self):
        self.run_case("--sweep", "time_interval=1e-9,4e-8", "--quiet", "--formats", "hdf5", "--n-traj", 3)
        result = launch("analyze", self.output)
        self.assertEqual((result.status, result.err.count("\n")), (0, 1), result)
        self.assertRegex(result.err, "time_interval=4e-08: left out: .*the trajectories have 6 frames; expected at least")
        document = json.loads((self.output / "analysis" / "sweep_analysis.json").read_text())
        self.assertEqual([point["values"] for point in document["points"]], [[1e-9]])
        self.assertIn("6 frames", document["left_out"][0]["reason"])

    def test_nothing_is_complete(self):
        self.run_case("--sweep", "temp=280,320", "--quiet", "--formats", "hdf5")
        for point in self.output.glob("temp=*"):
            shutil.rmtree(point)
        result = launch("analyze", self.output)
        self.assertEqual((result.status, len(result.errors)), (BAD_INPUT, 1), result)
        self.assertIn("no point of the sweep can be analysed; temp=280: not begun", result.err)
        self.assertFalse((self.output / "analysis").exists())


if __name__ == "__main__":
    unittest.main()
