"""Runs that end early and are gone on with: the same bytes as if nothing had happened."""

import fcntl
import os
import random
import shutil
import signal
import subprocess
import time
import unittest

import h5py
import numpy as np

from program import LAUNCH_TIMEOUT, NPY_FILES, PROGRAM, ProgramTest, contents, launch

# Small blocks, flushes and checkpoints all the time.
BUSY = ["--set", "output_config.hdf5_options.chunks=64", "--set", "io.flush_interval=0.05", "--set",
        "io.checkpoint_interval=0.1", "--set", "io.buffer_memory=1 MiB", "--progress", "off"]
LONG = {"n_traj": 4, "t_final": 4e-6, "time_interval": 2e-9}
RESULTS = {"trajectory_data.h5", "validation.json", "run_metadata.json", "checkpoint.json", "checkpoint.previous.json"}


def command(ranks, *arguments):
    start = ["mpirun", "--oversubscribe", "-n", str(ranks)] if ranks > 1 else []
    return [*start, PROGRAM, *map(str, arguments)]


def children_of(pid):
    """The ranks below mpirun."""
    with open(f"/proc/{pid}/task/{pid}/children") as file:
        return [int(child) for child in file.read().split()]


def arrays(output):
    """Every dataset and every npy array, as bytes."""
    found = {}
    with h5py.File(output / "trajectory_data.h5", "r") as file:
        def keep(name, item):
            if isinstance(item, h5py.Dataset):
                found[name] = (item.shape, item[()].tobytes())
        file["trajectories"].visititems(keep)
        for name, group in file["trajectories"].items():
            found[name] = tuple(group.attrs[key] for key in ("status", "frames", "hops"))
    for path in output.glob("traj*/*.npy"):
        array = np.load(path)
        found[str(path.relative_to(output))] = (array.shape, array.tobytes())
    return found


class ResumeTest(ProgramTest):
    def setUp(self):
        super().setUp()
        self.case.simulation.update(LONG)
        self.case.write()

    def options(self, *more):
        return ["run", self.case.directory, "--output", self.output, *BUSY, *more]

    def undisturbed(self, *more):
        output, self.output = self.output, self.folder / "undisturbed"
        result = launch(*self.options(*more), ranks=2)
        self.assertEqual(result.status, 0, result)
        self.output, undisturbed = output, self.output
        return undisturbed

    def start(self, ranks, *more):
        return subprocess.Popen(command(ranks, *self.options(*more)), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                                stdin=subprocess.DEVNULL)

    def finish(self, process):
        _, err = process.communicate(timeout=LAUNCH_TIMEOUT)
        return process.returncode, err.decode(errors="replace")

    def wait_for_checkpoint(self, process, number=2):
        """Until there were this many checkpoints, or the run is over."""
        seen = set()
        while process.poll() is None and len(seen) < number:
            try:
                seen.add((self.output / "checkpoint.json").stat().st_ino)
            except FileNotFoundError:
                pass
            time.sleep(0.01)

    def end(self, ranks):
        """Ranks notice the death of their mpirun late."""
        for rank in ranks:
            try:
                os.kill(rank, signal.SIGKILL)
            except ProcessLookupError:
                pass

    def stop_early(self, *more, ranks=2, number=2):
        """Leaves a run that was stopped in good order behind."""
        process = self.start(ranks, *more)
        self.wait_for_checkpoint(process, number)
        rank = children_of(process.pid)[0] if ranks > 1 else process.pid
        os.kill(rank, signal.SIGTERM)
        status, err = self.finish(process)
        self.assertEqual(status, 75, err)
        return err

    def resume(self, *more, ranks=2):
        result = launch(*self.options("--resume", *more), ranks=ranks)
        self.assertEqual(result.status, 0, result)
        return result

    def assert_same(self, undisturbed):
        expected, found = arrays(undisturbed), arrays(self.output)
        self.assertEqual(found.keys(), expected.keys())
        for name in expected:
            self.assertEqual(found[name], expected[name], name)
        names = {path.name for path in self.output.iterdir() if ".damaged." not in path.name}
        self.assertEqual({name for name in names if not name.startswith("traj") or name.endswith(".h5")}, RESULTS)


class Kill(ResumeTest):
    def test_random_moments(self):
        undisturbed = self.undisturbed()
        chance = random.Random(20240607)
        restarted = 0
        for n in range(10):
            with self.subTest(n):
                shutil.rmtree(self.output, ignore_errors=True)
                ranks = chance.choice((1, 2, 3))
                process = self.start(ranks)
                if n > 0:
                    self.wait_for_checkpoint(process, chance.choice((1, 2, 4)))
                time.sleep(chance.uniform(0, 0.2))
                victims = [process.pid] + (children_of(process.pid) if ranks > 1 and process.poll() is None else [])
                restarted += process.poll() is None
                try:
                    os.kill(chance.choice(victims), signal.SIGKILL)
                except ProcessLookupError:
                    pass
                self.finish(process)
                self.end(victims[1:])
                self.resume(ranks=chance.choice((1, 2, 3)))
                self.assert_same(undisturbed)
        self.assertGreaterEqual(restarted, 5)

    def test_killed_again_while_resuming(self):
        undisturbed = self.undisturbed()
        self.stop_early()
        for number in (1, 2, 3):
            process = self.start(2, "--resume")
            self.wait_for_checkpoint(process, number)
            process.kill()  # its ranks notice late: the next resumption has to wait for them
            self.finish(process)
        self.resume()
        self.assert_same(undisturbed)


class Stop(ResumeTest):
    def test_signals_and_other_numbers_of_ranks(self):
        undisturbed = self.undisturbed()
        for number, before, after in ((signal.SIGTERM, 1, 3), (signal.SIGUSR1, 3, 2), (signal.SIGINT, 1, 1)):
            with self.subTest(number):
                shutil.rmtree(self.output, ignore_errors=True)
                process = self.start(before)
                self.wait_for_checkpoint(process)
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
        status, err = self.finish(self.start(2, "--time-limit", "0.5"))
        self.assertEqual(status, 75, err)
        self.assertIn("stopped after", err)
        self.resume()
        self.assert_same(undisturbed)

    def test_formats_alone(self):
        for formats in ("npy", "hdf5"):
            with self.subTest(formats):
                shutil.rmtree(self.output, ignore_errors=True)
                options = ["--formats", formats, "--t-final", "4e-5"]
                self.stop_early(*options, number=1)
                self.resume(*options)
                self.assertEqual(launch("validate", self.output).status, 0)


class Extend(ResumeTest):
    def test_longer_and_more(self):
        more = ["--t-final", "5e-6", "--n-traj", "6"]
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

    def test_damaged_result_of_a_finished_run(self):
        undisturbed = self.undisturbed()
        shutil.copytree(undisturbed, self.output)
        (self.output / "trajectory_data.h5").unlink()
        self.resume()
        self.assert_same(undisturbed)


class DiskFull(ResumeTest):
    def test_small_file_system(self):
        undisturbed = self.undisturbed()
        small = self.folder / "small"
        small.mkdir()
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=600k", "tmpfs", small], capture_output=True, check=False)
        if mounted.returncode != 0:
            self.skipTest("a small file system cannot be mounted here")
        self.addCleanup(subprocess.run, ["umount", small], check=True)
        self.output = small / "out"
        status, err = self.finish(self.start(2))
        self.assertEqual(status, 3, err)
        self.assertIn("No space left on device", err)
        subprocess.run(["mount", "-o", "remount,size=100m", small], check=True)
        self.resume()
        self.assert_same(undisturbed)


if __name__ == "__main__":
    unittest.main()
