"""Runs that end early and are gone on with: the same bytes as if nothing had happened."""

import fcntl
import os
import random
import re
import shlex
import shutil
import signal
import subprocess
import time
import unittest

from interruption import ResumeTest, children_of, kill, wait_for_end
from program import contents, launch


class Kill(ResumeTest):
    def test_random_moments(self):
        undisturbed = self.undisturbed()
        chance = random.Random(20240607)
        restarted = 0
        for n in range(10):
            with self.subTest(n):
                shutil.rmtree(self.output, ignore_errors=True)
                ranks = chance.choice((1, 2, 3))
                if n % 2 > 0:  # somewhere in or behind a checkpoint
                    run = self.start_held(ranks, number=chance.randint(1, 12))
                    run.let_go()
                    process = run.process
                else:
                    process = self.start(ranks)
                    time.sleep(chance.uniform(0, 0.2) if n == 0 else chance.uniform(0.4, 0.8))
                time.sleep(chance.uniform(0, 0.05))
                victims = [process.pid] + (children_of(process.pid) if ranks > 1 and process.poll() is None else [])
                restarted += process.poll() is None
                kill(chance.choice(victims))
                self.finish(process)
                self.assertIsNotNone(wait_for_end(victims[1:], 30), "a rank outlives its mpirun")
                self.resume(ranks=chance.choice((1, 2, 3)))
                self.assert_same(undisturbed)
        self.assertGreaterEqual(restarted, 5)

    def test_killed_again_while_resuming(self):
        undisturbed = self.undisturbed()
        self.stop_early()
        for number in (1, 2, 3):
            run = self.start_held(2, "--resume", number=number)
            run.process.kill()
            run.signal(signal.SIGKILL)  # the other rank notices late: the next resumption has to wait for it
            self.finish(run.process)
        self.resume()
        self.assert_same(undisturbed)


class Stop(ResumeTest):
    def test_signals_and_other_numbers_of_ranks(self):
        undisturbed = self.undisturbed()
        for number, before, after in ((signal.SIGTERM, 1, 3), (signal.SIGUSR1, 3, 2), (signal.SIGINT, 1, 1)):
            with self.subTest(number):
                shutil.rmtree(self.output, ignore_errors=True)
                process = self.start_held(before).process
                process.send_signal(number)
                asked = time.monotonic()
                status, err = self.finish(process)
                self.assertLess(time.monotonic() - asked, 20)
                self.assertEqual(status, 75, err)
                self.assertRegex(err, r"hopmc: stopped after \d of 4 trajectories; go on with: hopmc run \S+ --resume --output")
                self.resume(ranks=after)
                self.assert_same(undisturbed)

    def test_time_limit(self):
        undisturbed = self.undisturbed()
        limit = 10  # s: time enough for the first checkpoint
        run = self.start_held(2, "--time-limit", limit, number=1)
        time.sleep(limit)
        run.let_go()
        status, err = self.finish(run.process)
        self.assertEqual(status, 75, err)
        self.assertIn("stopped after", err)
        self.resume()
        self.assert_same(undisturbed)

    def test_the_line_that_is_told_needs_no_variables(self):
        self.case.directory.rename(self.folder / "-case")
        variables = {"HOPMC_FORMATS": "hdf5", "HOPMC_COMPRESSION": "gzip:4", "HOPMC_OUTPUT": "-a b"}
        for given, expected in (((), "hdf5"), (("--formats", "npy"), "npy")):
            shutil.rmtree(self.folder / "-a b", ignore_errors=True)
            stopped = launch("run", "--t-final", "1e-7", "--time-limit", "0", *given, "--", "-case",
                             environment=variables, cwd=self.folder)
            self.assertEqual(stopped.status, 75, stopped)
            told = shlex.split(re.search("go on with: hopmc (.*)", stopped.err)[1])
            self.assertEqual(told[:3] + told[-2:], ["run", "--resume", "--output=-a b", "--", "-case"])
            self.assertIn("output_config.hdf5_options.compression_opts=4", told)
            result = launch(*told, cwd=self.folder)
            self.assertEqual(result.status, 0, result)
            self.assertEqual((self.folder / "-a b" / "trajectory_data.h5").exists(), expected == "hdf5")
            self.assertEqual((self.folder / "-a b" / "traj1").exists(), expected == "npy")
        self.assertEqual(sorted(path.name for path in (self.folder / "-case").iterdir()), ["InputFiles", "simulation_parameters.yml"])

    def test_the_line_of_a_sweep_sets_no_swept_key(self):
        level = "output_config.hdf5_options.compression_opts"
        stopped = launch("run", self.case.directory, "--sweep", f"{level}=1,2", "--time-limit", "0", "--t-final", "1e-7",
                         environment={"HOPMC_COMPRESSION": "gzip:4"})
        self.assertEqual(stopped.status, 75, stopped)
        told = shlex.split(re.search("go on with: hopmc (.*)", stopped.err)[1])
        self.assertEqual(told[2:5], ["--resume", "--output", str(self.case.directory)])
        result = launch(*told)
        self.assertEqual(result.status, 0, result)

    def test_too_little_time_to_read_back(self):
        undisturbed = self.undisturbed()
        self.stop_early()
        result = launch(*self.options("--resume", "--time-limit", "0.000001"), ranks=2)
        self.assertEqual(result.status, 75, result)
        self.assertRegex(result.out, r"goes on with *\d of 4 trajectories and \d begun, \d+\.\d % of all, read back from ")
        self.assertIn("this run has gained nothing", result.err)
        self.assertIn(" of them new, in ", self.resume().out)
        self.assert_same(undisturbed)

    def test_kinds_of_runs(self):
        """Stopped on 2 ranks, gone on with on 3; the time of every hop is written in all of them."""
        replay = ["--replay", "pycd", "--set", "system_size=[4, 4, 4]", "--t-final", "4e-8", "--set", "time_interval=1e-10"]
        kinds = {
            "a frame a hop": ["--set", "output_data.unwrapped_traj.write_every_step=1", "--t-final", "1e-7"],
            "part files": ["--set", "io.ranks_per_file=1"],
            "replay": replay,
        }
        self.case.material.update(alpha=0.3, r_cut=7.0, k_cut=3.0)
        self.case.write()
        for kind, options in kinds.items():
            with self.subTest(kind):
                shutil.rmtree(self.output, ignore_errors=True)
                shutil.rmtree(self.folder / "undisturbed", ignore_errors=True)
                undisturbed = self.undisturbed(*options)
                self.stop_early(*options, number=1)
                self.resume(*options, ranks=3)
                self.assert_same(undisturbed)
                self.assertEqual(launch("validate", self.output).status, 0)

    def test_formats_alone(self):
        for formats in ("npy", "hdf5"):
            with self.subTest(formats):
                shutil.rmtree(self.output, ignore_errors=True)
                options = ["--formats", formats]
                self.stop_early(*options)
                self.resume(*options)
                self.assertEqual(launch("validate", self.output).status, 0)


