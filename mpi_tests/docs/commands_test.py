"""Every command in README.md and docs/*.md runs as printed, in a copy of the tree with hopmc in the PATH.

The blocks of a page (pages.py says which) run in the order of the page, in one shell that ends at the first failure.
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

from pages import PAGES, ROOT, script_of

PROGRAM = os.environ.get("HOPMC_PROGRAM", str(ROOT / "build" / "hopmc"))
PAGE_TIMEOUT = 800  # s
COPIED = ("README.md", "docs", "examples", "scripts", "slurm")

# Blocks that a test of their own compiles or runs: mpi_tests/scripts/docs_snippets_test.py.
TESTED_ELSEWHERE = {"file_format.md": ("python", "cpp")}

SHELL = """
set -eE -o pipefail
trap 'status=$?; set +x; echo "line ${LINENO} failed (exit status ${status}): ${BASH_COMMAND}"' ERR
PS4='+ line ${LINENO}: '
set -x
source "$1"
"""


def run_shell(script, folder, environment=None, timeout=PAGE_TIMEOUT):
    """Exit status (None after the timeout) and all output."""
    with tempfile.NamedTemporaryFile("w", suffix=".sh") as file, tempfile.TemporaryFile("w+") as output:
        file.write(script)
        file.flush()
        process = subprocess.Popen(["bash", "-c", SHELL, "bash", file.name], cwd=folder, env=environment,
                                   stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True)
        try:
            status = process.wait(timeout)
        except subprocess.TimeoutExpired:
            status = None
            os.killpg(process.pid, signal.SIGTERM)
            process.wait(30)
        output.seek(0)
        return status, output.read()


class Extraction(unittest.TestCase):
    """The test itself: what fails on a page does not go unnoticed."""

    def run_page(self, text):
        script, problems = script_of(text)
        self.assertEqual(problems, [])
        with tempfile.TemporaryDirectory() as folder:
            return run_shell(script, folder)

    def test_state_is_kept_and_output_is_not_run(self):
        status, output = self.run_page("```sh\na=seven\nmkdir d; cd d\n```\n\n- item\n\n  ```sh\n  echo $a ${PWD##*/}\n"
                                       "  ```\n```text\nfalse\n```\n<!-- not run: no -->\n```sh\nfalse\n```\n"
                                       "```python\nprint(7 * 7)\n```\n")
        self.assertEqual(status, 0, output)
        self.assertIn("\nseven d\n", output)
        self.assertIn("\n49\n", output)

    def test_failures_are_told_with_their_line(self):
        for text, line in (("text\n\n```sh\ntrue\nfalse\n```\n", 5), ("```sh\ntrue\nfalse && true\n```\n", 4),
                           ("```sh\nfalse | cat\n```\n", 2), ("```sh\nno_such_program\ntrue\n```\n", 2),
                           ("\n```python\nraise SystemExit(3)\n```\n", 2)):
            status, output = self.run_page(text)
            self.assertNotEqual(status, 0, text)
            self.assertIn(f"line {line} failed", output)

    def test_a_page_that_hangs(self):
        script, _ = script_of("```sh\nsleep 60\n```\n")
        status, _ = run_shell(script, "/", timeout=0.5)
        self.assertIsNone(status)

    def test_blocks_of_no_known_kind(self):
        for text in ("```\nhopmc run\n```\n", "```cmake\nx\n```\n", "text\n\n    hopmc run\n", "```sh\ntrue\n",
                     "<!-- not run: -->\n```sh\n```\n", "<!-- not run: why -->\n\n```sh\n```\n",
                     "<!-- not run: why -->"):
            self.assertNotEqual(script_of(text)[1], [], text)


class Pages(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.temporary = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.temporary.cleanup)
        cls.tree = Path(cls.temporary.name) / "tree"
        for name in COPIED:
            copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copyfile
            cls.tree.mkdir(exist_ok=True)
            copy(ROOT / name, cls.tree / name)
        (cls.tree / "build").mkdir()
        (cls.tree / "build" / "hopmc").symlink_to(Path(PROGRAM).resolve())
        # The scripts' python3 is that of the suite.
        python = Path(cls.temporary.name) / "bin" / "python3"
        python.parent.mkdir()
        python.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
        python.chmod(0o755)
        path = os.pathsep.join([str(python.parent), str(cls.tree / "build"), os.environ["PATH"]])
        cls.environment = {**os.environ, "PATH": path, "MPLBACKEND": "Agg"}
        # What scripts/demo.sh leaves behind, of fewer trajectories.
        status, output = run_shell("hopmc run examples/hematite --n-traj 8 --output demo_output/hematite\n"
                                   "hopmc analyze demo_output/hematite\n", cls.tree, cls.environment)
        assert status == 0, output

    def check_page(self, page):
        script, problems = script_of(page.read_text(), TESTED_ELSEWHERE.get(page.name, ()))
        self.assertEqual(problems, [], page.name)
        folder = Path(self.temporary.name) / page.stem / "hopmc"
        shutil.copytree(self.tree, folder, symlinks=True)
        try:
            path = self.environment["PATH"].replace(str(self.tree), str(folder))
            status, output = run_shell(script, folder, {**self.environment, "PATH": path})
        finally:
            shutil.rmtree(folder)
        if status != 0:
            how = f"not ended after {PAGE_TIMEOUT} s" if status is None else f"exit status {status}"
            self.fail(f"{page.relative_to(ROOT)}: {how}\n{output[-8000:]}")


for page_path in PAGES:
    setattr(Pages, f"test_{page_path.stem}", lambda self, page=page_path: self.check_page(page))


if __name__ == "__main__":
    unittest.main()
