#!/usr/bin/env python3
"""Diffusivity and mobility of each species from the mean square displacement of a run, printed and plotted.

The mean square displacement (MSD) is taken over all time origins, averaged over the carriers of a species, and
its mean and standard error over trajectories. A straight line through each trajectory's MSD in the fit window
gives D = slope / (2 n_dim); the mobility follows from the Einstein relation, mu = e D / kT.
"""

import argparse
import json
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np

SHARED_FILE = "trajectory_data.h5"
RUN_RECORD = "run_metadata.json"  # beside the npy directories
BOHR = 0.52917721067e-10  # m; only for npy files, which carry no units
ATOMIC_TIME = 2.418884326509e-17  # s
BOLTZMANN_EV = 8.6173303e-5  # eV/K
METRE_IN_ANGSTROM = 1e10
M2_IN_CM2 = 1e4
TIME_UNITS = [(1e-15, "fs"), (1e-12, "ps"), (1e-9, "ns"), (1e-6, "µs"), (1e-3, "ms"), (1.0, "s")]


class ResultError(Exception):
    """The results cannot be analysed; the message is for the user."""


@dataclass
class Species:
    """A kind of carrier and the columns it holds in the coordinate arrays."""

    name: str
    first: int
    count: int


@dataclass
class Ensemble:
    """Trajectories of a run, read one at a time."""

    species: list
    temperature: float  # K
    trajectories: list  # of callables; each returns (times in s [n], positions in m [n, carriers, 3])


@dataclass
class Diffusion:
    """What one species does. MSD in m^2, time in s, diffusivity in m^2/s."""

    species: Species
    n_traj: int
    lag_times: np.ndarray
    msd: np.ndarray  # mean over trajectories
    msd_error: np.ndarray  # standard error
    window: tuple  # first and last lag of the fit
    intercept: float
    n_dim: int
    diffusivity: float
    diffusivity_error: float

    def mobility_factor(self, temperature):
        """e / kT in 1/V."""
        return 1.0 / (BOLTZMANN_EV * temperature)


def mean_square_displacement(positions):
    """MSD for every lag over all time origins: [n, carriers, dims] -> [n], averaged over carriers.

    sum_i |r(i + m) - r(i)|^2 splits into sums of squares, which a recursion gives, and an autocorrelation,
    which a Fourier transform gives: n log n instead of n^2 (V. Calandrini et al., Collection SFN 12, 201 (2011)).
    """
    n = positions.shape[0]
    # The MSD does not depend on the origin, but rounding does.
    series = positions.reshape(n, -1) - positions.reshape(n, -1).mean(axis=0)
    transform = np.fft.rfft(series, n=2 * n, axis=0)
    autocorrelation = np.fft.irfft(transform * transform.conj(), axis=0)[:n].sum(axis=1)
    square = (series**2).sum(axis=1)
    leading = np.concatenate(([0.0], np.cumsum(square)))
    lags = np.arange(n)
    # Squares of the frames that are an origin at this lag, and of those that are a destination.
    squares = leading[n - lags] + leading[n] - leading[lags]
    return np.maximum((squares - 2 * autocorrelation) / (n - lags), 0.0) / positions.shape[1]


def decode(value):
    return value.decode() if isinstance(value, bytes) else str(value)


def species_from(names, counts):
    found, first = [], 0
    for name, count in zip(names, counts):
        if count > 0:
            found.append(Species(decode(name), first, int(count)))
            first += int(count)
    return found


def load_hdf5(path):
    import h5py

    def reader(name):
        def read():
            with h5py.File(path, "r") as file:
                group = file["trajectories"][name]
                time, unwrapped = group["time"], group["coordinates/unwrapped"]
                positions = unwrapped[()] * unwrapped.attrs["si_factor"]
                return time[()] * time.attrs["si_factor"], positions.reshape(len(positions), -1, 3)

        return read

    try:
        with h5py.File(path, "r") as file:
            info = file["metadata/system_info"].attrs
            species = species_from(info["species_types"], info["species_count"])
            temperature = float(info["temperature"])
            names = sorted(file["trajectories"])
    except (OSError, KeyError) as error:
        raise ResultError(f"{path}: {error}") from error
    return Ensemble(species, temperature, [reader(name) for name in names])


