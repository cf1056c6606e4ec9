"""What users of the Python scripts do wrong: missing modules, files of something else, places that are not there. One
line on stderr, the exit status of the help text, no traceback."""

import contextlib
import copy
import io
import json
import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path
from unittest import mock

ROOT = Path(__file__).resolve().parents[2]
SCRIPTS = ROOT / "scripts"
sys.path[:0] = [str(SCRIPTS), str(Path(__file__).resolve().parent)]
import measure_writing  # noqa: E402
import plot_bench  # noqa: E402
import plot_bench_test  # noqa: E402
import plot_msd  # noqa: E402
import plot_msd_test  # noqa: E402
import plot_sweep  # noqa: E402
import plot_sweep_test  # noqa: E402
import scaling  # noqa: E402

OTHER_VALUES = (None, "x", [], {}, -1, float("nan"), 1e400)


def places(value, path=()):
    """Every place of a JSON document."""
    yield path
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in children:
        yield from places(inner, (*path, key))


def damaged(document):
    """The document with one place missing or holding something else, for every place."""
    yield from OTHER_VALUES
    for path in places(document):
        if path:
            for other in ("missing", *OTHER_VALUES):
                copied = copy.deepcopy(document)
                parent = copied
                for key in path[:-1]:
                    parent = parent[key]
                if other == "missing":
                    del parent[path[-1]]
                else:
                    parent[path[-1]] = other
                yield copied


class UserErrors(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="hopmc_test_")
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def run_script(self, module, *arguments):
        """Exit status and stderr, which has a line exactly where the status is not 0."""
        err = io.StringIO()
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(err):
            status = module.main([str(a) for a in arguments])
        self.assertEqual(err.getvalue().count("\n"), int(status != 0), err.getvalue())
        return status, err.getvalue()

    def assert_refused(self, status, module, *arguments, told):
        got, err = self.run_script(module, *arguments)
        self.assertEqual(got, status, err)
        self.assertIn(told, err)

    def write(self, name, text):
        path = self.folder / name
        path.write_text(text)
        return path

    def bench_csv(self):
        return self.write("io.csv", plot_bench_test.HEADER + "\n".join(plot_bench_test.ROWS) + "\n")


class Files(UserErrors):
    def assert_every_damage_is_told(self, module, path, option):
        """Where damage matters; where it does not, there is a picture. Cut off anywhere, it always matters."""
        document = json.loads(path.read_text())
        refused = 0
        from matplotlib.pyplot import close
        with mock.patch.object(module, "save", lambda figure, path, dpi: close(figure)):
            for number, other in enumerate(damaged(document)):
                path.write_text(json.dumps(other))
                with self.subTest(number=number, document=other):
                    status, err = self.run_script(module, *option)
                    self.assertIn(status, (0, 3))
                    refused += status == 3 and str(path) in err
            self.assertGreater(refused, 50)
            text = json.dumps(document)
            for length in range(0, len(text), 37):
                path.write_text(text[:length])
                self.assert_refused(3, module, *option, told=f"{path}: not a")
            path.write_bytes(b"\x89HDF\r\n\x1a\n\xff\xfe")
            self.assert_refused(3, module, *option, told=f"{path}: not a")

    def test_damaged_analysis(self):
        plot_msd_test.write_analysis(self.folder, True)
        with mock.patch.object(plot_msd, "draw_group"):
            self.assert_every_damage_is_told(plot_msd, self.folder / "analysis.json", [self.folder])

    def test_damaged_sweep(self):
        document = plot_sweep_test.analysis_of([("temp", "K"), ("n_traj", "")], [[250.0, 2], [300.0, 2]])
        path = self.write("sweep_analysis.json", json.dumps(document))
        with mock.patch.object(plot_sweep, "plot_key"):
            self.assert_every_damage_is_told(plot_sweep, path, [self.folder])

    def test_damaged_tables(self):
        plot_msd_test.write_analysis(self.folder, True)
        path = self.folder / "msd_electron.csv"
        text = path.read_text()
        last = text.splitlines()[-1]
        for wrong in ("", text.splitlines()[0] + "\n", text[:-len(last) + 2], text.replace("5.4", "much"), "a\n1\n",
                      text.replace(",0.5", ",-0.5"), "\0", "\udcff"):
            path.write_bytes(wrong.encode(errors="surrogateescape"))
            self.assert_refused(3, plot_msd, self.folder, told=f"{path}: not a table of hopmc analyze")
        path.unlink()
        self.assert_refused(3, plot_msd, self.folder, told=f"{path}: No such file")

    def test_damaged_bench(self):
        path = self.bench_csv()
        text = path.read_text()
        for wrong in (text[:text.rindex(",5,")], text.replace(",1900,", ",nan,"), text.replace(",1900,", ",2001,"),
                      text.replace("2100", "inf"), "\0", "\udcff"):
            path.write_bytes(wrong.encode(errors="surrogateescape"))
            self.assert_refused(3, plot_bench, path, "--output", self.folder / "x.png", told=f"{path}: n")
        self.assertFalse((self.folder / "x.png").exists())

    def test_a_study_of_something_else_is_left_alone(self):
        for text in ("a,b\n1,2\n", "no line", "\udcff\n", ",".join(scaling.COLUMNS) + "\n" + 10 * "x," + "x\n"):
            path = self.write("scaling.csv", "")
            path.write_bytes(text.encode(errors="surrogateescape"))
            self.assert_refused(3, scaling, ROOT / "examples" / "hematite", "--output", self.folder, "--program", "/bin/true",
                                told=f"{path}: not a file of scaling.py")
            self.assertEqual(path.read_bytes(), text.encode(errors="surrogateescape"))


