#!/usr/bin/env python3
"""Kills runs of hopmc with SIGKILL at random moments, resumes them, and compares every dataset byte for byte with
those of a run that was never disturbed. Prints a Markdown table. Takes a few seconds a kill.

A third of the kills strikes at any moment, a third as soon as a flush writes to trajectory_data.h5, a third while a
checkpoint is being written. The victim is mpirun or one of its ranks. Formats, compression, part files and numbers of
ranks are drawn at random, and a third of the resumed runs are killed again.

    scripts/kill_test.py --kills 200 --seed 1
    scripts/kill_test.py --kills 20 --mca fcoll dynamic_gen2
"""

import argparse
import json
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from script_support import EXIT_STATUS, ScriptError, exit_status_of, require

if status := exit_status_of(lambda: require("h5py", "numpy")):
    sys.exit(status)

import h5py  # noqa: E402
import numpy as np  # noqa: E402

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "mpi_tests" / "cli"))

from interruption import arrays, children_of, command, is_running, kill, output_of, wait_for_end  # noqa: E402
from program import PROGRAM, Case  # noqa: E402

# Small blocks, and flushes and checkpoints many times a second.
BUSY = ["--set", "output_config.hdf5_options.chunks=64", "--set", "io.flush_interval=0.05", "--set",
        "io.checkpoint_interval=0.1", "--set", "io.buffer_memory=1 MiB", "--progress", "off"]
LONG = {"n_traj": 4, "t_final": 4e-6, "time_interval": 2e-9}
PHASES = {"any moment": None, "flush": "trajectory_data.h5", "checkpoint": "checkpoint.new.json"}
END_TIMEOUT = 20  # s, for ranks to notice that their mpirun is gone
KILLED_AGAIN = 1 / 3


class Failure(Exception):
    """A promise that was not kept."""


def random_options(chance, formats):
    options = ["--formats", formats, "--compression", chance.choice(("gzip", "none", "lzf"))]
    if "hdf5" in formats:
        options += ["--set", f"io.ranks_per_file={chance.choice((0, 0, 1, 2))}"]
    return options


def frames_known(output):
    """Frames that the checkpoint covers, and those in npy files."""
    body = json.loads((output / "checkpoint.json").read_text())["body"]
    covered = sum(trajectory["rows"][0] for trajectory in body["trajectories"])
    stored = sum(len(np.load(path, mmap_mode="r")) for path in output.glob("traj*/unwrapped_traj.npy")
                 if path.stat().st_size > 0)
    return covered, stored


def hdf5_state(file_name):
    """Whether h5py opens the file and reads all of it."""
    if not file_name.exists():
        return "not there yet"
    try:
        with h5py.File(file_name, "r") as file:
            for group in file["trajectories"].values():
                group.visititems(lambda _, item: item[()] if isinstance(item, h5py.Dataset) else None)
    except (OSError, RuntimeError, KeyError):
        return "unreadable"
    return "readable"


def wait_for_checkpoint(output, process, number):
    """Until there were this many checkpoints, or the run is over."""
    seen = set()
    while process.poll() is None and len(seen) < number:
        try:
            seen.add((output / "checkpoint.json").stat().st_mtime_ns)
        except FileNotFoundError:
            pass
        time.sleep(0.005)


class Trial:
    """One run: killed, resumed (and perhaps killed again), compared."""

    def __init__(self, chance, case, mca):
        self.chance, self.mca = chance, mca
        self.output = case.directory.parent / "out"
        shutil.rmtree(self.output, ignore_errors=True)
        self.formats = chance.choice(("npy,hdf5", "npy,hdf5", "npy,hdf5", "hdf5", "hdf5", "npy"))
        options = random_options(chance, self.formats)
        self.options = ["run", case.directory, "--output", self.output, *BUSY, *options]
        self.story = [" ".join(options)]
        self.kills = []

    def start(self, *more):
        ranks = self.chance.choice((1, 2, 2, 3))
        self.story.append(f"{ranks} ranks {' '.join(more)}")
        return subprocess.Popen(command(ranks, *self.options, *more, mca=self.mca), stdout=subprocess.PIPE,
                                stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL)

    def stamp(self, name):
        try:
            return (self.output / name).stat().st_mtime_ns
        except FileNotFoundError:
            return None

    def wait_for(self, phase, process):
        """Some checkpoints later, so that it does not depend on the machine; runs without HDF5 have few."""
        wait_for_checkpoint(self.output, process, self.chance.choice((0, 1, 2, 4) if "hdf5" in self.formats else (0, 1)))
        if phase == "any moment":
            time.sleep(self.chance.uniform(0, 0.2))
            return
        before = self.stamp(PHASES[phase])
        while process.poll() is None and self.stamp(PHASES[phase]) in (None, before):
            pass

    def strike(self, *more):
        """Starts a run and kills it; whether it was still running."""
        process = self.start(*more)
        phase = self.chance.choice(list(PHASES))
        self.wait_for(phase, process)
        ranks = children_of(process.pid)
        victim = self.chance.choice([process.pid, *ranks])
        if process.poll() is not None or not is_running(victim) or not kill(victim):
            output_of(process)
            return False
        moment = time.time()
        self.story.append(f"killed {'mpirun' if ranks and victim == process.pid else 'a rank'} ({phase})")
        output_of(process)
        ended = wait_for_end(ranks, END_TIMEOUT)
        if ended is None:
            raise Failure("a rank outlives its mpirun")
        self.kills.append({"phase": phase, "ended": ended, **self.left_behind(moment, resumed=bool(more))})
        return True

    def left_behind(self, moment, resumed):
        left = {"hdf5": hdf5_state(self.output / "trajectory_data.h5") if "hdf5" in self.formats else None}
        if (self.output / "checkpoint.new.json").exists():
            left["phase"] = "checkpoint"
        checkpoint = self.stamp("checkpoint.json")
        if checkpoint is None:
            return left
        left["seconds"] = max(0.0, moment - checkpoint * 1e-9)
        if "npy" in self.formats and not resumed:
            covered, stored = frames_known(self.output)
            left["frames"] = stored - covered
        return left

    def resume(self):
        process = self.start("--resume")
        out, _ = output_of(process)
        if process.returncode != 0:
            raise Failure(f"exit status {process.returncode} of --resume\n{out.decode(errors='replace')}")

    def compare(self, expected):
        found = arrays(self.output)
        wanted = {name for name in expected if ("npy" if name.endswith(".npy") else "hdf5") in self.formats}
        if found.keys() != wanted:
            raise Failure(f"other datasets: {sorted(found.keys() ^ wanted)}")
        different = [name for name in wanted if found[name] != expected[name]]
        if different:
            raise Failure(f"other content: {different}")
        left_over = [path.name for path in self.output.iterdir() if path.name.startswith(("resume_from", "set_aside"))]
        if left_over:
            raise Failure(f"left over: {left_over}")

    def execute(self, expected):
        """Number of restarts."""
        if not self.strike():
            return 0
        restarts = 1
        while self.chance.random() < KILLED_AGAIN and self.strike("--resume"):
            restarts += 1
        self.resume()
        self.compare(expected)
        return restarts