class Extend(ResumeTest):
    def test_longer_and_more(self):
        more = ["--t-final", "3e-6", "--n-traj", "6"]
        undisturbed = self.undisturbed(*more)
        self.assertEqual(launch(*self.options("--t-final", "1e-6", "--n-traj", "2")).status, 0)
        self.resume("--t-final", "1e-6", "--n-traj", "3", ranks=1)
        self.resume("--t-final", "1.5e-6", "--n-traj", "3", ranks=3)
        self.resume(*more)
        self.assert_same(undisturbed)

    def test_finished(self):
        self.assertEqual(launch(*self.options("--t-final", "1e-6"), ranks=2).status, 0)
        before = contents(self.output)
        result = self.resume("--t-final", "1e-6")
        self.assertIn("nothing to resume", result.out)
        self.assertEqual(contents(self.output), before)

    def test_nothing_there(self):
        self.resume("--t-final", "1e-6")
        self.assertTrue((self.output / "trajectory_data.h5").is_file())


class Refuse(ResumeTest):
    def test_changes(self):
        self.case.simulation["t_final"] = 1e-6
        self.case.write()
        self.assertEqual(launch(*self.options()).status, 0)
        before = contents(self.output)
        for options, key in ((("--set", "temp=350"), "temp: was 300 and is now 350"), (("--seed", "8"), "random_seed"),
                             (("--t-final", "0.5e-6"), "t_final"), (("--n-traj", "3"), "n_traj"),
                             (("--formats", "npy"), "output_config.formats.hdf5")):
            with self.subTest(options):
                result = launch(*self.options("--resume", *options))
                self.assertEqual(result.status, 2, result)
                self.assertIn(key, result.err)
                self.assertEqual(contents(self.output), before)
        self.case.poscar = self.case.poscar.replace("0.5 0.5 0.5", "0.5 0.5 0.25")
        self.case.write()
        result = launch(*self.options("--resume"))
        self.assertEqual(result.status, 2, result)
        self.assertIn("POSCAR", result.err)

    def test_the_same_values_in_other_spellings(self):
        self.case.simulation.update(t_final=1e-6, temp=300, pbc=[1, 1, 1])
        self.case.write()
        self.assertEqual(launch(*self.options("--set", "output_config.formats.hdf5=yes")).status, 0)
        before = contents(self.output)
        for same in (("temp=300.0", "pbc=[true, on, 1.0]", "output_config.formats.hdf5=true", "n_traj=4.0",
                      "system_size=[3,3.0,2]", "dielectric_constant=1e1", "neighbor_cutoff_dist.Cs:Cs=[[4]]",
                      'species_types=["electron", hole]'), ("temp=3e2", "output_config.formats.hdf5=1")):
            result = launch(*self.options("--resume", *(part for value in same for part in ("--set", value))))
            self.assertEqual(result.status, 0, result)
            self.assertIn("nothing to resume", result.out)
        result = launch(*self.options("--resume", "--set", "temp=300.1", "--set", "pbc=[true, true, no]", "--set",
                                      "random_seed=7.0", "--set", "species_count=[1, 0]"))
        self.assertEqual((result.status, len(result.errors)), (2, 4), result)
        for told in ("temp: was 300 and is now 300.1", "pbc: was [1, 1, 1] and is now [true, true, no]",
                     "random_seed: was 7 and is now 7.0", "species_count: was [2, 0] and is now [1, 0]"):
            self.assertIn(f"{told}; a run is resumed with the same value", result.err)
        self.assertEqual(contents(self.output), before)

    def test_another_run_is_writing(self):
        self.stop_early()
        before = contents(self.output)
        directory = os.open(self.output, os.O_RDONLY)
        self.addCleanup(os.close, directory)
        fcntl.flock(directory, fcntl.LOCK_SH)  # as every rank does
        result = launch(*self.options("--resume"), ranks=2)
        self.assertEqual(result.status, 3, result)
        self.assertIn("another run is writing here", result.err)
        self.assertEqual(contents(self.output), before)

    def test_without_resume_nothing_is_touched(self):
        self.stop_early()
        before = contents(self.output)
        self.assertEqual(launch(*self.options()).status, 2)
        self.assertEqual(contents(self.output), before)


