"""--help of every script prints what it is for and does nothing else; arguments that cannot be are told in one line."""

import os
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SHELL = sorted(path for path in (ROOT / "scripts").glob("*.sh") if path.name != "environment.sh")
BATCH = sorted((ROOT / "slurm").glob("*.sbatch"))
PYTHON = sorted(path for path in (ROOT / "scripts").glob("*.py") if os.access(path, os.X_OK))
NEEDED = ("bash", "basename", "dirname", "sed")  # with nothing else in the PATH a script cannot do anything


def head_comment(script):
    """What stands between the first line and the first command or #SBATCH."""
    lines = []
    for line in script.read_text().splitlines()[1:]:
        if not line.startswith("#") or line.startswith("#SBATCH"):
            break
        lines.append(line[2:])
    return "\n".join(lines) + "\n"


class Help(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="hopmc_test_")
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.place = self.folder / "place"
        self.place.mkdir()
        self.bin = self.folder / "bin"
        self.bin.mkdir()
        for name in NEEDED:
            (self.bin / name).symlink_to(shutil.which(name))

    def run_script(self, *command):
        """Exit status, stdout and stderr of a script in an empty directory with nearly no programs."""
        done = subprocess.run([str(word) for word in command], cwd=self.place, capture_output=True, text=True, timeout=300,
                              check=False, stdin=subprocess.DEVNULL, env={"PATH": str(self.bin)})
        self.assertEqual(os.listdir(self.place), [])
        return done.returncode, done.stdout, done.stderr

    def test_shell_scripts(self):
        self.assertGreater(len(SHELL), 5)
        for script in SHELL + BATCH:
            with self.subTest(script.name):
                text = head_comment(script)
                self.assertIn(f"{script.parent.name}/{script.name}", text)
                for option in ("--help", "-h"):
                    self.assertEqual(self.run_script("bash", script, option), (0, text, ""))

    def test_python_scripts(self):
        self.assertGreater(len(PYTHON), 6)
        for script in PYTHON:
            with self.subTest(script.name):
                status, out, err = self.run_script(sys.executable, "-B", script, "--help")
                self.assertEqual((status, err), (0, ""))
                self.assertTrue(out.startswith(f"usage: {script.name} "), out)
                self.assertIn("Exit status: 0", out)

    def test_arguments_that_cannot_be(self):
        for name, arguments, told in (
                ("demo.sh", ["--fast"], "no such option: --fast"),
                ("demo.sh", ["nonsense"], "no such example: nonsense (there are: bivo4 "),
                ("demo.sh", ["hematite", "bivo4"], "more than one example"),
                ("install_packages.sh", ["--all"], "no such option: --all"),
                ("install_packages.sh", ["nonsense"], "nonsense: no such list"),
                ("check_format.sh", ["src"], "takes no arguments: src")):
            with self.subTest(name, arguments=arguments):
                status, out, err = self.run_script("bash", ROOT / "scripts" / name, *arguments)
                self.assertEqual((status, out, err.count("\n")), (2, "", 1), err)
                self.assertTrue(err.startswith(f"{name}: {told}"), err)

    def test_options_that_ctest_would_ignore(self):
        for name in ("ctest", "grep"):
            (self.bin / name).symlink_to(shutil.which(name))
        script = 'source "$1"; shift; check_ctest_options "$@"'
        known = ["--label-regex", "unit", "--repeat-until-fail", "3", "-R", "x", "-j4", "--label-exclude=cli"]
        for arguments, status in ((known, 0), ([], 0), (["-R", "x", "--sanitise"], 2), (["--no-such=3"], 2)):
            got, out, err = self.run_script("bash", "-euo", "pipefail", "-c", script, "test.sh",
                                            ROOT / "scripts" / "environment.sh", *arguments)
            self.assertEqual((got, out, err.count("\n")), (status, "", int(status > 0)), err)

    def test_batch_scripts_outside_of_a_job(self):
        for script in BATCH:
            for arguments in ([], ["case", "out"]):
                with self.subTest(script.name, arguments=arguments):
                    status, out, err = self.run_script("bash", script, *arguments)
                    self.assertIn(status, (1, 2))
                    self.assertEqual((out, err.count("\n")), ("", 1), err)
                    self.assertIn("sbatch", err.split(": ", 1)[1])


if __name__ == "__main__":
    unittest.main()
