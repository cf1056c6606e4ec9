"""Runs that end early: starting, killing, waiting, and comparing what became of them."""

import os
import signal
import subprocess
import time
from pathlib import Path

import h5py
import numpy as np

from program import LAUNCH_TIMEOUT, PROGRAM, ProgramTest, launch

# Small blocks, flushes and checkpoints all the time.
BUSY = ["--set", "output_config.hdf5_options.chunks=64", "--set", "io.flush_interval=0.05", "--set",
        "io.checkpoint_interval=0.1", "--set", "io.buffer_memory=1 MiB", "--progress", "off"]
LONG = {"n_traj": 4, "t_final": 4e-6, "time_interval": 2e-9}
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


def wait_for_checkpoint(output, process, number):
    """Until there were this many checkpoints, or the run is over."""
    seen = set()
    while process.poll() is None and len(seen) < number:
        try:
            seen.add((Path(output) / "checkpoint.json").stat().st_mtime_ns)
        except FileNotFoundError:
            pass
        time.sleep(0.005)


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

    def start(self, ranks, *more, before=()):
        """Launches the run; `before` starts the launcher in turn."""
        return subprocess.Popen([*before, *command(ranks, *self.options(*more))], stdout=subprocess.DEVNULL,
                                stderr=subprocess.PIPE, stdin=subprocess.DEVNULL)

    def finish(self, process):
        _, err = output_of(process)
        return process.returncode, err.decode(errors="replace")

    def wait_for_checkpoint(self, process, number=2):
        wait_for_checkpoint(self.output, process, number)

    def stop_early(self, *more, ranks=2, number=2):
        """Leaves a run that was stopped in good order behind."""
        process = self.start(ranks, *more)
        self.wait_for_checkpoint(process, number)
        rank = children_of(process.pid)[0] if ranks > 1 else process.pid
        kill(rank, signal.SIGTERM)
        status, err = self.finish(process)
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
