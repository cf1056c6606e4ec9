#!/usr/bin/env python3
"""What writing costs a whole run: `hopmc run` with npy, HDF5 and both, in turn, several times.

Prints a Markdown table of medians: wall time (least to most), the time of simulating and writing alone (as hopmc
tells it, without start-up and validation), CPU time of all processes, sizes, and the memory of the largest process.
Ratios to npy are taken within each round, so that other work of the machine weighs on both sides.

    scripts/measure_writing.py                                            every example on 2 ranks, in /dev/shm
    scripts/measure_writing.py --ranks 16 --n-traj 10,100,1000 --cases examples/hematite -- --t-final 1e-7
"""

import argparse
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from script_support import EXIT_STATUS, ScriptError, exit_status_of

HERE = Path(__file__).resolve().parent
FORMATS = ("npy", "hdf5", "hdf5,npy")
RUN_TIME = re.compile(r"hops in ([\d.]+) (\w+) on \d+ rank")
UNITS = {"ns": 1e-9, "us": 1e-6, "ms": 1e-3, "s": 1.0}
LONGEST_RUN = 1200  # s


@dataclass(frozen=True)
class Setting:
    case: Path
    ranks: int
    n_traj: int  # 0: as the case has it
    formats: str


@dataclass
class Sample:
    """One run."""

    wall: float  # s, of the whole program
    run: float  # s, simulating and writing
    cpu: float  # s, user and system, all processes
    peak: int  # bytes, of the largest process
    npy: int  # bytes
    hdf5: int  # bytes


def environment():
    """As scripts/environment.sh has it: waiting ranks yield, more ranks than cores are fine."""
    variables = dict(os.environ)
    variables.update(OMPI_MCA_mpi_yield_when_idle="1", OMPI_MCA_rmaps_base_oversubscribe="1",
                     OMPI_MCA_btl_base_warn_component_unused="0")
    if os.geteuid() == 0:
        variables.update(OMPI_ALLOW_RUN_AS_ROOT="1", OMPI_ALLOW_RUN_AS_ROOT_CONFIRM="1")
    return variables


def default_program():
    """hopmc as it was built in this source or installed with this script, or else the one in the PATH."""
    beside = (HERE.parent / "build" / "hopmc", HERE.parents[1] / "bin" / "hopmc")
    return next((path for path in beside if path.is_file()), Path("hopmc"))


def example_cases():
    """Those of this source, or installed with this script."""
    return sorted(path.parent for place in (HERE.parent, HERE)
                  for path in place.glob("examples/*/simulation_parameters.yml"))


def add_program(parser):
    program = default_program()
    parser.add_argument("--program", type=Path, default=program, help=f"hopmc (default: {program})")


def launcher(text):
    """What starts {ranks} processes."""
    try:
        if text.format(ranks=1) == text.format(ranks=2):
            raise argparse.ArgumentTypeError(f"'{text}' has no {{ranks}} in it")
        shlex.split(text)
    except (LookupError, ValueError) as error:
        raise argparse.ArgumentTypeError(f"'{text}': {error}") from error
    return text


def check_places(options):
    """Before any work: that there is a program, and a directory to write in."""
    if shutil.which(options.program) is None:
        raise ScriptError(f"{options.program}: no such program; --program names hopmc")
    if not options.directory.is_dir():
        raise ScriptError(f"{options.directory}: no such directory")


def failure(command, status, text):
    """Of a run that failed: what hopmc says of it, or else all that was printed."""
    errors = [line for line in text.splitlines() if line.startswith("hopmc: error: ")]
    return ScriptError(f"{shlex.join(command)} ended with status {status}: {'; '.join(errors) or text}")


def file_bytes(paths):
    return sum(path.stat().st_size for path in paths if path.is_file())


def run_time(text):
    """Seconds that the summary of a run tells."""
    found = RUN_TIME.search(text)
    if found is None or found.group(2) not in UNITS:
        raise ScriptError(f"no run time in what hopmc printed:\n{text}")
    return float(found.group(1)) * UNITS[found.group(2)]


def measure(program, setting, directory, options):
    """Runs once into a directory of its own below `directory`, which is removed."""
    output = Path(tempfile.mkdtemp(prefix="measure_writing_", dir=directory))
    try:
        command = ["mpirun", "-n", str(setting.ranks)] if setting.ranks > 1 else []
        command += [str(program), "run", str(setting.case), "--output", str(output / "out"), "--progress", "off"]
        command += ["--formats", setting.formats, *options]
        command += ["--n-traj", str(setting.n_traj)] if setting.n_traj else []
        with open(output / "printed", "w+b") as printed:
            start = time.monotonic()
            process = subprocess.Popen(command, stdout=printed, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL,
                                       env=environment(), start_new_session=True)
            signal.alarm(LONGEST_RUN)
            try:
                # Of the process and of all it waited for: mpirun waits for the ranks.
                _, status, usage = os.wait4(process.pid, 0)
            except BaseException:
                os.killpg(process.pid, signal.SIGTERM)
                raise
            finally:
                signal.alarm(0)
            wall = time.monotonic() - start
            process.returncode = os.waitstatus_to_exitcode(status)
            printed.seek(0)
            text = printed.read().decode(errors="replace")
        if process.returncode != 0:
            raise failure(command, process.returncode, text)
        out = output / "out"
        return Sample(wall=wall, run=run_time(text), cpu=usage.ru_utime + usage.ru_stime,
                      peak=usage.ru_maxrss * 1024, npy=file_bytes(out.glob("traj*/*.npy")),
                      hdf5=file_bytes([out / "trajectory_data.h5", *out.glob("trajectory_data.parts/*")]))
    finally:
        shutil.rmtree(output, ignore_errors=True)


