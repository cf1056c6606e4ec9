#!/usr/bin/env python3
"""Plots of what `hopmc analyze` found of a sweep: diffusivities against a swept key and, for temp, Arrhenius' law."""

import argparse
import math
import sys
from pathlib import Path

from plot_msd import place_of_file
from script_support import (EXIT_STATUS, ScriptError, UsageError, check_picture, error_or_null, exit_status_of, number,
                            pyplot, read_json, save)

ANALYSIS = "sweep_analysis.json"
TEMPERATURE = "temp"
BOLTZMANN = 8.617333262e-5  # eV/K
WIDE = 30  # from the smallest to the largest diffusivity: beyond it, a logarithmic scale
COLOURS = ["#0b5394", "#b45f06", "#38761d", "#741b47", "#134f5c", "#783f04"]
MARKERS = "osD^vP"
QUANTITY = {"value": number, "standard_error": error_or_null}
SHAPE = {
    "material": str,
    "axes": [{"key": str, "unit": str}],
    "points": [{"values": [number], "species": [{"name": str, "diffusivity": QUANTITY}]}],
    "arrhenius": [{"species": str, "other_values": [number], "activation_energy": QUANTITY,
                   "ln_prefactor": {"value": number}}],
}


class Series:
    """One species at equal values of all keys but the one that is plotted against."""

    def __init__(self, species, others):
        self.species, self.others = species, others
        self.x, self.d, self.error = [], [], []

    def add(self, x, diffusivity):
        error = diffusivity["standard_error"]
        self.x.append(x)
        self.d.append(diffusivity["value"])
        self.error.append(0.0 if error is None else error)

    def label(self, axes):
        settings = [f"{key['key']} = {value:g}" for key, value in zip(axes, self.others)]
        return ", ".join([self.species, *settings])


def read_sweep(path):
    analysis = read_json(path, SHAPE, f"a {ANALYSIS} of hopmc analyze")
    if not all(point["species"] and len(point["values"]) == len(analysis["axes"]) for point in analysis["points"]):
        raise ScriptError(f"{path}: a point has no species, or not a value of every key")
    if not analysis["points"]:
        raise ScriptError(f"{path}: has no points to plot")
    return analysis


def series_of(analysis, place):
    """Series against the key at this place, and the other keys."""
    found = {}
    for point in analysis["points"]:
        others = tuple(value for i, value in enumerate(point["values"]) if i != place)
        for species in point["species"]:
            series = found.setdefault((species["name"], others), Series(species["name"], others))
            series.add(point["values"][place], species["diffusivity"])
    return list(found.values()), [key for i, key in enumerate(analysis["axes"]) if i != place]


def place_of(analysis, name):
    """Place of the key to plot against: the one of this name, or temp, or that of the most values."""
    keys = [key["key"] for key in analysis["axes"]]
    if name is not None:
        if name not in keys:
            raise UsageError(f"--key: '{name}' was not swept; there is {', '.join(keys)}")
        return keys.index(name)
    if TEMPERATURE in keys:
        return keys.index(TEMPERATURE)
    values = [len({point["values"][i] for point in analysis["points"]}) for i in range(len(keys))]
    return values.index(max(values))


def law_of(analysis, series):
    for law in analysis["arrhenius"]:
        if (law["species"], tuple(law["other_values"])) == (series.species, series.others):
            return law
    return None


def with_error(quantity):
    """0.2492 ± 0.0039, the error with two digits."""
    value, error = quantity["value"], quantity["standard_error"]
    if not error:
        return f"{value:.4g}"
    digits = max(0, 1 - math.floor(math.log10(error)))
    return f"{value:.{digits}f} ± {error:.{digits}f}"


def new_figure(analysis, note):
    plt = pyplot(11)
    figure, axes = plt.subplots(figsize=(6.4, 4.6), constrained_layout=True)
    axes.set_title(f"{analysis['material']}; bars: 1 standard error{note}", fontsize=9, loc="right")
    return figure, axes


def plot_key(analysis, place, path):
    figure, axes = new_figure(analysis, "")
    all_series, others = series_of(analysis, place)
    for series, colour, marker in zip(all_series, COLOURS * len(all_series), MARKERS * len(all_series)):
        order = sorted(range(len(series.x)), key=series.x.__getitem__)
        axes.errorbar([series.x[i] for i in order], [series.d[i] for i in order],
                      yerr=[series.error[i] for i in order], fmt=marker + ":", markersize=4, linewidth=0.9, capsize=3,
                      color=colour, label=series.label(others))
    values = [d for series in all_series for d in series.d]
    if min(values) > 0 and max(values) > WIDE * min(values):
        axes.set_yscale("log")
    else:
        axes.set_ylim(bottom=min(0.0, axes.get_ylim()[0]))
    key = analysis["axes"][place]
    axes.ticklabel_format(axis="x", style="sci", scilimits=(-3, 5), useMathText=True)
    name = "temperature" if key["key"] == TEMPERATURE else key["key"]
    axes.set_xlabel(f"{name} ({key['unit']})" if key["unit"] else name)
    axes.set_ylabel("diffusivity (cm$^2$/s)")
    axes.legend(frameon=False, fontsize=9)
    save(figure, path, dpi=200)


def plot_arrhenius(analysis, place, path):
    figure, axes = new_figure(analysis, ", line: Arrhenius' law")
    all_series, others = series_of(analysis, place)
    for series, colour, marker in zip(all_series, COLOURS * len(all_series), MARKERS * len(all_series)):
        points = [(1000 / t, d, error) for t, d, error in zip(series.x, series.d, series.error) if min(t, d) > 0]
        if not points:
            continue
        x, d, error = zip(*points)
        law = law_of(analysis, series)
        label = series.label(others)
        if law is not None:
            label += rf": $E_a$ = {with_error(law['activation_energy'])} eV"
        axes.errorbar(x, [math.log(value) for value in d], yerr=[e / value for e, value in zip(error, d)], fmt=marker,
                      markersize=4, capsize=3, color=colour, label=label)
        if law is None:
            continue
        ends = (min(x), max(x))
        slope = -law["activation_energy"]["value"] / BOLTZMANN / 1000
        axes.plot(ends, [law["ln_prefactor"]["value"] + slope * end for end in ends], color=colour, linewidth=1.0)
    axes.set_xlabel("1000 K / T")
    axes.set_ylabel("ln D, D in cm$^2$/s")
    axes.legend(frameon=False, fontsize=9)
    save(figure, path, dpi=200)


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0], epilog=EXIT_STATUS)
    parser.add_argument("directory", type=Path, help=f"where {ANALYSIS} is, or the sweep with analysis/ in it")
    parser.add_argument("--key", help="swept key to plot against (default: temp, or that of the most values)")
    parser.add_argument("--output", type=Path, metavar="PNG",
                        help=f"name of the plot (default: sweep.png beside {ANALYSIS}); Arrhenius' law gets "
                             "_arrhenius before its ending")
    options = parser.parse_args(arguments)

    def work():
        directory = place_of_file(options.directory, ANALYSIS)
        path = options.output or directory / "sweep.png"
        plotted = [path]
        check_picture(path)
        analysis = read_sweep(directory / ANALYSIS)
        place = place_of(analysis, options.key)
        plot_key(analysis, place, path)
        if analysis["axes"][place]["key"] == TEMPERATURE:
            plotted.append(path.with_name(f"{path.stem}_arrhenius{path.suffix}"))
            plot_arrhenius(analysis, place, plotted[-1])
        print(f"plotted in {' and '.join(map(str, plotted))}")

    return exit_status_of(work)


if __name__ == "__main__":
    sys.exit(main())
