#!/usr/bin/env python3
"""Strong and weak scaling of hopmc over numbers of ranks, for four kinds of work:

    simulate   simulation alone, two frames of a long trajectory
    write      collective writing of one file, not compressed
    compress   the same with gzip 1
    parts      the same with a part file for every rank

Strong: always as many trajectories as the most ranks get. Weak: so many trajectories for each rank. Times are those of
simulating and writing, without start-up and validation. Every measurement is added to OUT/scaling.csv at once; started
again, the study goes on where it stopped. At the end: OUT/scaling.md (tables) and OUT/scaling.png.

    scripts/scaling.py examples/hematite --output scaling --directory /scratch/me --ranks 1,2,4,8
    sbatch --nodes=4 --ntasks=256 slurm/scaling.sbatch examples/hematite scaling
"""

import argparse
import csv
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median

from measure_writing import (LONGEST_RUN, UNITS, add_program, check_places, environment, failure, integers, launcher,
                             markdown, run_time)
from script_support import EXIT_STATUS, ScriptError, check_picture, exit_status_of, pyplot, save

STUDIES = ("strong", "weak")
HDF5 = ["--formats", "hdf5", "--set", "output_config.validation.cross_format_check=false"]
WORKS = {
    "simulate": [*HDF5, "--compression", "none"],
    "write": [*HDF5, "--compression", "none"],
    "compress": [*HDF5, "--compression", "gzip:1"],
    "parts": [*HDF5, "--compression", "gzip:1", "--set", "io.ranks_per_file=1"],
}
SIMULATE_LONGER = 5  # times t_final, or there would be nothing to measure
PARTS = ("simulate", "compress", "write", "wait")  # where the time went, as the summary of a run tells it
KEYS = ("study", "work", "ranks", "round")
COLUMNS = (*KEYS, "trajectories", "seconds", *PARTS, "settings")
COLOURS = {"simulate": "#38761d", "write": "#0b5394", "compress": "#b45f06", "parts": "#741b47", "wait": "#bbbbbb"}


def part_times(text):
    """Seconds of all ranks that the summary tells for each of PARTS."""
    times = {}
    for part in PARTS:
        found = re.search(rf"^ +{part} +([\d.]+) (\w+) ", text, re.MULTILINE)
        times[part] = float(found.group(1)) * UNITS[found.group(2)] if found else 0.0
    return times


def settings_text(options):
    """What has to be the same for measurements to belong to one study."""
    return (f"{options.case.resolve()} t_final={options.t_final:g} time_interval={options.time_interval:g} "
            f"trajectories={options.trajectories} ranks<={max(options.ranks)} {shlex.join(options.more)}".strip())


def read_csv(path):
    """Measurements made so far. A last line that was cut off is removed from the file."""
    if not path.exists():
        return []
    try:
        text = path.read_text(encoding="utf-8")
        whole = text[: text.rfind("\n") + 1]
        rows = list(csv.DictReader(whole.splitlines()))
        for row in rows:
            if tuple(row) != COLUMNS or None in row.values():
                raise ValueError("other columns")
            for name in ("ranks", "round", "trajectories"):
                row[name] = int(row[name])
            for name in ("seconds", *PARTS):
                row[name] = float(row[name])
        if whole != text and not rows:
            raise ValueError("no row is complete")
    except (ValueError, csv.Error) as error:
        raise ScriptError(f"{path}: not a file of scaling.py ({error})") from error
    if whole != text:
        path.write_text(whole, encoding="utf-8")
    return rows


def append_csv(path, row):
    new = not path.exists() or path.stat().st_size == 0
    with open(path, "a", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        if new:
            writer.writeheader()
        writer.writerow(row)


def measure(options, work, ranks, trajectories):
    """One run, in a directory of its own which is removed; seconds and where they went."""
    t_final, interval = options.t_final, options.time_interval
    if work == "simulate":
        t_final *= SIMULATE_LONGER
        interval = t_final
    output = Path(tempfile.mkdtemp(prefix="scaling_", dir=options.directory))
    try:
        command = [*shlex.split(options.launch.format(ranks=ranks)), str(options.program), "run", str(options.case),
                   "--output", str(output / "out"), "--progress", "off", "--n-traj", str(trajectories), "--t-final",
                   repr(t_final), "--time-interval", repr(interval), *WORKS[work], *options.more]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL,
                                   env=environment(), text=True, errors="replace")
        try:
            text, _ = process.communicate(timeout=LONGEST_RUN)
        except BaseException as error:
            process.terminate()
            process.wait()
            if isinstance(error, subprocess.TimeoutExpired):
                raise ScriptError(f"{shlex.join(command)} takes longer than {LONGEST_RUN} s") from error
            raise
        if process.returncode != 0:
            raise failure(command, process.returncode, text)
        return {"seconds": run_time(text), **part_times(text)}
    finally:
        shutil.rmtree(output, ignore_errors=True)


