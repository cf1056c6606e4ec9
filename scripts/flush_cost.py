#!/usr/bin/env python3
"""What a flush costs as ranks grow: collectives, messages, bytes and time of the write of one dataset.

`hopmc bench io` writes short chunks of many trajectories into one shared file, once under OpenMPI's monitoring
(collective calls of a rank; messages and bytes that all ranks send, those inside collectives included), then several
times without it. What the creation of the file costs is left out: runs with two and with four flushes are subtracted.

Two laws are fitted to some of the numbers of ranks R (--fit) and checked on the others:

    messages of a rank    m(R) = a log2 R     (fewer where R is no power of two)
    seconds of a dataset  t(R) = c + l a d, and R / cores (c + s a d) beyond the cores; d = log2 R, rounded up

c is the work of HDF5, which every rank repeats, l a message between ranks that run, s one between ranks that take turns
on the cores. All ranks take part in every dataset of a file: where every rank has a core a flush with n datasets takes
n (c + l a d). The last table has that for clusters, with the latency of a network (--latency) for l.
OUT/flush_cost.csv, .md and .png.

    scripts/flush_cost.py --output flush --ranks 1,2,3,4,6,8,12,16,24 --fit 1,2,4,8
"""

import argparse
import csv
import math
import os
import shlex
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from measure_writing import (LONGEST_RUN, add_program, check_places, environment, failure, integers, launcher,
                             markdown)
from script_support import EXIT_STATUS, ScriptError, check_picture, exit_status_of, pyplot, require, save

CHUNK = 64  # frames
DATASETS = 4  # of a trajectory that hopmc bench io writes
CLUSTERS = (10, 1_000, 100_000)  # ranks
GROUPS = (0, 1_000, 100, 10, 1)  # io.ranks_per_file


@dataclass
class Cost:
    """Of the write of one dataset."""

    compression: str
    ranks: int
    collectives: float  # calls of a rank
    messages: float  # of a rank
    sent: float  # bytes of a rank
    seconds: float  # median
    least: float
    most: float


@dataclass
class Laws:
    per_doubling: float  # a
    work: float  # c, seconds
    message: float  # l, seconds
    turn: float  # s, seconds

    def messages(self, ranks):
        return self.per_doubling * math.log2(ranks)

    def path(self, ranks):
        """Messages that follow one another."""
        return self.per_doubling * math.ceil(math.log2(ranks))

    def seconds(self, ranks, cores):
        if ranks <= cores:
            return self.work + self.message * self.path(ranks)
        return ranks / cores * (self.work + self.turn * self.path(ranks))


def monitoring(prefix):
    """Variables that make OpenMPI count and leave files of this prefix; none without one."""
    if prefix is None:
        return {}
    return {"OMPI_MCA_pml_monitoring_enable": "1", "OMPI_MCA_pml_monitoring_enable_output": "3",
            "OMPI_MCA_pml_monitoring_filename": str(prefix)}


def bench(options, directory, compression, ranks, flushes, repeat, monitored=None):
    """One launch of hopmc bench io; its row of figures."""
    figures = directory / "figures.csv"
    command = [*shlex.split(options.launch.format(ranks=ranks)), str(options.program), "bench", "io", "--directory",
               str(directory), "--ranks", str(ranks), "--formats", "hdf5", "--compression", compression,
               "--chunk-frames", str(CHUNK), "--frames", str(CHUNK * flushes), "--chunks-per-flush", "1",
               "--trajectories-per-rank", str(options.trajectories // ranks), "--repeat", str(repeat),
               "--csv", str(figures), "--quiet"]
    try:
        run = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL,
                             env={**environment(), **monitoring(monitored)}, text=True, errors="replace",
                             timeout=LONGEST_RUN, check=False)
    except subprocess.TimeoutExpired as error:
        raise ScriptError(f"{shlex.join(command)} takes longer than {LONGEST_RUN} s") from error
    if run.returncode != 0:
        raise failure(command, run.returncode, run.stdout)
    with open(figures, newline="", encoding="utf-8") as file:
        return next(csv.DictReader(file))


