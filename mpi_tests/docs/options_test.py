"""Help texts, manual pages, completion and the documentation name the same options."""

import os
import re
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

from pages import PAGES, ROOT, blocks_of

PROGRAM = os.environ.get("HOPMC_PROGRAM", str(ROOT / "build" / "hopmc"))
HELP = Path(os.environ.get("HOPMC_HELP_DIR") or Path(PROGRAM).parent / "help")
REFERENCE = ROOT / "docs" / "command_reference.md"
CASE = ROOT / "examples" / "hematite"

# Options of other programs that the pages name; the paragraph names the program, too.
FOREIGN = {
    "mpirun": {"--oversubscribe", "--mca", "--map-by", "--bind-to", "--report-bindings", "--allow-run-as-root"},
    "docker": {"--shm-size", "--cap-add"},
    "ensemble_tests": {"--gtest_filter"},
    "srun": {"--mpi"},
    "sbatch": {"--array", "--nodes", "--ntasks", "--ntasks-per-node", "--time", "--account", "--partition", "--signal",
               "--requeue", "--mem-per-cpu", "--dependency"},
    "cmake": {"--build", "--install", "--prefix", "--target", "--parallel"},
    "ctest": {"--test-dir", "--output-on-failure", "--label-regex", "--tests-regex", "--parallel"},
    "pkg-config": {"--cflags", "--libs"},
}
OPTION = re.compile(r"(?<![\w-])--[a-z][\w-]*")


def hopmc(*arguments):
    return subprocess.run([PROGRAM, *map(str, arguments)], capture_output=True, text=True, timeout=300)


def help_of(command):
    result = hopmc(*command.split()[1:], "--help")
    assert result.returncode == 0 and not result.stderr, result
    return "\n".join(line.rstrip() for line in result.stdout.rstrip().splitlines())


def options_in(help_text):
    return re.findall(r"^  (?:-h \[ )?(--[\w-]+)", help_text, re.MULTILINE)


COMMANDS = ["hopmc"] + [f"hopmc {name}" + (" io" if name == "bench" else "") for name in
                        re.findall(r"^  (\w+) ", help_of("hopmc").split("Commands:")[1].split("\n\n")[0], re.MULTILINE)]
HELP_TEXTS = {command: help_of(command) for command in COMMANDS}
OPTIONS = {command: options_in(text) for command, text in HELP_TEXTS.items()}


def paragraphs(text):
    """Each block between fences is one."""
    outside_and_inside = re.split(r"^ *```.*\n", text, flags=re.MULTILINE)
    return outside_and_inside[1::2] + [part for outside in outside_and_inside[::2] for part in outside.split("\n\n")]


def unknown_options(text):
    """Options that neither hopmc nor a program named in the same paragraph has."""
    ours = set().union(*OPTIONS.values())
    unknown = []
    for paragraph in paragraphs(text):
        known = set(ours)
        for program, options in FOREIGN.items():
            if re.search(rf"\b{program}\b", paragraph):
                known |= options
        for script in re.findall(r"(?<![\w/])(?:scripts|slurm)/\w+\.\w+", paragraph):
            known |= set(OPTION.findall((ROOT / script).read_text()))
        unknown += [option for option in OPTION.findall(paragraph) if option not in known]
    return unknown


