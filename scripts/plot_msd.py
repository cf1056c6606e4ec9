#!/usr/bin/env python3
"""Plots of what `hopmc analyze` found: mean square displacements with error bars and fit, linear and log-log.

Where exact.json of `hopmc analyze --exact` lies beside analysis.json, its curve is drawn too.
"""

import argparse
import csv
import json
import sys
from pathlib import Path

ANALYSIS, EXACT = "analysis.json", "exact.json"
LENGTH_NAMES = {"angstrom": "Å", "um": "µm", "m": "m"}
ERROR_BARS = 40  # of a curve: more would hide it
COLOURS = ["#0b5394", "#b45f06", "#38761d", "#741b47"]


class ResultError(Exception):
    """The results cannot be plotted; the message is for the user."""


def read_json(path):
    try:
        return json.loads(path.read_text())
    except (OSError, ValueError) as error:
        raise ResultError(f"{path}: {error}") from error


def place_of_file(directory, name):
    """The directory itself, or analysis/ in it where only that has the file."""
    below = directory / "analysis"
    return below if not (directory / name).is_file() and (below / name).is_file() else directory


def read_curve(path):
    """Lag times, mean square displacement and standard error (empty where the file has none)."""
    try:
        with path.open(newline="") as file:
            rows = list(csv.reader(file))
        header, rows = rows[0], [[float(x) for x in row] for row in rows[1:]]
    except (OSError, ValueError, IndexError) as error:
        raise ResultError(f"{path}: {error}") from error
    columns = list(zip(*rows))
    errors = columns[2] if header[2] == "standard error" else []
    return columns[0], columns[1], errors


def with_error_tex(quantity):
    """(4.30 ± 0.15) × 10^-7 in TeX, the error with two digits."""
    value, error = quantity["value"], quantity.get("standard_error")
    mantissa, exponent = f"{value:.6e}".split("e")
    if error is None or error == 0:
        return rf"{float(mantissa):.4g} \times 10^{{{int(exponent)}}}"
    error /= 10.0 ** int(exponent)
    digits = min(max(1 - int(f"{error:e}".split("e")[1]), 0), 6)
    return rf"({float(mantissa):.{digits}f} \pm {error:.{digits}f}) \times 10^{{{int(exponent)}}}"


def groups_of(analysis):
    """(label, results) of each species, and of the center of charge of several carriers."""
    groups = [(f"{s['carriers']} {s['name']}{'s' if s['carriers'] > 1 else ''}", s) for s in analysis["species"]]
    if "center_of_charge" in analysis:
        groups.append(("center of charge", analysis["center_of_charge"]))
    return groups


def draw_group(axes, directory, about, label, results, colour):
    time, msd, error = read_curve(directory / results["msd_file"])
    axes.plot(time[1:], msd[1:], color=colour, linewidth=1.6, label=label)
    if about["display_error_bars"] and error and error[-1] == error[-1]:
        # The same in number, but not in place, on both scales: few enough to be told apart.
        if axes.get_xscale() == "log":
            steps = {round((len(time) - 1) ** (i / ERROR_BARS)) for i in range(1, ERROR_BARS + 1)}
        else:
            steps = set(range(1, len(time), max(1, len(time) // ERROR_BARS)))
        places = sorted(i for i in steps if 0 < i < len(time))
        axes.errorbar([time[i] for i in places], [msd[i] for i in places], yerr=[error[i] for i in places],
                      fmt="o", markersize=2.5, color=colour, elinewidth=0.8, capsize=2)
    first, last = about["fit_window"]
    fit = results["fit"]
    line = [t for t in time if first <= t <= last]
    axes.plot(line, [fit["intercept"] + fit["slope"] * t for t in line], color="black", linewidth=1.2,
              linestyle=(0, (4, 2)),
              label=rf"fit: $D = {with_error_tex(results['diffusivity'])}$ cm$^2$/s, $r^2$ = {fit['r_squared']:.5f}")


def draw_exact(axes, directory, about):
    exact = read_json(directory / EXACT)
    units = (exact["msd"]["repr_time"], exact["msd"]["repr_dist"])
    if units != (about["repr_time"], about["repr_dist"]):
        raise ResultError(f"{directory / EXACT}: in other units than {ANALYSIS}; analyze both with the same")
    time, msd, _ = read_curve(directory / exact["msd_file"])
    axes.plot(time[1:], msd[1:], color="0.45", linewidth=1.0,
              label=rf"exact: $D = {with_error_tex(exact['diffusivity'])}$ cm$^2$/s")


def plot(directory, path, logarithmic):
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    plt.rcParams.update({"font.size": 11, "axes.spines.top": False, "axes.spines.right": False})
    analysis = read_json(directory / ANALYSIS)
    about = analysis["msd"]
    figure, axes = plt.subplots(figsize=(6.4, 4.6), constrained_layout=True)
    if logarithmic:
        axes.set_xscale("log")
        axes.set_yscale("log")
    axes.axvspan(*about["fit_window"], color="0.94", zorder=0, linewidth=0)
    groups = groups_of(analysis)
    for (label, results), colour in zip(groups, COLOURS * len(groups)):
        draw_group(axes, directory, about, label, results, colour)
    if (directory / EXACT).is_file():
        draw_exact(axes, directory, about)
    length = LENGTH_NAMES[about["repr_dist"]]
    moved = any(x != 0 for x in analysis["run"]["field"]["value"])
    axes.set_xlabel(f"lag time ({about['repr_time']})")
    axes.set_ylabel(f"mean square displacement{' about the drift' if moved else ''} ({length}$^2$)")
    if not logarithmic:
        axes.set_xlim(left=0)
        axes.set_ylim(bottom=0)
    run = analysis["run"]
    count = run["trajectories"]
    axes.set_title(f"{run['material']}, {run['temperature']['value']:g} K, {count} "
                   f"{'trajectory' if count == 1 else 'trajectories'}; bars: 1 standard error; grey: fit window",
                   fontsize=9, loc="right")
    axes.legend(frameon=False, loc="upper left", fontsize=9)
    figure.savefig(path, dpi=200)
    plt.close(figure)


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("directory", type=Path, help=f"where {ANALYSIS} is, or the results with analysis/ in them")
    parser.add_argument("--output", type=Path, metavar="PNG",
                        help="name of the linear plot (default: msd.png beside analysis.json); the other gets "
                             "_loglog before its ending")
    options = parser.parse_args(arguments)
    directory = place_of_file(options.directory, ANALYSIS)
    linear = options.output or directory / "msd.png"
    loglog = linear.with_name(f"{linear.stem}_loglog{linear.suffix}")
    try:
        plot(directory, linear, False)
        plot(directory, loglog, True)
    except (ResultError, OSError, KeyError) as error:
        print(f"{Path(sys.argv[0]).name}: {error}", file=sys.stderr)
        return 3
    print(f"plotted in {linear} and {loglog}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
