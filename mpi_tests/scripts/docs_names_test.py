"""What the documentation names is there: files, links between pages, classes and functions."""

import re
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
# ROOM, CASE, ... stand for any name; `*` for several.
FILE = re.compile(r"(?<![\w./-])(?:src|include|mpi_tests|scripts|docs|slurm|examples|cmake)/[\w./*-]*[\w*]")
LINK = re.compile(r"\]\(([^)\s]+)\)")
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
        source = "\n".join(path.read_text() for folder in ("include", "src", "mpi_tests")
                           for path in sorted((ROOT / folder).rglob("*")) if path.suffix in (".hpp", ".cpp", ".py"))
        names = SOURCE_NAME.findall((ROOT / "docs" / "design.md").read_text())
        self.assertGreater(len(names), 20)
        words = set(re.findall(r"\w+", source))
        self.assertEqual([name for name in names if name.removesuffix("()").split("::")[-1] not in words], [])


if __name__ == "__main__":
    unittest.main()