def spread(values, unit=""):
    if not values:
        return "-"
    return f"{statistics.median(values):.3g} / {max(values):.3g}{unit}"


def table(kills, failures):
    rows = ["| kill | kills | trajectory_data.h5 readable | unreadable | not there yet | seconds since the checkpoint, "
            "median / largest | frames in full blocks it did not cover, median / largest |",
            "|---|---|---|---|---|---|---|"]
    for name in (*PHASES, "all"):
        chosen = [kill for kill in kills if name in (kill["phase"], "all")]
        states = [sum(kill["hdf5"] == state for kill in chosen) for state in ("readable", "unreadable", "not there yet")]
        seconds = [kill["seconds"] for kill in chosen if "seconds" in kill]
        frames = [kill["frames"] for kill in chosen if "frames" in kill]
        rows.append(f"| {name} | {len(chosen)} | {' | '.join(map(str, states))} | {spread(seconds, ' s')} | {spread(frames)} |")
    ended = spread([kill["ended"] for kill in kills], " s")
    rows.append(f"\n{len(kills)} kills, {failures} restarts that failed or differ. Ranks left by their mpirun ended by themselves "
                f"after (median / largest) {ended}.")
    return "\n".join(rows)


def undisturbed(case, options):
    """What a run that is left alone writes."""
    output = case.directory.parent / "undisturbed"
    started = command(2, "run", case.directory, "--output", output, *BUSY, mca=options.mca)
    run = subprocess.run(started, check=False, stdout=subprocess.DEVNULL, stdin=subprocess.DEVNULL)
    if run.returncode != 0:
        raise ScriptError(f"the run to compare with ended with status {run.returncode}")
    return arrays(output)


def kill_and_compare(options, folder):
    """Prints the table; the number of failures."""
    chance = random.Random(options.seed)
    failures = 0
    case = Case(Path(folder) / "case")
    case.simulation.update(LONG)
    case.write()
    expected = undisturbed(case, options)
    kills = []
    while len(kills) < options.kills:
        trial = Trial(chance, case, options.mca)
        try:
            trial.execute(expected)
        except (Failure, subprocess.TimeoutExpired) as failure:
            failures += 1
            kept = Path(tempfile.mkdtemp(prefix="hopmc_kill_failed_", dir=options.directory))
            shutil.copytree(case.directory.parent, kept, dirs_exist_ok=True)
            print(f"FAILED: {'; '.join(trial.story)}\n{failure}\nkept in {kept}", file=sys.stderr)
        kills += trial.kills
        print(f"{len(kills)} kills: {'; '.join(trial.story)}", file=sys.stderr, flush=True)
    print(table(kills, failures))
    return failures


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter,
                                     epilog=EXIT_STATUS.replace(", 2", ", 1 a restart that failed or differs, 2"))
    parser.add_argument("--kills", type=int, default=200, metavar="N", help="default: 200")
    parser.add_argument("--seed", type=int, default=1, metavar="N", help="of what is drawn at random (default: 1)")
    parser.add_argument("--mca", nargs=2, action="append", default=[], metavar=("NAME", "VALUE"), help="for mpirun")
    parser.add_argument("--directory", type=Path, help="to work in, on the file system to be tested")
    options = parser.parse_args()
    failures = []

    def work():
        if not Path(PROGRAM).is_file():
            raise ScriptError(f"{PROGRAM}: no such program; scripts/build.sh makes it, HOPMC_PROGRAM names another")
        with tempfile.TemporaryDirectory(prefix="hopmc_kill_", dir=options.directory) as folder:
            failures.append(kill_and_compare(options, folder))

    return exit_status_of(work) or int(sum(failures) > 0)


if __name__ == "__main__":
    sys.exit(main())