class Damage(ResumeTest):
    def truncate(self, name):
        path = self.output / name
        os.truncate(path, path.stat().st_size * 2 // 3)

    def corrupt(self, name):
        path = self.output / name
        data = bytearray(path.read_bytes())
        middle = len(data) // 2
        data[middle:middle + 64] = bytes(64 * [0x55])
        path.write_bytes(data)

    def test_damaged_files(self):
        undisturbed = self.undisturbed()
        self.stop_early(number=4)
        stopped = self.folder / "stopped"
        shutil.copytree(self.output, stopped)
        shared, npy, checkpoint = "trajectory_data.h5", "traj1/unwrapped_traj.npy", "checkpoint.json"
        for n, (harm, *names) in enumerate((
                (self.truncate, shared), (self.corrupt, shared), (self.truncate, npy), (self.corrupt, npy),
                (self.truncate, checkpoint), (self.corrupt, checkpoint), (self.truncate, shared, npy),
                (self.truncate, checkpoint, "checkpoint.previous.json"))):
            with self.subTest(harm=harm.__name__, names=names):
                shutil.rmtree(self.output)
                shutil.copytree(stopped, self.output)
                for name in names:
                    harm(name)
                result = self.resume(ranks=1 + n % 3)
                if names[0] != shared or harm == self.truncate:
                    self.assertIn(names[0].rsplit("/")[-1], result.err)
                if len(names) == 2 and names[0] == checkpoint:
                    self.assertIn("starting from the beginning", result.err)
                    shutil.rmtree(self.output / "set_aside.1")
                self.assert_same(undisturbed)
                if names[0] == shared and harm == self.truncate:
                    self.assertTrue((self.output / "trajectory_data.h5.damaged.1").is_file())

    def test_part_files_without_their_links(self):
        """The rows are in the parts; the shared file may be damaged, lost, or cut off from them by a kill."""
        options = ("--formats", "hdf5", "--set", "io.ranks_per_file=1")
        undisturbed = self.undisturbed(*options)
        self.stop_early(*options)
        stopped = self.folder / "stopped"
        shutil.copytree(self.output, stopped)
        shared, earlier = self.output / "trajectory_data.h5", self.output / "resume_from.1"

        def move_half():
            earlier.mkdir()
            for name in ("checkpoint.json", "checkpoint.previous.json"):
                shutil.copy(self.output / name, earlier / name)
            shared.rename(earlier / shared.name)

        for harm, told in ((lambda: self.truncate(shared.name), "made anew from the part files"),
                           (shared.unlink, "made anew from the part files"), (move_half, "")):
            shutil.rmtree(self.output)
            shutil.copytree(stopped, self.output)
            harm()
            result = self.resume(*options)
            self.assertIn(" begun, ", result.out)
            self.assertIn(told, result.err)
            self.assertNotIn("simulated again", result.err)
            self.assert_same(undisturbed)

    def test_a_part_file_is_lost_too(self):
        """Where the links are made anew, the other parts count all the same."""
        options = ("--formats", "hdf5", "--set", "io.ranks_per_file=1")
        undisturbed = self.undisturbed(*options)
        self.stop_early(*options)
        (self.output / "trajectory_data.h5").unlink()
        (self.output / "trajectory_data.parts" / "part_001.h5").unlink()
        result = self.resume(*options)
        self.assertIn("made anew from the part files", result.err)
        self.assertIn("goes on with", result.out)
        self.assert_same(undisturbed)

    def test_damaged_result_of_a_finished_run(self):
        undisturbed = self.undisturbed()
        shutil.copytree(undisturbed, self.output)
        (self.output / "trajectory_data.h5").unlink()
        self.resume()
        self.assert_same(undisturbed)


if __name__ == "__main__":
    unittest.main()