class Documentation(unittest.TestCase):
    def test_help_texts_are_as_expected(self):
        self.assertEqual(len(COMMANDS), 7)
        self.assertIn("--target-error", OPTIONS["hopmc run"])
        self.assertIn("--help", OPTIONS["hopmc run"])

    def test_the_command_reference_is_what_the_program_prints(self):
        blocks, _ = blocks_of(REFERENCE.read_text())
        headings = re.findall("^## (.*)$", REFERENCE.read_text(), re.MULTILINE)
        printed = dict(zip(headings, ("\n".join(block.lines) for block in blocks)))
        self.assertEqual(printed, HELP_TEXTS, f"copy {HELP}/{REFERENCE.name} to docs/")

    def test_options_of_the_pages_exist(self):
        for page in PAGES:
            with self.subTest(page.name):
                self.assertEqual(unknown_options(page.read_text()), [])

    def test_unknown_options_are_found(self):
        self.assertEqual(unknown_options("`--output` and `--ouput`\n"), ["--ouput"])
        self.assertEqual(unknown_options("cmake --install x\n\n`--install`\n"), ["--install"])
        self.assertEqual(unknown_options("```sh\nmpirun\n\n--mca\n```\n`--mca`\n```text\nx\n```\n"), ["--mca"])
        self.assertEqual(unknown_options("scripts/plot_bench.py --quantity read --quality 3\n"), ["--quality"])


@unittest.skipUnless(HELP.is_dir(), "the build made no manual pages")
class ManualPages(unittest.TestCase):
    def test_they_render_and_name_every_option(self):
        self.assertEqual(len(list((HELP / "man1").iterdir())), len(COMMANDS))
        for command, options in OPTIONS.items():
            name = "-".join(command.split()[:2])
            with self.subTest(name):
                result = subprocess.run(["groff", "-man", "-ww", "-Tascii", "-P-cbou", HELP / "man1" / f"{name}.1"],
                                        capture_output=True, text=True, timeout=300)
                self.assertEqual((result.returncode, result.stderr), (0, ""))
                headings = re.findall("^[A-Z][A-Z ]+$", result.stdout, re.MULTILINE)
                self.assertEqual(headings[:3], ["NAME", "SYNOPSIS", "DESCRIPTION"])
                self.assertEqual(headings[-2:], ["EXIT STATUS", "SEE ALSO"])
                self.assertRegex(result.stdout, rf"NAME\n +{name} - \w+")
                self.assertEqual(sorted(re.findall(r"^ {7}(?:-h, )?(--[\w-]+)", result.stdout, re.MULTILINE)),
                                 sorted(options))
                words = re.sub(r"-\n *", "-", result.stdout)
                for word in re.findall(r"^  (\S+) ", HELP_TEXTS[command], re.MULTILINE):
                    self.assertIn(word, words)


