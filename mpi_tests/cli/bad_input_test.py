"""Bad input: one clear message, the right exit status, nothing written, on one rank and on several."""

import math
import os
import unittest
from pathlib import Path

from program import ProgramTest, contents, launch

BAD_INPUT, IO_FAILURE = 2, 3


def without(dictionary, key):
    del dictionary[key]


# Each: what is wrong, how the case is changed, what the message must name.
BAD_SIMULATION = [
    ("missing system_size", lambda s: without(s, "system_size"), "system_size"),
    ("missing temperature", lambda s: without(s, "temp"), "temp"),
    ("missing t_final", lambda s: without(s, "t_final"), "t_final"),
    ("missing time_interval", lambda s: without(s, "time_interval"), "time_interval"),
    ("missing species_count", lambda s: without(s, "species_count"), "species_count"),
    ("temperature as text", lambda s: s.update(temp="hot"), "temp"),
    ("temperature NaN", lambda s: s.update(temp=math.nan), "temp"),
    ("temperature zero", lambda s: s.update(temp=0), "temp"),
    ("negative time", lambda s: s.update(t_final=-1e-8), "t_final"),
    ("negative interval", lambda s: s.update(time_interval=-1e-10), "time_interval"),
    ("infinite time", lambda s: s.update(t_final=math.inf), "t_final"),
    ("interval zero", lambda s: s.update(time_interval=0), "time_interval"),
    ("time beyond atomic units", lambda s: s.update(t_final=1e300), "t_final: is 1e+300 s; expected a time between"),
    ("interval of few digits", lambda s: s.update(t_final=1e-300, time_interval=1e-310), "time_interval: is 1e-310 s; exp"),
    ("size of two numbers", lambda s: s.update(system_size=[2, 2]), "system_size"),
    ("size zero", lambda s: s.update(system_size=[2, 2, 0]), "system_size"),
    ("size as text", lambda s: s.update(system_size="2x2x2"), "system_size"),
    ("no trajectory", lambda s: s.update(n_traj=0), "n_traj"),
    ("half a trajectory", lambda s: s.update(n_traj=1.5), "n_traj"),
    ("no carriers", lambda s: s.update(species_count=[0, 0]), "species_count"),
    ("more carriers than sites", lambda s: s.update(species_count=[19, 0]), "species_count"),
    ("negative carriers", lambda s: s.update(species_count=[-1, 0]), "species_count"),
    ("carriers without hops", lambda s: s.update(species_count=[1, 1]), "hole"),
    ("unknown key", lambda s: s.update(temperature=300), "temperature"),
    ("unknown compression", lambda s: s.update(output_config={"hdf5_options": {"compression": "zip"}}), "compression"),
    ("no format", lambda s: s.update(output_config={"formats": {"npy": False, "hdf5": False}}), "formats"),
    ("dopants of no charge", lambda s: s.update(doping={"doping_element_map": ["Cs:Rb"], "num_dopants": [1],
                                                        "insertion_type": ["random"]}), "doping.charge.full.Rb"),
    ("more dopants than sites", lambda s: s.update(doping={"doping_element_map": ["Cs:Rb"], "num_dopants": [19],
                                                           "insertion_type": ["random"],
                                                           "charge": {"full": {"Rb": 1}}}), "doping.num_dopants"),
    ("initial site outside", lambda s: s.update(initial_occupancy={"electron": [4000], "hole": []}), "electron"),
    ("two carriers on a site", lambda s: s.update(initial_occupancy={"electron": [0, 0], "hole": []}), "electron"),
]
BAD_MATERIAL = [
    ("missing dielectric constant", lambda m: without(m, "dielectric_constant"), "dielectric_constant"),
    ("missing frequency", lambda m: without(m, "vn"), "vn"),
    ("missing class list", lambda m: without(m["class_list"], "Cl"), "class_list"),
    ("class list too long", lambda m: m["class_list"].update(Cs=[1, 1]), "class_list"),
    ("element without charge", lambda m: without(m["charge_types"]["full"], "Cl"), "Cl"),
    ("no such neighbour", lambda m: m["neighbor_cutoff_dist"].update({"Cs:Cs": [[3.1]]}), "neighbor_cutoff_dist"),
    ("lambda zero", lambda m: m["lambda_values"].update({"Cs:Cs": [[0.0]]}), "lambda_values"),
    ("unknown element in a family", lambda m: m["species_to_element_type_map"].update(electron=["Xx"]), "Xx"),
]
BAD_POSCAR = [
    ("singular lattice", lambda p: p.replace("0.0 0.0 4.0\nCs", "0.0 4.0 0.0\nCs")),
    ("overlapping atoms", lambda p: p.replace("0.5 0.5 0.5", "0.0 0.0 0.0")),
    ("coordinate as text", lambda p: p.replace("0.5 0.5 0.5", "0.5 half 0.5")),
    ("coordinate missing", lambda p: p.replace("  0.5 0.5 0.5\n", "")),
    ("lattice NaN", lambda p: p.replace("4.0 0.0 0.0", "nan 0.0 0.0")),
    ("unknown element", lambda p: p.replace("Cs Cl\n1", "Cs Xx\n1")),
]


