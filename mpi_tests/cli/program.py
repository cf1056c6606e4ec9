"""Running hopmc in tests: a tiny case made on the spot, and what came of a launch."""

import copy
import hashlib
import json
import os
import subprocess
import tempfile
import unittest
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = os.environ.get("HOPMC_PROGRAM", str(ROOT / "build" / "hopmc"))
RANKS = int(os.environ.get("HOPMC_RANKS", "1"))
LAUNCH_TIMEOUT = 300  # s
OUR_VARIABLES = ("HOPMC_FORMATS", "HOPMC_COMPRESSION", "HOPMC_OUTPUT")

POSCAR = """Cs Cl in a simple cubic cell
1.0
  4.0 0.0 0.0
  0.0 4.0 0.0
  0.0 0.0 4.0
Cs Cl
1 1
Direct
  0.0 0.0 0.0
  0.5 0.5 0.5
"""

SIMULATION = {
    "system_size": [3, 3, 2],
    "temp": 300,
    "species_count": [2, 0],
    "pbc": [1, 1, 1],
    "n_traj": 3,
    "t_final": 1e-8,
    "time_interval": 1e-10,
    "random_seed": 7,
    "output_data": {
        name: {"file_name": file_name, "write": 1}
        for name, file_name in {
            "unwrapped_traj": "unwrapped_traj.npy",
            "wrapped_traj": "wrapped_traj.npy",
            "time": "time_data.npy",
            "energy": "energy_traj.npy",
            "delg_0": "delG0_traj.npy",
            "potential": "potential_traj.npy",
            "occupancy": "occupancy.npy",
        }.items()
    },
}
N_TRAJ, N_FRAMES, N_CARRIERS = 3, 101, 2

MATERIAL = {
    "name": "CsCl",
    "species_types": ["electron", "hole"],
    "species_charge_list": {"full": [-1, 1]},
    "species_to_element_type_map": {"electron": ["Cs"], "hole": ["Cl"]},
    "charge_types": {"full": {"Cs": 1.0, "Cl": -1.0}},
    "class_list": {"Cs": [1], "Cl": [1]},
    "element_type_delimiter": ":",
    "neighbor_cutoff_dist": {"Cs:Cs": [[4.0]]},
    "neighbor_cutoff_dist_tol": {"Cs:Cs": [[0.01]]},
    "lambda_values": {"Cs:Cs": [[1.2]]},
    "v_ab": {"Cs:Cs": [[0.1]]},
    "vn": 1e13,
    "dielectric_constant": 10.0,
}

NPY_FILES = {
    "coordinates/unwrapped": "unwrapped_traj.npy",
    "coordinates/wrapped": "wrapped_traj.npy",
    "time": "time.npy",
    "energy": "energy_traj.npy",
    "delg_0": "delG0_traj.npy",
    "potential": "potential_traj.npy",
    "occupancy": "occupancy.npy",
    "time_data": "time_data.npy",
}


class Case:
    """A case directory; edit `simulation`, `material`, `poscar`, then write()."""

    def __init__(self, directory):
        self.directory = Path(directory)
        self.simulation = copy.deepcopy(SIMULATION)
        self.material = copy.deepcopy(MATERIAL)
        self.poscar = POSCAR

    def write(self):
        # JSON is YAML; one key a line keeps line numbers meaningful.
        inputs = self.directory / "InputFiles"
        inputs.mkdir(parents=True, exist_ok=True)
        self.simulation_file.write_text(json.dumps(self.simulation, indent=1))
        self.material_file.write_text(json.dumps(self.material, indent=1))
        self.poscar_file.write_text(self.poscar)
        return self

    @property
    def simulation_file(self):
        return self.directory / "simulation_parameters.yml"

    @property
    def material_file(self):
        return self.directory / "InputFiles" / "sys_config.yml"

    @property
    def poscar_file(self):
        return self.directory / "InputFiles" / "POSCAR"


class Result:
    """What one launch printed and returned."""

    def __init__(self, process):
        self.status = process.returncode
        self.out = process.stdout.decode(errors="replace")
        self.err = process.stderr.decode(errors="replace")

    @property
    def errors(self):
        return [line for line in self.err.splitlines() if line.startswith("hopmc: error: ")]

    def __str__(self):
        return f"status {self.status}\n--- stdout\n{self.out}\n--- stderr\n{self.err}"


def launch(*arguments, ranks=RANKS, environment=None, cwd=None):
    """Runs hopmc, without mpirun on one rank."""
    variables = {k: v for k, v in os.environ.items() if k not in OUR_VARIABLES}
    variables.update(environment or {})
    command = [PROGRAM, *map(str, arguments)]
    if ranks > 1:
        exported = [part for name in (environment or {}) for part in ("-x", name)]
        command = ["mpirun", "--oversubscribe", *exported, "-n", str(ranks), *command]
    return Result(subprocess.run(command, capture_output=True, timeout=LAUNCH_TIMEOUT, env=variables, cwd=cwd,
                                 check=False, stdin=subprocess.DEVNULL))


def launch_at_once(*commands, **keywords):
    """The results of several launches that begin at the same time."""
    with ThreadPoolExecutor(len(commands)) as pool:
        return list(pool.map(lambda arguments: launch(*arguments, **keywords), commands))


def contents(directory):
    """Every path below a directory with what it holds, to see whether anything was touched."""
    found = {}
    for path in sorted(Path(directory).rglob("*")):
        if path.is_symlink():
            found[path] = "link"
        elif path.is_file():
            found[path] = hashlib.sha256(path.read_bytes()).hexdigest()
        else:
            found[path] = "directory"
    return found


class ProgramTest(unittest.TestCase):
    """Tests in a temporary directory of their own."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="hopmc_test_")
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name).resolve()
        self.case = Case(self.folder / "case")
        self.output = self.folder / "out"

    def run_case(self, *options, **keywords):
        """Writes and runs the case into self.output; it must succeed."""
        self.case.write()
        result = launch("run", self.case.directory, "--output", self.output, *options, **keywords)
        self.assertEqual(result.status, 0, result)
        return result
