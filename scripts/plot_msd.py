#!/usr/bin/env python3
"""Plots of what `hopmc analyze` found: mean square displacements with error bars and fit, linear and log-log.

Where exact.json of `hopmc analyze --exact` lies beside analysis.json, its curve is drawn too.
"""

import argparse
import csv
import sys
from pathlib import Path

from script_support import (EXIT_STATUS, ScriptError, check_picture, error_or_null, exit_status_of, number,
                            number_or_null, pyplot, read_json, save)

ANALYSIS, EXACT = "analysis.json", "exact.json"
LENGTH_NAMES = {"angstrom": "Å", "um": "µm", "m": "m"}
ERROR_BARS = 40  # of a curve: more would hide it
COLOURS = ["#0b5394", "#b45f06", "#38761d", "#741b47"]

# What is read of the files (script_support.check_shape).
UNITS = {"repr_time": str, "repr_dist": str}
GROUP = {"msd_file": str, "fit": {"slope": number, "intercept": number, "r_squared": number_or_null},
         "diffusivity": {"value": number, "standard_error": error_or_null}}
ANALYSIS_SHAPE = {
    "msd": {**UNITS, "fit_window": [number, number], "display_error_bars": bool},
    "species": [{**GROUP, "name": str, "carriers": int}],
    "center_of_charge?": GROUP,
    "run": {"material": str, "trajectories": int, "temperature": {"value": number}, "field": {"value": [number]}},
}
EXACT_SHAPE = {"msd": UNITS, "msd_file": str, "diffusivity": {"value": number}}


def place_of_file(directory, name):
    """The directory itself, or analysis/ in it where only that has the file."""
    below = directory / "analysis"
    return below if not (directory / name).is_file() and (below / name).is_file() else directory


def read_curve(path):
    """Lag times, mean square displacement and standard error (empty where the file has none)."""
    try:
        with path.open(newline="", encoding="utf-8") as file:
            header, *rows = list(csv.reader(file)) or [[]]
        if not rows or len(header) < 2 or any(len(row) != len(header) for row in rows):
            raise ValueError("rows are missing or cut off")
        time, msd, *others = zip(*([float(x) for x in row] for row in rows))
        errors = others[0] if header[2:3] == ["standard error"] else []
        if any(error < 0 for error in errors):
            raise ValueError("a negative standard error")
    except (ValueError, csv.Error) as error:
        raise ScriptError(f"{path}: not a table of hopmc analyze ({error})") from error
    return time, msd, errors


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
    r_squared = "-" if fit["r_squared"] is None else f"{fit['r_squared']:.5f}"
    line = [t for t in time if first <= t <= last]
    axes.plot(line, [fit["intercept"] + fit["slope"] * t for t in line], color="black", linewidth=1.2,
              linestyle=(0, (4, 2)),
              label=rf"fit: $D = {with_error_tex(results['diffusivity'])}$ cm$^2$/s, $r^2$ = {r_squared}")


def draw_exact(axes, directory, about):
    exact = read_json(directory / EXACT, EXACT_SHAPE, f"an {EXACT} of hopmc analyze --exact")
    units = (exact["msd"]["repr_time"], exact["msd"]["repr_dist"])
    if units != (about["repr_time"], about["repr_dist"]):
        raise ScriptError(f"{directory / EXACT}: in other units than {ANALYSIS}; analyze both with the same")
    time, msd, _ = read_curve(directory / exact["msd_file"])
    axes.plot(time[1:], msd[1:], color="0.45", linewidth=1.0,
              label=rf"exact: $D = {with_error_tex(exact['diffusivity'])}$ cm$^2$/s")


def plot(directory, analysis, path, logarithmic):
    plt = pyplot(11)
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
    length = LENGTH_NAMES.get(about["repr_dist"], about["repr_dist"])
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
    save(figure, path, dpi=200)


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0], epilog=EXIT_STATUS)
    parser.add_argument("directory", type=Path, help=f"where {ANALYSIS} is, or the results with analysis/ in them")
    parser.add_argument("--output", type=Path, metavar="PNG",
                        help="name of the linear plot (default: msd.png beside analysis.json); the other gets "
                             "_loglog before its ending")
    options = parser.parse_args(arguments)

    def work():
        directory = place_of_file(options.directory, ANALYSIS)
        linear = options.output or directory / "msd.png"
        loglog = linear.with_name(f"{linear.stem}_loglog{linear.suffix}")
        check_picture(linear)
        analysis = read_json(directory / ANALYSIS, ANALYSIS_SHAPE, f"an {ANALYSIS} of hopmc analyze")
        plot(directory, analysis, linear, False)
        plot(directory, analysis, loglog, True)
        print(f"plotted in {linear} and {loglog}")

    return exit_status_of(work)


if __name__ == "__main__":
    sys.exit(main())