def carry_out(options, path, rows):
    """Makes the measurements that are missing, round by round, so that other work weighs on all alike."""
    settings = settings_text(options)
    others = {row["settings"] for row in rows} - {settings}
    if others:
        raise ScriptError(f"{path}: holds a study of other settings ({others.pop()}, not {settings}); "
                               "choose another --output")
    done = {tuple(row[key] for key in KEYS) for row in rows}
    wanted = [(study, work, ranks, number) for number in range(1, options.repeat + 1) for work in options.works
              for ranks in options.ranks for study in STUDIES]
    missing = [key for key in wanted if key not in done]
    for count, key in enumerate(missing, 1):
        study, work, ranks, number = key
        print(f"{count} of {len(missing)}: {study}, {work}, ranks: {ranks}, round {number}", file=sys.stderr)
        trajectories = options.trajectories * (max(options.ranks) if study == "strong" else ranks)
        row = {**dict(zip(KEYS, key)), "trajectories": trajectories,
               **measure(options, work, ranks, trajectories), "settings": settings}
        append_csv(path, row)
        rows.append(row)
    return rows


def summarize(rows):
    """{(study, work): {ranks: (median, least, most seconds, shares of PARTS)}}."""
    samples = {}
    for row in rows:
        samples.setdefault((row["study"], row["work"]), {}).setdefault(row["ranks"], []).append(row)
    result = {}
    for key, by_ranks in samples.items():
        for ranks, some in sorted(by_ranks.items()):
            seconds = [row["seconds"] for row in some]
            sums = {part: sum(row[part] for row in some) for part in PARTS}
            total = sum(sums.values()) or 1.0
            result.setdefault(key, {})[ranks] = (median(seconds), min(seconds), max(seconds),
                                                 {part: sums[part] / total for part in PARTS})
    return result


def gain(study, by_ranks):
    """{ranks: (speed over that of the fewest ranks, efficiency)}; for weak scaling the speed counts all ranks' work."""
    fewest = min(by_ranks)
    result = {}
    for ranks, (seconds, *_) in by_ranks.items():
        ratio = by_ranks[fewest][0] / seconds if seconds else 0.0
        if study == "strong":
            result[ranks] = (ratio, ratio * fewest / ranks)
        else:
            result[ranks] = (ratio * ranks / fewest, ratio)
    return result


def table(summary, study):
    header = ("work", "ranks", "s (least to most)", "speed-up", "ideal", "efficiency", *(f"{p}, %" for p in PARTS))
    rows = [header]
    for (of, work), by_ranks in summary.items():
        if of != study:
            continue
        gains = gain(study, by_ranks)
        for ranks, (seconds, least, most, shares) in by_ranks.items():
            speed, efficiency = gains[ranks]
            rows.append((work, str(ranks), f"{seconds:.3g} ({least:.3g} to {most:.3g})", f"{speed:.2f}",
                         f"{ranks / min(by_ranks):.2f}", f"{100 * efficiency:.0f} %",
                         *(f"{100 * shares[part]:.0f}" for part in PARTS)))
    return markdown(rows)


def plot(summary, path):
    plt = pyplot(10)
    figure, axes = plt.subplots(3, 2, figsize=(9.5, 10), constrained_layout=True)
    for column, study in enumerate(STUDIES):
        curves = {work: by_ranks for (of, work), by_ranks in summary.items() if of == study}
        all_ranks = sorted({ranks for by_ranks in curves.values() for ranks in by_ranks})
        speed, efficiency, shares = axes[:, column]
        speed.plot(all_ranks, [n / all_ranks[0] for n in all_ranks], "k--", linewidth=1, label="ideal")
        efficiency.axhline(100, color="black", linestyle="--", linewidth=1)
        for work, by_ranks in curves.items():
            gains = gain(study, by_ranks)
            speed.plot(list(gains), [g[0] for g in gains.values()], "o-", color=COLOURS[work], label=work, markersize=4)
            efficiency.plot(list(gains), [100 * g[1] for g in gains.values()], "o-", color=COLOURS[work], markersize=4)
        for one in (speed, efficiency):
            one.set_xscale("log", base=2)
            one.set_xticks(all_ranks, [str(n) for n in all_ranks])
            one.minorticks_off()
            one.set_xlabel("ranks")
        speed.set_yscale("log", base=2)
        speed.yaxis.set_major_formatter("{x:g}")
        speed.set_ylabel("speed-up")
        speed.set_title(f"{study} scaling")
        speed.legend(frameon=False, fontsize=9)
        efficiency.set_ylabel("efficiency, %")
        efficiency.set_ylim(0, None)
        plot_shares(shares, curves)
    axes[2, 0].legend(loc="upper left", bbox_to_anchor=(0, -0.17), ncols=len(PARTS), frameon=False, fontsize=9)
    save(figure, path, dpi=150)