def read_monitoring(prefix):
    """(collective calls, messages, bytes) of all ranks, from the files that OpenMPI leaves."""
    calls = messages = sent = 0
    paths = list(prefix.parent.glob(prefix.name + ".*.prof"))
    if not paths:
        raise ScriptError("OpenMPI left no counts: was it built without its monitoring components?")
    for path in paths:
        for line in path.read_text(encoding="ascii").splitlines():
            words = line.split()
            if words[0] == "E":  # messages to one other rank
                sent += int(words[3])
                messages += int(words[5])
            elif words[0] in ("O2A", "A2O", "A2A"):  # calls by kind of collective, one-sided ones at their root
                calls += int(words[4])
        path.unlink()
    return calls, messages, sent


def measure(options, compression, ranks):
    directory = Path(tempfile.mkdtemp(prefix="flush_cost_", dir=options.directory))
    try:
        counts = []
        for flushes in (2, 4):
            bench(options, directory, compression, ranks, flushes, 1, directory / "counts")
            counts.append(read_monitoring(directory / "counts"))
        writes = options.trajectories // ranks * ranks * DATASETS
        of_rank = [(more - less) / (2 * writes) / ranks for less, more in zip(*counts)]
        row = bench(options, directory, compression, ranks, 6, options.repeat)
        times = (float(row[f"later_flush_s{end}"]) / writes for end in ("", "_min", "_max"))
        return Cost(compression, ranks, *of_rank, *times)
    finally:
        shutil.rmtree(directory, ignore_errors=True)


def fit(costs, cores):
    """Least squares of relative deviations. `costs`: of one compression, those of the fit."""
    import numpy as np

    ratios = [cost.messages / math.log2(cost.ranks) for cost in costs if cost.ranks > 1]
    laws = Laws(len(ratios) / sum(1 / ratio for ratio in ratios), 0.0, 0.0, 0.0)  # relative: the harmonic mean
    rows = []
    for cost in costs:
        share, path = max(1.0, cost.ranks / cores), laws.path(cost.ranks)
        row = (1.0, 0.0, path) if cost.ranks > cores else (1.0, path, 0.0)
        rows.append([share * part / cost.seconds for part in row])
    found = np.linalg.lstsq(np.array(rows), np.ones(len(rows)), rcond=None)[0]
    laws.work, laws.message, laws.turn = (float(x) for x in found)
    return laws


def measured_table(costs, laws, fitted, cores):
    rows = [("compression", "ranks", "collectives", "messages", "law", "bytes", "us (least to most)", "law, us",
             "law to measured")]
    for cost in costs:
        law = laws[cost.compression]
        seconds = law.seconds(cost.ranks, cores)
        rows.append((cost.compression, str(cost.ranks), f"{cost.collectives:.1f}", f"{cost.messages:.1f}",
                     f"{law.messages(cost.ranks):.1f}", f"{cost.sent:.0f}",
                     f"{1e6 * cost.seconds:.0f} ({1e6 * cost.least:.0f} to {1e6 * cost.most:.0f})",
                     f"{1e6 * seconds:.0f}",
                     f"{seconds / cost.seconds:.2f}" + (" (fitted)" if cost.ranks in fitted else "")))
    return markdown(rows)


def cluster_table(laws, latency):
    """Seconds of a flush to which every rank brings one trajectory, by the laws; `latency`: seconds a message."""
    rows = [("compression", "ranks", *(f"ranks_per_file {k}" for k in GROUPS))]
    for compression, law in laws.items():
        for ranks in CLUSTERS:
            cells = []
            for k in GROUPS:
                sharing = k or ranks
                seconds = sharing * DATASETS * (law.work + latency * law.path(sharing))
                cells.append(f"{seconds:.2g} s" if sharing <= ranks else "-")
            rows.append((compression, f"{ranks:,}", *cells))
    return markdown(rows)


def plot(costs, laws, cores, path):
    plt = pyplot(10)
    figure, (messages, seconds) = plt.subplots(1, 2, figsize=(9.5, 4), constrained_layout=True)
    for colour, (compression, law) in zip(("#0b5394", "#b45f06", "#38761d", "#741b47"), laws.items()):
        some = [cost for cost in costs if cost.compression == compression]
        ranks = [cost.ranks for cost in some]
        messages.plot(ranks, [cost.messages for cost in some], "o", color=colour, markersize=4, label=compression)
        messages.plot(ranks, [law.messages(r) for r in ranks], "-", color=colour, linewidth=1)
        seconds.errorbar(ranks, [1e6 * cost.seconds for cost in some],
                         [[1e6 * (cost.seconds - cost.least) for cost in some],
                          [1e6 * (cost.most - cost.seconds) for cost in some]],
                         fmt="o", color=colour, markersize=4, capsize=2)
        seconds.plot(ranks, [1e6 * law.seconds(r, cores) for r in ranks], "-", color=colour, linewidth=1)
    for axes in (messages, seconds):
        axes.set_xscale("log", base=2)
        ticks = [2**i for i in range(1 + int(math.log2(max(cost.ranks for cost in costs))))]
        axes.set_xticks(ticks, [str(tick) for tick in ticks])
        axes.set_xlabel("ranks")
    messages.set_ylabel("messages of a rank for a dataset")
    messages.legend(frameon=False, fontsize=9)
    seconds.set_yscale("log")
    seconds.set_ylabel(f"microseconds of a dataset (on {cores} cores)")
    save(figure, path, dpi=150)


