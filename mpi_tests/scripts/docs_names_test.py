"""What the documentation names is there: files, links between pages, classes, functions and messages."""

import re
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
# ROOM, CASE, ... stand for any name; `*` for several.
FILE = re.compile(r"(?<![\w./-])(?:src|include|mpi_tests|scripts|docs|slurm|examples|cmake)/[\w./*-]*[\w*]")
LINK = re.compile(r"\]\(([^)\s]+)\)")
MESSAGE = re.compile(r"^hopmc: (?:error|warning): (.*)$", re.MULTILINE)
LITERAL = re.compile(r'"((?:[^"\\\n]|\\.)*)"')
LITERALS = re.compile(rf"{LITERAL.pattern}(?:\s*{LITERAL.pattern})*")  # the compiler makes one of them
SHORTEST_MESSAGE = 12  # letters that are always there
SOURCE_NAME = re.compile(r"`((?:\w+::)*(?:[A-Z]\w*[a-z]\w*|\w+\(\)))`")


def named_files(text):
    return [name for name in FILE.findall(text) if not re.search(r"\b[A-Z]{3,}\b(?![.-])", name)]


def exists(name):
    """A program counts as well as its source."""
    return any(ROOT.glob(name)) or any(ROOT.glob(f"{name}.cpp"))


def anchors(page):
    """As GitHub makes them of headings."""
    headings = re.findall(r"^#+ (.*)$", page.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}


def source_text():
    return "\n".join(path.read_text() for folder in ("include", "src") for path in (ROOT / folder).rglob("*.[hc]pp"))


def message_patterns(source):
    """Of every text in the source that is long enough to be recognised: what it can become when it is filled in."""
    patterns = []
    for literals in LITERALS.finditer(source):
        constant = re.split(r"\{[^{}]*\}", "".join(LITERAL.findall(literals[0])))
        if sum(map(len, constant)) >= SHORTEST_MESSAGE and " " in "".join(constant).strip():
            patterns.append(re.compile(".*?".join(map(re.escape, constant))))
    return patterns


class Names(unittest.TestCase):
    def test_files_exist(self):
        for page in PAGES:
            with self.subTest(page.name):
                names = named_files(page.read_text())
                self.assertEqual([name for name in names if not exists(name)], [])

    def test_the_check_finds_files(self):
        text = "`src/kmc/nothing.cpp`, include/hopmc/*/none.hpp. In src/ROOM/x.cpp and my/src/x.cpp; see docs/none.md."
        self.assertEqual(named_files(text), ["src/kmc/nothing.cpp", "include/hopmc/*/none.hpp", "docs/none.md"])
        self.assertGreater(sum(len(named_files(page.read_text())) for page in PAGES), 100)

    def test_links_lead_somewhere(self):
        for page in PAGES:
            for link in LINK.findall(page.read_text()):
                target, _, anchor = link.partition("#")
                if target.startswith(("http://", "https://")):
                    continue
                with self.subTest(page.name, link=link):
                    path = (page.parent / target).resolve() if target else page
                    self.assertTrue(path.exists())
                    if anchor:
                        self.assertIn(anchor, anchors(path))

    def test_classes_and_functions_exist(self):
        names = SOURCE_NAME.findall((ROOT / "docs" / "design.md").read_text())
        self.assertGreater(len(names), 20)
        words = set(re.findall(r"\w+", source_text()))
        self.assertEqual([name for name in names if name.removesuffix("()").split("::")[-1] not in words], [])

    def test_quoted_messages_are_those_of_the_program(self):
        patterns = message_patterns(source_text())
        messages = [message for page in PAGES for message in MESSAGE.findall(page.read_text())]
        self.assertGreater(len(messages), 10)
        made_up = "out: somebody else has written here"
        unknown = [text for text in [*messages, made_up] if not any(pattern.search(text) for pattern in patterns)]
        self.assertEqual(unknown, [made_up])


if __name__ == "__main__":
    unittest.main()