class BadInput(ProgramTest):
    def check(self, result, before, status, named):
        self.assertEqual(result.status, status, result)
        self.assertEqual(len(result.errors), 1, result)
        self.assertIn(str(named).lower(), result.errors[0].lower())
        self.assertEqual(result.out, "")
        for sign in ("terminate called", "Traceback", "what():", "Segmentation"):
            self.assertNotIn(sign, result.err)
        self.assertEqual(contents(self.folder), before, "something was written")

    def check_case(self, named, *options, status=BAD_INPUT, **keywords):
        before = contents(self.folder)
        result = launch("run", self.case.directory, "--output", self.output, *options, **keywords)
        self.check(result, before, status, named)

    def check_command(self, named, *arguments, status=BAD_INPUT, **keywords):
        before = contents(self.folder)
        self.check(launch(*arguments, **keywords), before, status, named)

    def test_simulation_parameters(self):
        for what, change, named in BAD_SIMULATION:
            with self.subTest(what):
                self.setUp()
                change(self.case.simulation)
                self.case.write()
                self.check_case(named)

    def test_sys_config(self):
        for what, change, named in BAD_MATERIAL:
            with self.subTest(what):
                self.setUp()
                change(self.case.material)
                self.case.write()
                self.check_case(named)

    def test_poscar(self):
        for what, change in BAD_POSCAR:
            with self.subTest(what):
                self.setUp()
                changed = change(self.case.poscar)
                self.assertNotEqual(changed, self.case.poscar)
                self.case.poscar = changed
                self.case.write()
                self.check_case("POSCAR")

    def test_problems_of_all_files_are_told_at_once(self):
        self.case.simulation.update(temp="hot")
        without(self.case.material, "vn")
        self.case.write().poscar_file.write_text("CsCl\n1.0\n4 0 0\n0 4\n0 0 4\nCs Cl\n1 1\nDirect\n0 0 0\n.5 .5 .5\n")
        result = launch("run", self.case.directory, "--output", self.output)
        self.assertEqual(result.status, BAD_INPUT, result)
        for named in ("temp", "vn", "POSCAR:4"):
            self.assertIn(named, result.err)

    def test_damaged_files(self):
        for what, content in (("empty", b""), ("binary", bytes(range(256)) * 8)):
            for name in ("simulation_file", "material_file", "poscar_file"):
                with self.subTest(f"{what} {name}"):
                    self.setUp()
                    path = getattr(self.case.write(), name)
                    path.write_bytes(content)
                    self.check_case(path.name)

    def test_more_npy_frames_than_free_space(self):
        self.case.write()
        too_long = ("--t-final", "1e3")
        named = "4080 TB of frames in npy do not fit: "
        self.check_case(named, *too_long, status=IO_FAILURE)
        self.check_case(named, *too_long, "--formats", "npy", status=IO_FAILURE, ranks=3)
        self.check_case("t_final=1000: " + named, "--sweep", "t_final=1e-8,1e3", status=IO_FAILURE)
        self.assertEqual(launch("run", self.case.directory, "--output", self.output, "--quiet").status, 0)
        self.check_case(named, *too_long, "--overwrite", status=IO_FAILURE)

    def test_yaml_that_cannot_be_parsed(self):
        self.case.write().simulation_file.write_text("temp: [300\nn_traj: 1\n")
        self.check_case("simulation_parameters.yml")

    def test_files_that_are_none(self):
        self.case.write()
        path = self.case.poscar_file
        path.unlink()
        with self.subTest("missing"):
            self.check_case("POSCAR")
        with self.subTest("dangling link"):
            path.symlink_to(self.folder / "nowhere")
            self.check_case("POSCAR")
            path.unlink()
        with self.subTest("directory"):
            path.mkdir()
            self.check_case("POSCAR")
        with self.subTest("no case"):
            self.check_command("nowhere", "run", self.folder / "nowhere")
        with self.subTest("a file as case"):
            self.check_command("not a directory", "run", self.case.material_file)

    @unittest.skipIf(os.geteuid() == 0, "root may read everything")
    def test_unreadable_file(self):
        self.case.write().poscar_file.chmod(0)
        self.check_case("POSCAR")

    def test_output_that_cannot_be_written(self):
        self.case.write()
        self.output = self.case.poscar_file / "out"
        with self.subTest("below a file"):
            self.check_case("POSCAR", status=IO_FAILURE)
        self.output = self.case.poscar_file
        with self.subTest("a file"):
            self.check_case("POSCAR", status=IO_FAILURE)
        if Path("/proc/sys").is_dir():
            with self.subTest("a place where nobody creates files"):
                self.output = Path("/proc/sys")
                self.check_case("/proc/sys", status=IO_FAILURE)

    def test_existing_output(self):
        self.case.write()
        for name in ("trajectory_data.h5", "validation.json", "run_metadata.json", "trajectory_data.parts/p.h5",
                     "traj2/energy_traj.npy"):
            with self.subTest(name):
                path = self.output / name
                path.parent.mkdir(parents=True)
                path.write_text("precious")
                self.check_case("--overwrite")
                path.unlink()
                while path.parent != self.folder:
                    path = path.parent
                    path.rmdir()

    def test_overwrite_needs_good_input(self):
        (self.output / "traj1").mkdir(parents=True)
        (self.output / "trajectory_data.h5").write_text("precious")
        (self.output / "traj1" / "time.npy").write_text("precious")
        self.case.simulation["temp"] = -1
        self.case.write()
        self.check_case("temp", "--overwrite")

    def test_options(self):
        self.case.write()
        for options, named in (
            (["--outptu", "x"], "--output"),
            (["--formats", "xml"], "--formats"),
            (["--formats"], "--formats"),
            (["--n-traj", "many"], "n_traj"),
            (["--n-traj", "-1"], "n_traj"),
            (["--seed", "1", "--seed", "2"], "--seed"),
            (["--t-final", "nan"], "t_final"),
            (["--time-interval", "0"], "time_interval"),
            (["--compression", "gzip:11"], "compression"),
            (["--compression", "rar"], "compression"),
            (["--set", "temp"], "--set"),
            (["--set", "tmep=300"], "temp"),
            (["--set", "temp=[1, 2]"], "temp"),
            (["--replay", "vasp"], "replay"),
            (["--progress", "maybe"], "--progress"),
            (["more"], "arguments"),
        ):
            with self.subTest(" ".join(options)):
                self.check_case(named, *options)

    def test_environment(self):
        self.case.write()
        for variable, value in (("HOPMC_FORMATS", "hdf6"), ("HOPMC_COMPRESSION", "best")):
            with self.subTest(variable):
                self.check_case(variable, environment={variable: value})

    def test_commands(self):
        for arguments, named in (
            ([], "no command"),
            (["rum"], "run"),
            (["--verison"], "--version"),
            (["run"], "no case"),
            (["validate"], "no directory"),
            (["info"], "no directory"),
            (["validate", self.folder, "--tolerance", "small"], "--tolerance"),
            (["info", self.folder, "--jsno"], "--jsno"),
        ):
            with self.subTest(" ".join(map(str, arguments))):
                self.check_command(named, *arguments)

    def test_nothing_to_look_at(self):
        for command in ("validate", "info"):
            with self.subTest(f"{command}, no such directory"):
                self.check_command("nowhere", command, self.folder / "nowhere", status=IO_FAILURE)
            with self.subTest(f"{command}, no results"):
                self.check_command("no results", command, self.folder, status=IO_FAILURE)
        with self.subTest("info, not HDF5"):
            self.check_command("POSCAR", "info", self.case.write().poscar_file, status=IO_FAILURE)


if __name__ == "__main__":
    unittest.main()
