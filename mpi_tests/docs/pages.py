"""The pages of the documentation, and what of them runs.

Conventions: ```sh and ```python blocks are commands; the line `<!-- not run: REASON -->` just before a block says why it
is left out; ```text is output or a listing. There is no other kind of block.
"""

import dataclasses
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]

FENCE = re.compile(r"( *)```(.*)")
NOT_RUN = re.compile(r" *<!-- not run: *(.*?) *-->")
INDENTED = re.compile(r"(\t| {4,})\S")


@dataclasses.dataclass
class Block:
    line: int  # of the opening fence, from 1
    kind: str
    lines: list[str]
    not_run: str | None  # the reason


def blocks_of(text):
    """(blocks, problems as "LINE: what")."""
    blocks, problems, block, reason, before = [], [], None, None, ""
    for number, line in enumerate(text.splitlines(), start=1):
        if fence := FENCE.fullmatch(line):
            if block is None:
                indent, kind = len(fence[1]), fence[2].strip()
                block = Block(number, kind, [], reason)
                blocks.append(block)
                reason = None
            else:
                block = None
        elif block is not None:
            block.lines.append(line[indent:])
        else:
            if reason is not None:
                problems.append(f"{number - 1}: 'not run' belongs to the block that follows at once")
                reason = None
            if marker := NOT_RUN.fullmatch(line):
                reason = marker[1]
                if not reason:
                    problems.append(f"{number}: 'not run' without a reason")
            elif INDENTED.match(line) and not before.strip():
                problems.append(f"{number}: an indented block; fences say what it is")
        before = line
    if block is not None:
        problems.append(f"{block.line}: a block without an end")
    if reason is not None:
        problems.append("the last line: 'not run' belongs to a block")
    return blocks, problems


def script_of(text, tested_elsewhere=()):
    """(shell script, problems). Every command stands in the script at its line of the page."""
    blocks, problems = blocks_of(text)
    script = [""] * (len(text.splitlines()) + 1)
    for block in blocks:
        if block.not_run is not None or block.kind == "text" or block.kind in tested_elsewhere:
            continue
        if block.kind not in ("sh", "python"):
            problems.append(f"{block.line}: a block of kind '{block.kind}' is neither run nor marked as not run")
            continue
        end = block.line + len(block.lines)
        script[block.line : end] = block.lines
        if block.kind == "python":
            script[block.line - 1] = "python3 -B - <<'END_OF_BLOCK'"
            script[end] = "END_OF_BLOCK"
        else:
            # What fails inside of `a && b` does not end the shell by itself.
            script[end] = "(exit $?)"
    return "\n".join(script) + "\n", problems