def load_npy(directory, temperature):
    """Positions from traj<N>/*.npy; species and temperature from the run record, or all carriers are alike."""

    def reader(folder):
        def read():
            times = np.load(folder / "time.npy") * ATOMIC_TIME
            positions = np.load(folder / "unwrapped_traj.npy") * BOHR
            return times, positions.reshape(len(positions), -1, 3)

        return read

    folders = [f for f in directory.glob("traj[0-9]*") if (f / "unwrapped_traj.npy").is_file()]
    folders.sort(key=lambda folder: int(folder.name[4:]))
    if not folders:
        raise ResultError(f"{directory}: no traj*/unwrapped_traj.npy")
    record = directory / RUN_RECORD
    if temperature is not None:
        width = np.load(folders[0] / "unwrapped_traj.npy", mmap_mode="r").shape[1]
        species = [Species("carrier", 0, width // 3)]
    elif record.is_file():
        info = json.loads(record.read_text())["system_info"]
        species = species_from(info["species_types"], info["species_count"])
        temperature = float(info["temperature"])
    else:
        raise ResultError(f"{directory}: without {RUN_RECORD} the temperature is unknown; give --temperature")
    return Ensemble(species, temperature, [reader(folder) for folder in folders])


def frame_interval(times):
    """The constant time between frames; frames of single hops have none."""
    steps = np.diff(times)
    if len(steps) < 20:
        raise ResultError(f"{len(times)} frames are too few for a diffusivity")
    if not np.allclose(steps, steps[0], rtol=1e-6):
        raise ResultError("the frames are not evenly spaced in time (write_every_step?)")
    return steps[0]


def fit_window(n_frames, window):
    """Lags of the fit from fractions of the trajectory's length."""
    first = max(1, round(window[0] * (n_frames - 1)))
    last = min(n_frames - 1, round(window[1] * (n_frames - 1)))
    if last - first < 1:
        raise ResultError(f"the fit window holds lags {first} to {last}: too few")
    return first, last


def standard_error(values):
    if len(values) < 2:
        return np.full(np.shape(values)[1:], np.nan)
    return np.std(values, axis=0, ddof=1) / np.sqrt(len(values))


def analyse(ensemble, window=(0.01, 0.10), n_dim=3):
    """One Diffusion per species."""
    msds = {species.name: [] for species in ensemble.species}
    interval = None
    for read in ensemble.trajectories:
        times, positions = read()
        step = frame_interval(times)
        if interval is not None and (not np.isclose(step, interval) or len(times) != n_frames):
            raise ResultError("trajectories differ in length or interval; is the run complete?")
        interval, n_frames = step, len(times)
        for species in ensemble.species:
            carriers = positions[:, species.first : species.first + species.count]
            msds[species.name].append(mean_square_displacement(carriers))
    if interval is None:
        raise ResultError("there is no trajectory")

    first, last = fit_window(n_frames, window)
    lag_times = np.arange(n_frames) * interval
    results = []
    for species in ensemble.species:
        msd = np.array(msds[species.name])
        slopes, intercepts = np.polyfit(lag_times[first : last + 1], msd[:, first : last + 1].T, 1)
        diffusivities = slopes / (2 * n_dim)
        results.append(
            Diffusion(
                species=species,
                n_traj=len(msd),
                lag_times=lag_times,
                msd=msd.mean(axis=0),
                msd_error=standard_error(msd),
                window=(first, last),
                intercept=intercepts.mean(),
                n_dim=n_dim,
                diffusivity=diffusivities.mean(),
                diffusivity_error=float(standard_error(diffusivities)),
            )
        )
    return results


def with_error(value, error, mark="±"):
    """(1.234 ± 0.012)e-05: both with the same exponent, the error with two digits."""
    if value == 0 or not np.isfinite(value):
        return f"{value:g}"
    exponent = int(np.floor(np.log10(abs(value))))
    if not np.isfinite(error):
        return f"{value / 10.0**exponent:.4f}e{exponent:+03d}"
    relative = error / 10.0**exponent
    digits = 4 if relative <= 0 else int(np.clip(1 - np.floor(np.log10(relative)), 1, 6))
    return f"({value / 10.0**exponent:.{digits}f} {mark} {relative:.{digits}f})e{exponent:+03d}"


def table(results, temperature):
    lines = [f"{'species':<12}{'carriers':>9}{'trajectories':>14}  {'D, cm^2/s':<27}{'mobility, cm^2/(V s)'}"]
    for result in results:
        factor = result.mobility_factor(temperature)
        d, error = result.diffusivity * M2_IN_CM2, result.diffusivity_error * M2_IN_CM2
        lines.append(
            f"{result.species.name:<12}{result.species.count:>9}{result.n_traj:>14}  "
            f"{with_error(d, error):<27}{with_error(d * factor, error * factor)}"
        )
    return "\n".join(lines)


def scientific_tex(value, error):
    mantissa, _, exponent = with_error(value, error, r"\pm").partition("e")
    return rf"{mantissa} \times 10^{{{int(exponent)}}}" if exponent else mantissa


def plural(count, noun):
    if count == 1:
        return f"1 {noun}"
    return f"{count} {noun[:-1]}ies" if noun.endswith("y") else f"{count} {noun}s"


def plot(results, temperature, path):
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    plt.rcParams.update({"font.size": 11, "axes.spines.top": False, "axes.spines.right": False})
    colours = ["#0b5394", "#b45f06", "#38761d", "#741b47"]
    figure, axes = plt.subplots(figsize=(6.4, 4.4), constrained_layout=True)

    first, last = results[0].window
    shown = min(len(results[0].lag_times) - 1, 2 * last)
    end = results[0].lag_times[shown]
    scale, unit = [(s, u) for s, u in TIME_UNITS if s <= end][-1] if end >= 1e-15 else TIME_UNITS[0]
    for result, colour in zip(results, colours * len(results)):
        time = result.lag_times[: shown + 1] / scale
        msd = result.msd[: shown + 1] * METRE_IN_ANGSTROM**2
        error = result.msd_error[: shown + 1] * METRE_IN_ANGSTROM**2
        if np.isfinite(error).all():
            axes.fill_between(time, msd - error, msd + error, color=colour, alpha=0.22, linewidth=0)
        label = f"{plural(result.species.count, result.species.name)}, {plural(result.n_traj, 'trajectory')}"
        axes.plot(time, msd, color=colour, linewidth=1.8, label=label)
        slope = 2 * result.n_dim * result.diffusivity
        fit_time = result.lag_times[[first, last]]
        value = scientific_tex(result.diffusivity * M2_IN_CM2, result.diffusivity_error * M2_IN_CM2)
        axes.plot(
            fit_time / scale,
            (result.intercept + slope * fit_time) * METRE_IN_ANGSTROM**2,
            color="black",
            linewidth=1.2,
            linestyle=(0, (4, 2)),
            label=rf"fit: $D = {value}$ cm$^2$/s",
        )
    axes.axvspan(
        results[0].lag_times[first] / scale, results[0].lag_times[last] / scale, color="0.93", zorder=0
    )
    axes.set_xlim(0, end / scale)
    axes.set_ylim(bottom=0)
    axes.set_xlabel(f"lag time ({unit})")
    axes.set_ylabel("mean square displacement (Å$^2$)")
    axes.set_title(f"{temperature:g} K; bands: ±1 standard error; grey: fit window", fontsize=10, loc="right")
    axes.legend(frameon=False, loc="upper left", fontsize=10)
    figure.savefig(path, dpi=200)
    plt.close(figure)


def parse_arguments(arguments):
    parser = argparse.ArgumentParser(
        description="Diffusivity and mobility of each species from the mean square displacement of a run."
    )
    parser.add_argument("directory", type=Path, help=f"where {SHARED_FILE} or traj<N>/ are (or that file itself)")
    parser.add_argument("--output", type=Path, metavar="PNG", help="where to plot (default: no plot)")
    parser.add_argument("--from", dest="source", choices=["h5", "npy"], help="what to read (default: h5 if there)")
    parser.add_argument(
        "--window",
        nargs=2,
        type=float,
        default=(0.01, 0.10),
        metavar=("FIRST", "LAST"),
        help="lags to fit, as fractions of the trajectory's length (default: 0.01 0.10)",
    )
    parser.add_argument("--dimensions", type=int, choices=[1, 2, 3], default=3, help="n_dim (default: 3)")
    parser.add_argument("--temperature", type=float, metavar="K", help=f"for npy without {RUN_RECORD}")
    options = parser.parse_args(arguments)
    if not 0 <= options.window[0] < options.window[1] <= 1:
        parser.error("--window: expected 0 <= FIRST < LAST <= 1")
    return options


def load(options):
    if options.directory.is_file():
        return load_hdf5(options.directory)
    if not options.directory.is_dir():
        raise ResultError(f"{options.directory}: no such directory")
    shared = options.directory / SHARED_FILE
    if options.source == "npy" or (options.source is None and not shared.is_file()):
        return load_npy(options.directory, options.temperature)
    return load_hdf5(shared)


def main(arguments=None):
    options = parse_arguments(arguments)
    try:
        ensemble = load(options)
        results = analyse(ensemble, options.window, options.dimensions)
        print(table(results, ensemble.temperature))
        if options.output:
            plot(results, ensemble.temperature, options.output)
            print(f"plotted in {options.output}")
    except (ResultError, OSError, KeyError, ValueError) as error:
        print(f"{Path(sys.argv[0]).name}: {error}", file=sys.stderr)
        return 3
    return 0


if __name__ == "__main__":
    sys.exit(main())
