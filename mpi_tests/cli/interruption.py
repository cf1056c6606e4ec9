"""Runs that end early: starting, killing, waiting, and comparing what became of them."""

import os
import signal
import subprocess
import tempfile
import time
from pathlib import Path

import h5py
import numpy as np

from program import LAUNCH_TIMEOUT, PROGRAM, ROOT, ProgramTest, launch

HOLD = os.environ.get("HOPMC_HOLD", str(ROOT / "build" / "mpi_tests" / "libhold_checkpoint.so"))

# Small blocks, flushes and checkpoints all the time.
BUSY = ["--set", "output_config.hdf5_options.chunks=64", "--set", "io.flush_interval=0", "--set",
        "io.checkpoint_interval=0", "--set", "io.buffer_memory=128 KiB", "--progress", "off"]
LONG = {"n_traj": 4, "t_final": 2e-6, "time_interval": 2e-9}
RESULTS = {"trajectory_data.h5", "validation.json", "run_metadata.json", "checkpoint.json", "checkpoint.previous.json"}


def command(ranks, *arguments, mca=()):
    """What starts hopmc; one rank alone needs no mpirun. `mca` are names and values for mpirun."""
    settings = [part for name, value in mca for part in ("--mca", name, value)]
    start = ["mpirun", "--oversubscribe", *settings, "-n", str(ranks)] if ranks > 1 or mca else []
    return [*start, PROGRAM, *map(str, arguments)]


def children_of(pid):
    """The ranks below mpirun."""
    try:
        with open(f"/proc/{pid}/task/{pid}/children") as file:
            return [int(child) for child in file.read().split()]
    except (FileNotFoundError, ProcessLookupError):
        return []


def kill(pid, number=signal.SIGKILL):
    """Whether the process was still there."""
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return False
    return True


def is_running(pid):
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rsplit(")", 1)[1].split()[0] not in "ZX"
    except (FileNotFoundError, ProcessLookupError):
        return False


def wait_for_end(pids, timeout):
    """Seconds until all processes had ended by themselves, or None; then they are killed."""
    start = time.monotonic()
    while any(is_running(pid) for pid in pids):
        if time.monotonic() - start > timeout:
            for pid in pids:
                kill(pid)
            return None
        time.sleep(0.01)
    return time.monotonic() - start


def output_of(process):
    """What a launch printed until it ended: (stdout, stderr). One that never ends is killed, ranks and all."""
    ranks = children_of(process.pid)
    try:
        return process.communicate(timeout=LAUNCH_TIMEOUT)
    except subprocess.TimeoutExpired:
        for pid in {*ranks, *children_of(process.pid), process.pid}:
            kill(pid)
        process.communicate()
        raise


def start(command, environment=None):
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL,
                            env=os.environ | (environment or {}))


class Hold:
    """Makes a run wait at a checkpoint, the number-th in `directory`, until it gets a signal or is let go. It goes by
    `environment` to what starts the run."""

    def __init__(self, directory, number):
        with tempfile.NamedTemporaryFile(prefix="hopmc_held_") as file:
            self.told = Path(file.name)
        self.environment = {"LD_PRELOAD": HOLD, "HOPMC_HOLD_FILE": str(Path(directory) / "checkpoint.json"),
                            "HOPMC_HOLD_NUMBER": str(number), "HOPMC_HOLD_TOLD": str(self.told)}
        self.pid = None

    def is_held(self):
        """True once each time; then `pid` is that of rank 0, which is the one that is held."""
        try:
            text = self.told.read_text()
        except FileNotFoundError:
            return False
        if not text.endswith("\n"):  # it is about to be written
            return False
        self.told.unlink()
        self.pid = int(text)
        return True

    def signal(self, number):
        kill(self.pid, number)

    def let_go(self):
        self.signal(signal.SIGUSR2)


class HeldRun(Hold):
    """A run that is held. Only the time limit of the test ends one that gets nowhere."""

    def __init__(self, command, directory, number=2):
        super().__init__(directory, number)
        self.process = start(command, self.environment)
        while not self.is_held():
            if self.process.poll() is not None:
                raise AssertionError(f"over before it was held: {output_of(self.process)[1].decode()}")
            time.sleep(0.002)
        others = [pid for pid in children_of(self.process.pid) if pid != self.pid]
        self.ranks = [self.pid, *others]  # pids


def arrays(output):
    """Every dataset and every npy array, as bytes; attributes of trajectories that decide."""
    output = Path(output)
    found = {}
    if (output / "trajectory_data.h5").exists():
        with h5py.File(output / "trajectory_data.h5", "r") as file:
            for name, group in file["trajectories"].items():
                found[name] = tuple(group.attrs[key] for key in ("status", "frames", "hops"))

                def keep(path, item, name=name):
                    if isinstance(item, h5py.Dataset):
                        found[f"{name}/{path}"] = (item.shape, item[()].tobytes())
                group.visititems(keep)  # also where the group is a link to another file
    for path in output.glob("traj*/*.npy"):
        array = np.load(path)
        found[str(path.relative_to(output))] = (array.shape, array.tobytes())
    return found


class ResumeTest(ProgramTest):
    """Runs of a case that goes on for a while and writes all the time."""

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
        return start(command(ranks, *self.options(*more)))

    def finish(self, process):
        _, err = output_of(process)
        return process.returncode, err.decode(errors="replace")

    def start_held(self, ranks, *more, number=8, before=()):
        return HeldRun([*before, *command(ranks, *self.options(*more))], self.output, number)

    def stop_early(self, *more, ranks=2, number=8):
        """Leaves a run that was stopped in good order behind."""
        run = self.start_held(ranks, *more, number=number)
        run.signal(signal.SIGTERM)
        status, err = self.finish(run.process)
        self.assertEqual(status, 75, err)
        return err

    def resume(self, *more, ranks=2):
        result = launch(*self.options("--resume", *more), ranks=ranks)
        self.assertEqual(result.status, 0, result)
        return result

    def assert_same(self, undisturbed):
        """The same data, and nothing else left but what was damaged."""
        expected, found = arrays(undisturbed), arrays(self.output)
        self.assertEqual(found.keys(), expected.keys())
        for name in expected:
            self.assertEqual(found[name], expected[name], name)

        def files(directory):
            names = {path.name for path in directory.iterdir() if ".damaged." not in path.name}
            return {name for name in names if not name.startswith("traj") or name.endswith(".h5")}
        self.assertEqual(files(self.output), files(undisturbed))