def words(text):
    return text.split(",")


def parse_arguments(arguments):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter,
                                     epilog=EXIT_STATUS)
    parser.add_argument("--output", type=Path, required=True, metavar="OUT", help="where CSV, tables and plot go")
    parser.add_argument("--directory", type=Path, default=Path("/dev/shm"), help="where to write (default: /dev/shm)")
    parser.add_argument("--ranks", type=integers, default=[1, 2, 4, 8], metavar="LIST", help="default: 1,2,4,8")
    parser.add_argument("--fit", type=integers, default=[1, 2, 4], metavar="LIST", help="default: 1,2,4")
    parser.add_argument("--cores", type=int, default=os.cpu_count(), metavar="N",
                        help="that the ranks have in all (default: those of this node)")
    parser.add_argument("--latency", type=float, default=2.0, metavar="US",
                        help="of the network in the last table (default: 2)")
    parser.add_argument("--launch", type=launcher, default="mpirun -n {ranks}", help="default: 'mpirun -n {ranks}'")
    parser.add_argument("--compression", type=words, default=["none", "gzip:1"], metavar="LIST",
                        help="as of hopmc run (default: none,gzip:1)")
    parser.add_argument("--trajectories", type=int, default=96, metavar="N", help="of all ranks (default: 96)")
    parser.add_argument("--repeat", type=int, default=5, metavar="N", help="rounds without monitoring (default: 5)")
    add_program(parser)
    parsed = parser.parse_args(arguments)
    parsed.ranks = sorted(set(parsed.ranks))
    if missing := set(parsed.fit) - set(parsed.ranks):
        parser.error(f"--fit: {min(missing)} is not one of --ranks")
    if 1 not in parsed.fit or len(set(parsed.fit)) < 2:
        parser.error("--fit: needs 1 and another number of ranks")
    if parsed.trajectories < max(parsed.ranks) or min(parsed.repeat, parsed.cores) < 1:
        parser.error("--trajectories has to be at least the most --ranks, --repeat and --cores at least 1")
    return parsed


def main(arguments=None):
    options = parse_arguments(arguments)
    cores = options.cores

    def work():
        require("numpy")
        picture = options.output / "flush_cost.png"
        check_picture(picture)
        check_places(options)
        options.output.mkdir(parents=True, exist_ok=True)
        costs = []
        for compression in options.compression:
            for ranks in options.ranks:
                print(f"{compression}, ranks: {ranks}", file=sys.stderr)
                costs.append(measure(options, compression, ranks))
        laws = {compression: fit([c for c in costs if c.compression == compression and c.ranks in options.fit], cores)
                for compression in options.compression}
        with open(options.output / "flush_cost.csv", "w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, list(vars(costs[0])), lineterminator="\n")
            writer.writeheader()
            writer.writerows(vars(cost) for cost in costs)
        text = f"The write of one dataset of {CHUNK} frames; a rank's collectives, messages and bytes:\n\n"
        text += measured_table(costs, laws, set(options.fit), cores) + "\n\n"
        for compression, law in laws.items():
            text += (f"{compression}: a = {law.per_doubling:.2f} messages, c = {1e6 * law.work:.1f} us, "
                     f"l = {1e6 * law.message:.2f} us, s = {1e6 * law.turn:.2f} us\n")
        text += f"\nA flush with {DATASETS} datasets of every rank, a core each, {options.latency:g} us a message:\n"
        text += f"\n{cluster_table(laws, 1e-6 * options.latency)}\n"
        (options.output / "flush_cost.md").write_text(text, encoding="utf-8")
        plot(costs, laws, cores, picture)
        print(text)

    return exit_status_of(work)


if __name__ == "__main__":
    sys.exit(main())