def spread(values):
    return f"{median(values):.2f} ({min(values):.2f} to {max(values):.2f})"


def megabytes(value):
    return f"{value / 1e6:.1f}"


def ratio(samples, npy, quantity):
    """Median over the rounds of a time over that of npy alone."""
    if npy is None or samples is npy:
        return "-"
    return f"{median(getattr(a, quantity) / getattr(b, quantity) for a, b in zip(samples, npy)):.3f}"


def markdown(rows):
    """A table; the first row is its header."""
    widths = [max(len(cell) for cell in column) for column in zip(*rows)]
    lines = ["| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths)) + " |" for row in rows]
    lines.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    return "\n".join(lines)


def table(results):
    header = ("case", "ranks", "n_traj", "formats", "wall, s", "of npy", "simulate and write, s", "of npy", "CPU, s",
              "npy, MB", "HDF5, MB", "smaller by", "peak, MB")
    rows = [header]
    for setting, samples in results.items():
        npy = results.get(Setting(setting.case, setting.ranks, setting.n_traj, "npy"))
        last = samples[-1]
        npy_bytes = last.npy or (npy[-1].npy if npy else 0)
        smaller = f"{100 * (1 - last.hdf5 / npy_bytes):.1f} %" if last.hdf5 and npy_bytes else "-"
        rows.append((
            setting.case.name, str(setting.ranks), str(setting.n_traj or "-"), setting.formats,
            spread([s.wall for s in samples]), ratio(samples, npy, "wall"), spread([s.run for s in samples]),
            ratio(samples, npy, "run"), spread([s.cpu for s in samples]),
            megabytes(last.npy) if last.npy else "-", megabytes(last.hdf5) if last.hdf5 else "-", smaller,
            megabytes(median(s.peak for s in samples)),
        ))
    return markdown(rows)


def integers(text):
    values = [int(word) for word in text.split(",")]
    if min(values) < 1:
        raise ValueError
    return values


integers.__name__ = "list of numbers of at least 1"  # as argparse names it


def parse_arguments(arguments):
    arguments = list(sys.argv[1:] if arguments is None else arguments)
    options = []
    if "--" in arguments:
        place = arguments.index("--")
        arguments, options = arguments[:place], arguments[place + 1 :]
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter,
                                     epilog=f"What follows -- is given to hopmc run. {EXIT_STATUS}")
    add_program(parser)
    parser.add_argument("--cases", type=Path, nargs="+", metavar="CASE", help="case directories (default: examples)")
    parser.add_argument("--ranks", type=integers, default=[2], metavar="LIST", help="numbers of ranks (default: 2)")
    parser.add_argument("--n-traj", type=integers, default=[0], metavar="LIST", help="default: as the case has it")
    parser.add_argument("--formats", nargs="+", choices=FORMATS, default=FORMATS, help="default: all three")
    parser.add_argument("--repeat", type=int, default=5, metavar="N", help="rounds (default: 5)")
    parser.add_argument("--directory", type=Path, default=Path("/dev/shm"), help="where to write (default: /dev/shm)")
    parsed = parser.parse_args(arguments)
    if parsed.repeat < 1:
        parser.error("--repeat: expected a number of at least 1")
    parsed.options = options
    parsed.cases = parsed.cases or example_cases()
    return parsed


def give_up(_number, _frame):
    raise ScriptError(f"a run takes longer than {LONGEST_RUN} s")


def main(arguments=None):
    parsed = parse_arguments(arguments)
    signal.signal(signal.SIGALRM, give_up)

    def work():
        check_places(parsed)
        settings = [Setting(case, ranks, n_traj, formats) for case in parsed.cases for ranks in parsed.ranks
                    for n_traj in parsed.n_traj for formats in parsed.formats]
        results = {setting: [] for setting in settings}
        for number in range(parsed.repeat):
            print(f"round {number + 1} of {parsed.repeat}", file=sys.stderr)
            for setting in settings:
                results[setting].append(measure(parsed.program, setting, parsed.directory, parsed.options))
        print(f"Medians of {parsed.repeat} rounds (least to most) on {os.cpu_count()} processors, files in "
              f"{parsed.directory}.\n\n{table(results)}")

    return exit_status_of(work)


if __name__ == "__main__":
    sys.exit(main())