@unittest.skipUnless(HELP.is_dir(), "the build made no completion")
class Completion(unittest.TestCase):
    def complete(self, *words, folder=ROOT):
        """What TAB offers after these words, of which the last is being typed."""
        script = ('source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _hopmc; '
                  '((${#COMPREPLY[@]} == 0)) || printf "%s\\n" "${COMPREPLY[@]}"')
        result = subprocess.run(["bash", "-uc", script, "bash", HELP / "completions" / "hopmc", *words], cwd=folder,
                                capture_output=True, text=True, timeout=300)
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        return result.stdout.splitlines()

    def test_commands(self):
        commands = [command.split()[1] for command in COMMANDS[1:]]
        self.assertEqual(sorted(self.complete("hopmc", "")), sorted([*commands, *OPTIONS["hopmc"]]))
        self.assertEqual(self.complete("hopmc", "v"), ["validate"])
        self.assertEqual(self.complete("hopmc", "bench", ""), ["io"])
        self.assertEqual(self.complete("hopmc", "nonsense", ""), [])

    def test_nothing_that_only_bash_has(self):
        text = (HELP / "completions" / "hopmc").read_text()
        self.assertNotRegex(text, "mapfile|readarray")

    @unittest.skipUnless(shutil.which("zsh"), "no zsh")
    def test_zsh(self):
        script = ('autoload -U compinit bashcompinit; compinit -D -u; bashcompinit; source "$1"; shift; setopt ksharrays; '
                  'COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _hopmc; printf "%s\\n" "${COMPREPLY[@]}"')
        for words in (["hopmc", "v"], ["hopmc", "run", "--f"], ["hopmc", "run", "--formats", "hdf5,n"],
                      ["hopmc", "analyze", "--from", ""]):
            result = subprocess.run(["zsh", "-f", "-c", script, "zsh", HELP / "completions" / "hopmc", *words],
                                    capture_output=True, text=True, timeout=300)
            self.assertEqual((result.returncode, result.stderr), (0, ""))
            # zsh itself leaves out later what does not begin with the word.
            self.assertLessEqual(set(self.complete(*words)), set(result.stdout.splitlines()))

    def test_options(self):
        for command in COMMANDS[1:]:
            self.assertEqual(self.complete(*command.split(), "--"), OPTIONS[command])
        self.assertEqual(self.complete("hopmc", "run", "x", "--no-such"), [])
        self.assertEqual(self.complete("hopmc", "run", "x", "--time-"), ["--time-interval", "--time-limit"])

    def test_values(self):
        """What is offered is accepted; what is not would be told."""
        arguments = {"run": (CASE, "--print-config"), "analyze": ("/nowhere",), "unwrap": ("/nowhere",),
                     "bench": ("io", "--directory", "/nowhere")}
        for command, option, values in (
                ("run", "--formats", {"hdf5", "npy"}),
                ("run", "--compression", {"none", "lzf", "gzip", "blosc"}),
                ("run", "--progress", {"auto", "on", "off"}),
                ("run", "--replay", {"pycd"}),
                ("analyze", "--from", {"h5", "npy"}),
                ("unwrap", "--from", {"h5", "npy"}),
                ("bench", "--formats", {"mpi", "write", "npy", "hdf5", "both"}),
                ("bench", "--compression", {"none", "gzip:1", "lzf", "blosc"}),
                ("bench", "--columns", {"wrapped_traj", "energy"})):
            with self.subTest(command, option=option):
                self.assertEqual(set(self.complete("hopmc", command, option, "")), values)
                self.assertEqual(set(self.complete("hopmc", command, option, "=")), values)
                for value in [*values, "nonsense"]:
                    result = hopmc(command, *arguments[command], option, value)
                    self.assertEqual(result.returncode == 0, command == "run" and value != "nonsense", result)
                    self.assertEqual("nonsense" in result.stderr, value == "nonsense", result)

    def test_parts_of_values(self):
        self.assertEqual(self.complete("hopmc", "run", "--compression", "=", "g"), ["gzip"])
        self.assertEqual(self.complete("hopmc", "run", "--formats", "hdf5,n"), ["hdf5,npy"])
        self.assertEqual(self.complete("hopmc", "run", "--seed", ""), [])

    def test_keys(self):
        keys = self.complete("hopmc", "run", "--set", "")
        self.assertIn("io.flush_interval=", keys)
        self.assertGreater(len(keys), 50)
        sets = [argument for key in keys for argument in ("--set", key + "nonsense")]
        self.assertNotIn("no such key", hopmc("run", CASE, "--print-config", *sets).stderr)
        self.assertIn("no such key", hopmc("run", CASE, "--print-config", "--set", "nonsense=1").stderr)
        for key in self.complete("hopmc", "analyze", "--set", ""):
            self.assertNotIn("--set", hopmc("analyze", "/nowhere", "--set", key + "1").stderr)

    def test_paths(self):
        with tempfile.TemporaryDirectory() as folder:
            for name in ("case one", "data"):
                (Path(folder) / name).mkdir()
            for name in ("d.h5", "d.csv"):
                (Path(folder) / name).touch()
            self.assertCountEqual(self.complete("hopmc", "run", "", folder=folder), ["case one", "data"])
            self.assertCountEqual(self.complete("hopmc", "run", "x", "--output", "c", folder=folder), ["case one"])
            self.assertCountEqual(self.complete("hopmc", "info", "d", folder=folder), ["data", "d.h5"])
            self.assertCountEqual(self.complete("hopmc", "bench", "io", "--csv", "d", folder=folder),
                             ["data", "d.csv", "d.h5"])


if __name__ == "__main__":
    unittest.main()