class Places(UserErrors):
    def test_pictures(self):
        plot_msd_test.write_analysis(self.folder, True)
        self.write("sweep_analysis.json", json.dumps(plot_sweep_test.analysis_of([("temp", "K")], [[250.0], [300.0]])))
        table = self.bench_csv()
        before = sorted(os.listdir(self.folder))
        for module, place in ((plot_msd, self.folder), (plot_sweep, self.folder), (plot_bench, table)):
            for name, status, told in (("a.xyz", 2, "no picture's ending"), ("a", 2, "(eps, jpeg, jpg, "),
                                       ("absent/a.png", 3, "No such file or directory"),
                                       ("io.csv/a.png", 3, "Not a directory")):
                self.assert_refused(status, module, place, "--output", self.folder / name, told=told)
                self.assertEqual(sorted(os.listdir(self.folder)), before)
            self.assert_refused(3, module, self.folder / "absent", "--output", self.folder / "a.png",
                                told="No such file or directory")

    def test_measurements(self):
        for module, arguments in ((scaling, ["case", "--output", self.folder / "out"]), (measure_writing, [])):
            self.assert_refused(3, module, *arguments, "--program", "/nowhere/hopmc", "--directory", self.folder,
                                told="/nowhere/hopmc: no such program")
            self.assert_refused(3, module, *arguments, "--program", "/bin/true", "--directory", self.folder / "absent",
                                told="absent: no such directory")
        blocked = self.write("blocked", "")
        self.assert_refused(3, scaling, "case", "--output", blocked / "out", told="Not a directory")

    def test_interrupted(self):
        with mock.patch.object(plot_msd, "check_picture", side_effect=KeyboardInterrupt):
            self.assert_refused(130, plot_msd, self.folder, told="interrupted")

    def test_launchers_without_a_number_of_ranks(self):
        for launch in ("srun --mpi=pmix", "mpirun -n {n}", "mpirun -n {}", "mpirun -n {ranks} 'x"):
            err = io.StringIO()
            with contextlib.redirect_stderr(err), self.assertRaises(SystemExit) as raised:
                scaling.main(["case", "--output", str(self.folder), "--launch", launch])
            self.assertEqual(raised.exception.code, 2)
            self.assertIn(f"--launch: '{launch}'", err.getvalue())


class Modules(UserErrors):
    def test_missing_ones_are_named_with_their_package(self):
        for name in ("h5py", "matplotlib", "numpy"):
            self.write(f"{name}.py", "raise ImportError('hidden')\n")
        outputs = ["--output", self.folder / "out.png"]
        for script, arguments, module in (
                ("plot_msd.py", [self.folder], "matplotlib"), ("plot_sweep.py", [self.folder], "matplotlib"),
                ("plot_bench.py", [self.bench_csv(), *outputs], "matplotlib"),
                ("scaling.py", ["case", *outputs], "matplotlib"), ("flush_cost.py", outputs, "numpy"),
                ("kill_test.py", [], "h5py")):
            with self.subTest(script):
                done = subprocess.run([sys.executable, "-B", str(SCRIPTS / script), *map(str, arguments)], text=True,
                                      env={**os.environ, "PYTHONPATH": str(self.folder)}, capture_output=True,
                                      timeout=300, check=False)
                self.assertEqual((done.returncode, done.stdout, done.stderr.count("\n")), (3, "", 1), done.stderr)
                self.assertIn(f"has no {module} (hidden); install it (Debian: python3-{module}", done.stderr)
                self.assertFalse((self.folder / "out.png").exists())


if __name__ == "__main__":
    unittest.main()
