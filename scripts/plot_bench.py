#!/usr/bin/env python3
"""Plots what `hopmc bench io --csv FILE` measured: MB/s of every setting with the range of its rounds."""

import argparse
import csv
import sys
from dataclasses import dataclass, field
from math import inf
from pathlib import Path

from script_support import EXIT_STATUS, ScriptError, check_picture, exit_status_of, pyplot, save

COLOURS = {"mpi": "#444444", "write": "#999999", "npy": "#b45f06", "hdf5": "#0b5394", "both": "#38761d"}
QUANTITIES = {
    "write": ("MB_per_s", "writing, MB/s of raw bytes"),
    "read": ("read_trajectory_MB_per_s", "reading of whole trajectories, MB/s of raw bytes"),
    "carrier": ("read_carrier_MB_per_s", "reading of one carrier, MB/s of its bytes"),
}


@dataclass(frozen=True)
class Kind:
    """What a bar of one colour stands for: everything but the ranks."""

    format: str
    compression: str
    ranks_per_file: str
    trajectories: int
    chunk_frames: int

    def label(self, varying):
        """Only what differs between the bars of the plot."""
        parts = [self.format]
        if self.compression:
            parts.append(self.compression)
        if "ranks_per_file" in varying and self.ranks_per_file:
            parts.append("one file" if self.ranks_per_file == "0" else f"{self.ranks_per_file} a file")
        if "trajectories" in varying:
            parts.append(f"{self.trajectories} traj.")
        if "chunk_frames" in varying:
            parts.append(f"chunk {self.chunk_frames}")
        return ", ".join(parts)


@dataclass
class Bench:
    """Rates by kind and number of ranks: (median, least, most)."""

    rates: dict = field(default_factory=dict)
    frames: int = 0
    carriers: int = 0
    repetitions: int = 0

    @property
    def ranks(self):
        return sorted({ranks for by_ranks in self.rates.values() for ranks in by_ranks})

    def varying(self):
        names = ("ranks_per_file", "trajectories", "chunk_frames")
        relevant = {name: {getattr(kind, name) for kind in self.rates} - {""} for name in names}
        return {name for name, values in relevant.items() if len(values) > 1}


def rate_of(row, column):
    """Median, least and most; all are empty where nothing was measured."""
    if not row[column]:
        return None
    median, least, most = (float(row[column + end]) for end in ("", "_min", "_max"))
    if not 0 <= least <= median <= most < inf:
        raise ValueError(f"{column} is not between its least and its most")
    return median, least, most


def load(path, quantity):
    """Rows of the CSV file that have the quantity."""
    column = QUANTITIES[quantity][0]
    bench = Bench()
    try:
        with open(path, newline="", encoding="utf-8") as file:
            for number, row in enumerate(csv.DictReader(file), 1):
                if None in row or None in row.values():
                    raise ValueError(f"row {number} has not the columns of the header")
                kind = Kind(row["format"], row["compression"], row["ranks_per_file"],
                            int(row["trajectories_per_rank"]), int(row["chunk_frames"]))
                bench.frames, bench.carriers = int(row["frames"]), int(row["carriers"])
                bench.repetitions = int(row["repetitions"])
                if rate := rate_of(row, column):
                    bench.rates.setdefault(kind, {})[int(row["ranks"])] = rate
    except KeyError as error:
        raise ScriptError(f"{path}: not a CSV file of hopmc bench io (no column {error})") from error
    except (ValueError, csv.Error) as error:
        raise ScriptError(f"{path}: not a CSV file of hopmc bench io ({error})") from error
    if not bench.rates:
        raise ScriptError(f"{path}: nothing was measured of '{quantity}'")
    return bench


def shade(index, count):
    """Bars of one format differ in lightness by the number of ranks."""
    return 1.0 if count < 2 else 0.35 + 0.65 * index / (count - 1)


def plot(bench, quantity, path):
    plt = pyplot(10)
    from matplotlib.patches import Patch

    kinds = list(bench.rates)
    ranks = bench.ranks
    varying = bench.varying()
    height = 0.8 / len(ranks)
    figure, axes = plt.subplots(figsize=(7.2, 1.2 + 0.2 * len(kinds) * max(len(ranks), 2)),
                                constrained_layout=True)
    most = max(rate[2] for by_ranks in bench.rates.values() for rate in by_ranks.values())
    for row, kind in enumerate(kinds):
        for index, n in enumerate(ranks):
            if n not in bench.rates[kind]:
                continue
            median, least, greatest = bench.rates[kind][n]
            place = row + (index - (len(ranks) - 1) / 2) * height
            axes.barh(place, median, height * 0.9, color=COLOURS.get(kind.format, "black"),
                      alpha=shade(index, len(ranks)), xerr=[[median - least], [greatest - median]],
                      error_kw={"elinewidth": 0.9, "capsize": 2})
            axes.text(greatest + 0.012 * most, place, f"{median:.0f}", va="center", fontsize=8)
    axes.set_yticks(range(len(kinds)), [kind.label(varying) for kind in kinds])
    axes.invert_yaxis()
    axes.set_xlim(0, 1.08 * most)
    axes.set_xlabel(QUANTITIES[quantity][1])
    axes.set_title(f"{bench.frames} frames, {bench.carriers} carriers; median and range of "
                   f"{bench.repetitions} rounds", fontsize=9, loc="right")
    if len(ranks) > 1:
        by = "" if quantity == "write" else "written by "
        handles = [Patch(color="black", alpha=shade(i, len(ranks)), label=f"{by}{n} rank{'s' if n > 1 else ''}")
                   for i, n in enumerate(ranks)]
        axes.legend(handles=handles, frameon=False, loc="lower right", fontsize=9)
    save(figure, path, dpi=160)


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__, epilog=EXIT_STATUS)
    parser.add_argument("csv", type=Path, help="file of hopmc bench io --csv")
    parser.add_argument("--output", type=Path, required=True, metavar="PNG", help="where to plot")
    parser.add_argument("--quantity", choices=QUANTITIES, default="write", help="what to plot (default: write)")
    options = parser.parse_args(arguments)

    def work():
        check_picture(options.output)
        plot(load(options.csv, options.quantity), options.quantity, options.output)
        print(f"plotted in {options.output}")

    return exit_status_of(work)


if __name__ == "__main__":
    sys.exit(main())