def plot_shares(axes, curves):
    """Stacked bars, a group for each kind of work."""
    place, places, names = 0.0, [], []
    for work, by_ranks in curves.items():
        for ranks, (*_, shares) in by_ranks.items():
            bottom = 0.0
            for part in PARTS:
                label = part if not places else None
                axes.bar(place, 100 * shares[part], 0.85, bottom=bottom, color=COLOURS[part], label=label)
                bottom += 100 * shares[part]
            places.append(place)
            names.append(str(ranks))
            place += 1.0
        axes.text(place - 0.5 - len(by_ranks) / 2, 103, work, ha="center", fontsize=9)
        place += 0.7
    axes.set_xticks(places, names, fontsize=8)
    axes.set_xlabel("ranks")
    axes.set_ylabel("time of all ranks, %")


def words(text):
    chosen = text.split(",")
    unknown = [word for word in chosen if word not in WORKS]
    if unknown:
        raise argparse.ArgumentTypeError(f"no such work: {unknown[0]} (there are: {', '.join(WORKS)})")
    return chosen


def parse_arguments(arguments):
    arguments = list(sys.argv[1:] if arguments is None else arguments)
    more = []
    if "--" in arguments:
        place = arguments.index("--")
        arguments, more = arguments[:place], arguments[place + 1 :]
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter,
                                     epilog=f"What follows -- is given to hopmc run. {EXIT_STATUS}")
    parser.add_argument("case", type=Path, help="case directory, e.g. examples/hematite")
    parser.add_argument("--output", type=Path, required=True, metavar="OUT", help="where CSV, tables and plot go")
    parser.add_argument("--directory", type=Path, help="where runs write (default: OUT); on the storage to be measured")
    parser.add_argument("--ranks", type=integers, default=[1, 2], metavar="LIST", help="numbers of ranks (default: 1,2)")
    parser.add_argument("--works", type=words, default=list(WORKS), metavar="LIST", help="default: all four")
    parser.add_argument("--trajectories", type=int, default=8, metavar="N", help="of each rank (default: 8)")
    parser.add_argument("--t-final", type=float, default=1e-3, metavar="S", help="default: 1e-3, for examples/hematite")
    parser.add_argument("--time-interval", type=float, default=1e-8, metavar="S", help="default: 1e-8")
    parser.add_argument("--repeat", type=int, default=3, metavar="N", help="rounds (default: 3)")
    add_program(parser)
    parser.add_argument("--launch", type=launcher, default="mpirun -n {ranks}", help="default: 'mpirun -n {ranks}'")
    parsed = parser.parse_args(arguments)
    if min(parsed.repeat, parsed.trajectories) < 1 or min(parsed.t_final, parsed.time_interval) <= 0:
        parser.error("--repeat, --trajectories, --t-final and --time-interval have to be greater than 0")
    parsed.more = more
    parsed.ranks = sorted(set(parsed.ranks))
    parsed.directory = parsed.directory or parsed.output
    return parsed


def main(arguments=None):
    options = parse_arguments(arguments)

    def work():
        picture = options.output / "scaling.png"
        check_picture(picture)
        options.output.mkdir(parents=True, exist_ok=True)
        check_places(options)
        path = options.output / "scaling.csv"
        summary = summarize(carry_out(options, path, read_csv(path)))
        text = "".join(f"## {study.capitalize()} scaling\n\n{table(summary, study)}\n\n" for study in STUDIES)
        text += (f"Medians; rounds: {options.repeat}; {settings_text(options)}; processors of the first node: "
                 f"{os.cpu_count()}.\n")
        (options.output / "scaling.md").write_text(text, encoding="utf-8")
        plot(summary, picture)
        print(f"{text}\nwritten to {path}, scaling.md and scaling.png")

    return exit_status_of(work)


if __name__ == "__main__":
    sys.exit(main())
